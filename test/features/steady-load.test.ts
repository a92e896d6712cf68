import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type net from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { endpoints, httpProxy, service, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SteadyClient } from '../support/steady-client.ts';
import { certificateFor, testAuthority, tlsSecret } from '../support/tls.ts';
import { collectThreads } from '../support/worker-threads.ts';

/** How long each of the two loads lasts; `SLUICE_STEADY_SECONDS` makes it a soak. */
const SECONDS = Number(process.env.SLUICE_STEADY_SECONDS ?? 4);
const CONNECTIONS = 8;
const EVERY_MS = 8;
const EDITS_PER_SECOND = 20;
const UPSTREAMS = 4;
/** Answers take up to this long, so that changes meet requests under way. */
const SLOWEST_MS = 30;

/** Services that answer with what they were sent. @returns Their ports, and how often each was asked. */
async function services(t: TestContext): Promise<{ ports: number[]; asked: number[] }> {
  const asked = new Array<number>(UPSTREAMS).fill(0);
  const ports = await Promise.all(
    asked.map(async (_, index) => {
      const server = http.createServer({ keepAliveTimeout: 20_000 }, (request, response) => {
        const count = asked[index] as number;
        asked[index] = count + 1;
        let bytes = 0;
        request.on('data', (part: Buffer) => {
          bytes += part.length;
        });
        request.on('end', () => {
          const text = `${request.method} ${request.url} ${bytes}`;
          const answer = () => response.writeHead(200, { 'content-length': text.length }).end(text);
          if (count % 4 === 0) setTimeout(answer, count % SLOWEST_MS);
          else answer();
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      t.after(() => {
        server.close();
        server.closeAllConnections();
      });
      return (server.address() as net.AddressInfo).port;
    }),
  );
  return { ports, asked };
}

/** The routes after `edit` edits: what they do stays, how it is written changes. */
function routes(edit: number): string {
  const more = Array.from(
    { length: edit % 5 },
    (_, i) => `  - conditions: [{prefix: /unused-${edit}-${i}}]\n    services: [{name: web, port: 80}]\n`,
  );
  return httpProxy(
    'web',
    `  virtualhost: {fqdn: web.test, tls: {secretName: web}}
  routes:
  - permitInsecure: true
    timeoutPolicy: {idle: ${100 + (edit % 3)}s, idleConnection: ${1 + (edit % 2)}s}
    responseHeadersPolicy: {set: [{name: x-edit, value: "${edit}"}]}
    services: [{name: web, port: 80}]
${more.join('')}`,
  );
}

/** The endpoints that are there after `edit` edits: never none, each of them often gone. */
function presentPorts(ports: readonly number[], edit: number): readonly number[] {
  const present = ports.filter((_, index) => (edit >> index) % 3 !== 0);
  return present.length === 0 ? ports.slice(0, 1) : present;
}

interface Load {
  readonly gateway: TestGateway;
  readonly clients: readonly SteadyClient[];
  readonly edits: number;
  readonly asked: readonly number[];
}

/** @param midway Called when half of the time has passed. */
async function steadyLoad(t: TestContext, midway: () => void): Promise<Load> {
  const { ports, asked } = await services(t);
  const pairs = await Promise.all([1, 2, 3, 4].map(() => certificateFor('web.test')));
  const secret = (edit: number) =>
    tlsSecret('web', pairs[edit % pairs.length] ?? assert.fail('there are certificates'));
  const gateway = await startTestGateway(t, {
    static: { workers: 2 },
    // So that there are always new connections too.
    settings: { maxRequestsPerConnection: 100 },
    manifests: {
      'service.yaml': service('web', []),
      'endpoints.yaml': endpoints('web', ports),
      'secret.yaml': secret(0),
      'routes.yaml': routes(0),
    },
  });
  const { certificate } = await testAuthority();
  const clients = [null, certificate].flatMap((ca) =>
    Array.from(
      { length: CONNECTIONS },
      () =>
        new SteadyClient({
          port: ca === null ? gateway.http : gateway.https,
          host: 'web.test',
          ca,
          everyMs: EVERY_MS,
        }),
    ),
  );
  const running = Promise.all(clients.map((client) => client.run()));
  const total = SECONDS * EDITS_PER_SECOND;
  const begunMs = performance.now();
  for (let edit = 1; edit <= total; edit++) {
    if (edit % 5 === 0) await gateway.write('secret.yaml', secret(edit / 5));
    else if (edit % 2 === 0)
      await gateway.write('endpoints.yaml', endpoints('web', presentPorts(ports, edit)));
    else await gateway.write('routes.yaml', routes(edit));
    if (edit === Math.floor(total / 2)) midway();
    const restMs = begunMs + (edit * 1000) / EDITS_PER_SECOND - performance.now();
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
  }
  for (const client of clients) client.stop();
  await running;
  t.diagnostic(figures(clients, total));
  return { gateway, clients, edits: total, asked };
}

function figures(clients: readonly SteadyClient[], edits: number): string {
  const latencies = clients.flatMap(({ latenciesMs }) => latenciesMs).toSorted((a, b) => a - b);
  const at = (share: number) => (latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(1);
  const sum = (of: (client: SteadyClient) => number) =>
    clients.reduce((total, client) => total + of(client), 0);
  return `${latencies.length} requests over ${sum(({ connections }) => connections)} connections, ${edits} edits, ${sum(
    ({ failures }) => failures.length,
  )} failed; median ${at(0.5)} ms, 99 % ${at(0.99)} ms, worst ${at(0.9999)} ms`;
}

test('edits, endpoints that come and go, and new certificates fail no request', async (t) => {
  const { clients, edits, asked } = await steadyLoad(t, () => {});
  assert.deepEqual(
    clients.flatMap(({ failures }) => failures.map(({ what }) => what)),
    [],
  );
  // Everything above took effect: edits were seen, every endpoint was used, several certificates were shown.
  const seen = new Set(clients.flatMap((client) => [...client.edits]));
  assert.equal(seen.size > edits / 8, true, `${seen.size} of ${edits} edits were seen`);
  assert.equal(
    asked.every((count) => count > 0),
    true,
    `requests of each endpoint: ${asked}`,
  );
  const shown = new Set(clients.flatMap((client) => [...client.certificates]));
  assert.equal(shown.size > 1, true, `${shown.size} certificates were shown`);
});

test('a worker killed under load fails only what was in flight on it', async (t) => {
  const threads = collectThreads(t);
  let killedMs = 0;
  const { clients } = await steadyLoad(t, () => {
    killedMs = performance.now();
    void (threads[0] as Worker).terminate();
  });
  assert.equal(threads.length >= 3, true, 'the worker was replaced');
  const failed = clients.filter(({ failures }) => failures.length > 0);
  for (const { failures } of failed) {
    assert.equal(failures.length, 1, JSON.stringify(failures));
    assert.match(failures[0]?.what ?? '', /^(the connection ended before the answer did|connect: )/);
    const afterMs = (failures[0]?.atMs ?? 0) - killedMs;
    assert.equal(afterMs >= 0 && afterMs < 1000, true, `failed ${afterMs} ms after the worker was killed`);
  }
  assert.equal(failed.length < clients.length, true, 'the other worker loses nothing');
});
