import assert from 'node:assert/strict';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { METRIC } from '../../src/telemetry/metric-cells.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, startTestGateway, until } from '../support/gateway.ts';
import { answerOf, type Http1Upstream, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient, rawServer } from '../support/raw.ts';
import { certificateFor, secureConnect, tlsSecret } from '../support/tls.ts';

const manifests = (port: number) =>
  documents(
    service('web', [port]),
    httpProxy(
      'web',
      `  virtualhost: {fqdn: web.test, tls: {secretName: web}}
  routes: [{permitInsecure: true, enableWebsockets: true, services: [{name: web, port: 80}]}]`,
    ),
  );

async function serve(t: TestContext, port: number, settings = {}): Promise<TestDataPlane> {
  return startTestDataPlane(t, {
    settings,
    manifests: {
      'app.yaml': manifests(port),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
    },
  });
}

const echo = (t: TestContext): Promise<Http1Upstream> =>
  http1Upstream(t, { onRequest: ({ head }) => (head.startsWith('GET /hold') ? undefined : answerOf('ok')) });

const GET = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';
const HOLD = 'GET /hold HTTP/1.1\r\nhost: web.test\r\n\r\n';

function refused(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(false));
    socket.on('error', () => resolve(true));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

test('during the delay new connections are served, and every answer says connection: close', async (t) => {
  const upstream = await echo(t);
  const plane = await serve(t, upstream.port);
  const before = await RawClient.connect(t, plane.http);
  before.send(GET);
  await before.until(/ok$/);
  const drained = plane.plane.drain({ delayMs: 800, timeoutMs: 5000 });
  before.send(GET);
  assert.match(await before.untilEnd(), /ok[\s\S]*\r\nconnection: close\r\n[\s\S]*ok$/);
  const late = await RawClient.connect(t, plane.http);
  late.send(GET);
  assert.match(await late.untilEnd(), /\r\nconnection: close\r\n[\s\S]*ok$/);
  const secure = await secureConnect(t, plane.https, 'web.test');
  assert.match(await secure.get('web.test'), /\r\nconnection: close\r\n/);
  before.socket.destroy();
  late.socket.destroy();
  secure.socket.destroy();
  await drained;
  assert.equal(await refused(plane.http), true);
  assert.equal(await refused(plane.https), true);
});

test('an idle connection ends softly, and a request that was on its way is still served', async (t) => {
  const upstream = await echo(t);
  const plane = await serve(t, upstream.port, { delayedCloseMs: 100 });
  const idle = await RawClient.connect(t, plane.http);
  const crossing = await RawClient.connect(t, plane.http);
  await until(() => plane.metric(METRIC.connections) === 2);
  const drained = plane.plane.drain({ delayMs: 0, timeoutMs: 10_000 });
  await until(() => refused(plane.http));
  crossing.send(GET);
  assert.match(await crossing.untilEnd(), /\r\nconnection: close\r\n[\s\S]*ok$/);
  assert.equal(await idle.untilEnd(), '');
  idle.socket.end();
  crossing.socket.end();
  await drained;
  assert.equal(plane.metric(METRIC.connections), 0);
});

test('requests under way finish: an answer that has begun, an upload, one that has not been answered', async (t) => {
  const upstream = await http1Upstream(t, {
    onHead: ({ head }) =>
      head.startsWith('GET /stream') ? 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello' : undefined,
    onRequest: ({ head, body }) => (head.startsWith('POST') ? answerOf(`got ${body}`) : undefined),
  });
  const plane = await serve(t, upstream.port);
  const streaming = await RawClient.connect(t, plane.http);
  streaming.send(HOLD.replace('/hold', '/stream'));
  await streaming.until(/hello$/);
  const uploading = await RawClient.connect(t, plane.http);
  uploading.send('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 10\r\n\r\nhello');
  const waiting = await RawClient.connect(t, plane.http);
  waiting.send(HOLD);
  await until(() => upstream.requests.length === 3);
  let over = false;
  const drained = plane.plane.drain({ delayMs: 0, timeoutMs: 10_000 }).then(() => {
    over = true;
  });
  await until(() => refused(plane.http));
  upstream.requests.find(({ head }) => head.startsWith('GET /hold'))?.socket.write(answerOf('held'));
  assert.match(await waiting.untilEnd(), /\r\nconnection: close\r\n[\s\S]*held$/);
  uploading.send('world');
  assert.match(await uploading.untilEnd(), /\r\nconnection: close\r\n[\s\S]*got helloworld$/);
  assert.equal(over, false);
  upstream.requests.find(({ head }) => head.startsWith('GET /stream'))?.socket.write('world');
  // Its head let the client stay; the connection is ended once it is idle.
  assert.match(await streaming.untilEnd(), /helloworld$/);
  for (const client of [streaming, uploading, waiting]) client.socket.end();
  await drained;
});

test('what remains at the end of its time is cut', async (t) => {
  const upstream = await echo(t);
  const plane = await serve(t, upstream.port);
  const client = await RawClient.connect(t, plane.http);
  client.send(HOLD);
  await until(() => upstream.requests.length === 1);
  await plane.plane.drain({ delayMs: 0, timeoutMs: 100 });
  assert.equal(await client.untilEnd(), '');
  await until(() => plane.metric(METRIC.connections) === 0);
  assert.equal(plane.upstream('default/web/80').active, 0);
  await until(() => upstream.connections[0]?.closed === true);
});

const UPGRADE = `GET /ws HTTP/1.1\r\nhost: web.test\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';

for (const { name, sent, expected } of [
  { name: 'between two frames gets 1001', sent: '\x81\x02hi', expected: '\x81\x02hi\x88\x02\x03\xe9' },
  { name: 'inside a frame is just closed', sent: '\x81\x05hi', expected: '\x81\x05hi' },
]) {
  test(`at the end of the drain a WebSocket ${name}`, async (t) => {
    const upstream = await rawServer(t, (socket) => {
      socket.once('data', () => socket.write(SWITCHED + sent, 'latin1'));
      socket.on('end', () => socket.end());
    });
    const plane = await serve(t, upstream.port);
    const client = await RawClient.connect(t, plane.http);
    client.send(UPGRADE);
    await client.until(/hi$/);
    assert.equal(plane.metric(METRIC.tunnels), 1);
    const drained = plane.plane.drain({ delayMs: 0, timeoutMs: 150 });
    const all = await client.untilEnd();
    client.socket.end();
    await drained;
    assert.equal(all.slice(all.indexOf('\r\n\r\n') + 4), expected);
    await until(() => plane.metric(METRIC.tunnels) === 0);
  });
}

test('Gateway.drain() lowers readiness at once, keeps liveness, and a second call changes nothing', async (t) => {
  const upstream = await echo(t);
  const gateway = await startTestGateway(t, {
    manifests: {
      'app.yaml': manifests(upstream.port),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
    },
    static: { drainDelayMs: 600, drainTimeoutMs: 5000 },
  });
  const probe = async (path: string) => (await fetch(`${gateway.adminUrl}${path}`)).status;
  assert.equal(await probe('/readyz'), 200);
  const drained = gateway.drain();
  assert.deepEqual([await probe('/readyz'), await probe('/livez')], [503, 200]);
  const client = await RawClient.connect(t, gateway.http);
  client.send(GET);
  const again = gateway.drain();
  assert.match(await client.untilEnd(), /\r\nconnection: close\r\n[\s\S]*ok$/);
  client.socket.end();
  await Promise.all([drained, again]);
  assert.equal(await refused(gateway.http), true);
});
