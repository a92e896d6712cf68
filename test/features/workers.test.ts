import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  documents,
  httpProxy,
  service,
  startTestGateway,
  type TestGateway,
  until,
} from '../support/gateway.ts';
import { answerOf, type Http1Upstream, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';
import { collectThreads } from '../support/worker-threads.ts';

const GET = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';

/** Two workers in front of a service that answers everything but `/hold`. */
async function serve(t: TestContext): Promise<{ gateway: TestGateway; upstream: Http1Upstream }> {
  const upstream = await http1Upstream(t, {
    onRequest: ({ head }) => (head.startsWith('GET /hold') ? undefined : answerOf('ok')),
  });
  const gateway = await startTestGateway(t, {
    static: { workers: 2 },
    manifests: {
      'app.yaml': documents(
        service('web', [upstream.port]),
        httpProxy(
          'web',
          '  virtualhost: {fqdn: web.test}\n  routes: [{timeoutPolicy: {response: infinity}, services: [{name: web, port: 80}]}]',
        ),
      ),
    },
  });
  return { gateway, upstream };
}

interface WorkerView {
  readonly state: string;
  readonly restarts: number;
}

async function workersOf(gateway: TestGateway): Promise<readonly WorkerView[]> {
  const response = await fetch(`${gateway.adminUrl}/v1/workers`);
  const answer = (await response.json()) as {
    readonly workers?: readonly WorkerView[];
  } & readonly WorkerView[];
  return answer.workers ?? answer;
}

/** One series of `/metrics`; 0 when it is not there. */
async function metric(gateway: TestGateway, series: string): Promise<number> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}

/** Connections that have answered once, so that a worker has each of them. */
async function connections(t: TestContext, gateway: TestGateway, count: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let i = 0; i < count; i++) {
    const client = await RawClient.connect(t, gateway.http);
    client.send(GET);
    await client.until(/ok$/);
    clients.push(client);
  }
  return clients;
}

test('a worker that dies takes its own connections and no others, and is replaced', async (t) => {
  const threads = collectThreads(t);
  const { gateway, upstream } = await serve(t);
  const clients = await connections(t, gateway, 24);
  const lost = clients.map(
    (client) => new Promise<boolean>((resolve) => client.socket.once('close', () => resolve(true))),
  );
  const before = performance.now();
  await threads[0]?.terminate();
  const served: RawClient[] = [];
  for (const [index, client] of clients.entries()) {
    client.send(GET);
    const gone = await Promise.race([
      lost[index],
      client.until(/ok[\s\S]*ok$/).then(
        () => false,
        () => true,
      ),
    ]);
    if (gone !== true) served.push(client);
  }
  assert.equal(served.length > 0 && served.length < clients.length, true, `${served.length} of 24 live on`);
  // New connections are served all the time: by the other one, then by both.
  while (threads.length < 3) await connections(t, gateway, 1);
  const replacedMs = performance.now() - before;
  assert.equal(replacedMs < 1000, true, `replaced after ${replacedMs} ms`);
  await until(async () => (await workersOf(gateway)).filter(({ state }) => state === 'serving').length === 2);
  assert.equal(
    (await workersOf(gateway)).reduce((sum, { restarts }) => sum + restarts, 0),
    1,
  );
  await connections(t, gateway, 8);
  for (const client of served) client.send(GET);
  await Promise.all(served.map((client) => client.until(/ok[\s\S]*ok[\s\S]*ok$/)));
  assert.equal(upstream.requests.length >= 24 + 2 * served.length + 8, true);
});

test('what a dead worker had in flight is no longer counted; what it had counted stays', async (t) => {
  const threads = collectThreads(t);
  const { gateway, upstream } = await serve(t);
  const clients = await connections(t, gateway, 6);
  for (const client of clients) client.send(GET.replace('GET /', 'GET /hold'));
  await until(() => upstream.requests.length === 12);
  const requests = await metric(gateway, 'sluice_requests_total{listener="http",code="200"}');
  assert.equal(requests, 6);
  for (const thread of threads.slice(0, 2)) await thread.terminate();
  await until(async () => (await workersOf(gateway)).filter(({ state }) => state === 'serving').length === 2);
  assert.equal(await metric(gateway, 'sluice_connections{listener="http"}'), 0);
  assert.equal(await metric(gateway, 'sluice_requests_total{listener="http",code="200"}'), 6);
  const response = await fetch(`${gateway.adminUrl}/v1/upstreams`);
  const text = await response.text();
  assert.match(text, /"active":\s*0/);
  assert.doesNotMatch(text, /"active":\s*[1-9-]/);
  await connections(t, gateway, 4);
});

test('a worker that starts after a change serves what is in force', async (t) => {
  const threads = collectThreads(t);
  const { gateway, upstream } = await serve(t);
  await gateway.write(
    'app.yaml',
    documents(
      service('web', [upstream.port]),
      httpProxy('web', '  virtualhost: {fqdn: new.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
    ),
  );
  const asks = async (): Promise<string> => {
    const client = await RawClient.connect(t, gateway.http);
    client.send('GET / HTTP/1.1\r\nhost: new.test\r\nconnection: close\r\n\r\n');
    return (await client.untilEnd()).slice(9, 12);
  };
  await until(async () => (await asks()) === '200');
  for (const thread of threads.slice(0, 2)) await thread.terminate();
  await until(async () => (await workersOf(gateway)).filter(({ state }) => state === 'serving').length === 2);
  for (let i = 0; i < 8; i++) assert.equal(await asks(), '200');
});
