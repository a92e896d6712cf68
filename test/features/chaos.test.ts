import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { rawServer } from '../support/raw.ts';

const SEED = Number(process.env.SLUICE_CHAOS_SEED ?? 1);
const HOSTILE = 300;
const GOOD = 150;

/** A small generator with a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <T>(random: () => number, list: readonly T[]): T =>
  list[Math.floor(random() * list.length)] as T;
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

const BODY = Buffer.alloc(100_000, 'abcdefghij');

/** What a service may do to a request, well or badly. */
const ANSWERS: readonly ((socket: net.Socket) => void)[] = [
  (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
  (socket) => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
  (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end'),
  (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'),
  (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${BODY.length}\r\n\r\n`);
    socket.write(BODY);
  },
  (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more'),
  (socket) => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
  (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort'),
  (socket) => socket.write('nonsense\r\n\r\n'),
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.end(),
  (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-le');
    setImmediate(() => socket.write('ngth: 2\r\n\r\nok'));
  },
];

/** What a client may send, well or badly. */
const REQUESTS: readonly string[] = [
  'GET / HTTP/1.1\r\nhost: chaos.test\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: chaos.test\r\n\r\n'.repeat(5),
  'HEAD / HTTP/1.1\r\nhost: chaos.test\r\n\r\n',
  'GET / HTTP/1.0\r\nhost: chaos.test\r\n\r\n',
  `POST / HTTP/1.1\r\nhost: chaos.test\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY.toString()}`,
  'POST / HTTP/1.1\r\nhost: chaos.test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nhost: chaos.test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhelloX',
  'POST / HTTP/1.1\r\nhost: chaos.test\r\ncontent-length: 1000\r\n\r\nnot all',
  'POST / HTTP/1.1\r\nhost: chaos.test\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\nhello',
  'GET / HTTP/1.1\r\nhost: unknown.test\r\n\r\n',
  'GET / HTTP/1.1\nhost: chaos.test\n\n',
  'GET / HTTP/1.1\r\nhost: cha',
  '\r\n\r\nGET / HTTP/1.1\r\nhost: chaos.test\r\nconnection: close\r\n\r\nGET / HTTP/1.1\r\n',
  'GET / HTTP/1.1\r\nhost: chaos.test\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\nearly',
];

/** One hostile connection: sends in pieces, reads or does not, and ends in one of several ways. */
async function hostile(port: number, random: () => number): Promise<void> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (random() < 0.7) socket.resume();
  const bytes = pick(random, REQUESTS);
  for (let at = 0; at < bytes.length && !socket.destroyed; ) {
    const step = random() < 0.5 ? bytes.length : 1 + Math.floor(random() * 4000);
    socket.write(bytes.slice(at, at + step), 'latin1');
    at += step;
    if (random() < 0.5) await turns(1 + Math.floor(random() * 5));
  }
  await turns(Math.floor(random() * 40));
  const end = random();
  if (end < 0.3) socket.resetAndDestroy();
  else if (end < 0.6) socket.destroy();
  else {
    socket.end();
    socket.resume();
    await turns(50);
    socket.destroy();
  }
  await over;
}

/** One well-behaved request; resolves with the hash of its answer. */
function good(port: number, agent: http.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { port, host: '127.0.0.1', agent, method: 'PUT', headers: { host: 'good.test' } },
      (response) => {
        const hash = createHash('sha256');
        response.on('data', (chunk) => hash.update(chunk));
        response.on('error', reject);
        response.on('end', () =>
          response.statusCode === 200
            ? resolve(hash.digest('hex'))
            : reject(new Error(`status ${response.statusCode}`)),
        );
      },
    );
    request.on('error', reject);
    request.end(BODY);
  });
}

/** Value of one series of `/metrics`. */
function seriesOf(metrics: string, series: string): number {
  const line = metrics.split('\n').find((each) => each.startsWith(`${series} `));
  if (line === undefined) throw new Error(`no series ${series}`);
  return Number(line.slice(series.length + 1));
}

test(`hostile clients and services hurt nobody else and leave nothing behind (seed ${SEED})`, async (t) => {
  const random = seeded(SEED);
  const bad = await rawServer(t, (socket) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (!text.includes('\r\n\r\n') || random() < 0.05) return;
      text = '';
      pick(random, ANSWERS)(socket);
    });
    socket.on('end', () => socket.end());
  });
  const echo = http.createServer((request, response) => request.pipe(response));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    echo.closeAllConnections();
    echo.close();
  });
  const route = (name: string) =>
    httpProxy(
      name,
      `  virtualhost: {fqdn: ${name}.test}
  routes: [{services: [{name: ${name}, port: 80}], enableWebsockets: true, timeoutPolicy: {response: 500ms, idle: 500ms}}]`,
    );
  const gateway = await startTestGateway(t, {
    manifests: {
      'chaos.yaml': documents(
        service('chaos', [bad.port]),
        route('chaos'),
        service('good', [(echo.address() as net.AddressInfo).port]),
        route('good'),
      ),
    },
    static: { workers: 2 },
    settings: { headTimeoutMs: 300, connectionIdleMs: 500, delayedCloseMs: 100 },
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  t.after(() => agent.destroy());
  const expected = createHash('sha256').update(BODY).digest('hex');
  const hostiles = (async () => {
    for (let done = 0; done < HOSTILE; done += 20) {
      await Promise.all(Array.from({ length: 20 }, () => hostile(gateway.http, random)));
    }
  })();
  for (let done = 0; done < GOOD; done += 5) {
    const hashes = await Promise.all(Array.from({ length: 5 }, () => good(gateway.http, agent)));
    assert.deepEqual(
      hashes,
      hashes.map(() => expected),
    );
  }
  await hostiles;
  agent.destroy();
  const metrics = async () => (await fetch(`${gateway.adminUrl}/metrics`)).text();
  await gateway.until(async () => seriesOf(await metrics(), 'sluice_connections{listener="http"}') === 0);
  const text = await metrics();
  assert.equal(seriesOf(text, 'sluice_exceptions_total'), 0);
  await gateway.until(async () => {
    const { upstreams } = (await (await fetch(`${gateway.adminUrl}/v1/upstreams`)).json()) as {
      upstreams: readonly { counters: { active: number } }[];
    };
    return upstreams.every(({ counters }) => counters.active === 0);
  });
  assert.equal(seriesOf(text, 'sluice_worker_restarts_total'), 0);
});
