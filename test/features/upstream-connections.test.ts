import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { METRIC } from '../../src/telemetry/metric-cells.ts';
import { ask } from '../support/ask.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { endpoints, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

const WEB = 'default/web/80';
const SERVICE = service('web', []).split('---')[0] ?? '';

/** @param route Further fields of the route. */
function serve(t: TestContext, ports: readonly number[], route = ''): Promise<TestDataPlane> {
  return startTestDataPlane(t, {
    manifests: {
      'service.yaml': SERVICE,
      'endpoints.yaml': endpoints('web', ports),
      'route.yaml': httpProxy(
        'web',
        `  virtualhost: {fqdn: web.test}\n  routes: [{${route} services: [{name: web, port: 80}]}]`,
      ),
    },
  });
}

const get = (t: TestContext, plane: TestDataPlane) => ask(t, plane.http, { host: 'web.test' });

test('an upstream connection serves one request after the other', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await serve(t, [upstream.port]);
  for (let i = 0; i < 5; i++) assert.equal((await get(t, plane)).body, 'ok');
  assert.equal(upstream.sockets.length, 1);
  assert.equal(plane.metric(METRIC.upstreamReuses), 4);
  assert.deepEqual([plane.upstream(WEB).connections, plane.endpoint(upstream.port).connections], [1, 1]);
  assert.equal(plane.endpoint(upstream.port).active, 0);
});

/** How an answer ends the connection it came on. */
const LAST_ANSWERS: readonly { readonly name: string; readonly answer: string }[] = [
  { name: 'connection: close', answer: answerOf('ok', '200 OK', 'connection: close\r\n') },
  { name: 'HTTP/1.0', answer: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok' },
  { name: 'a keep-alive of one second', answer: answerOf('ok', '200 OK', 'keep-alive: timeout=1\r\n') },
  { name: 'bytes behind its end', answer: `${answerOf('ok')}HTTP/1.1 200 OK\r\n` },
];

for (const { name, answer } of LAST_ANSWERS) {
  test(`a connection whose answer has ${name} is not used again`, async (t) => {
    const upstream = await http1Upstream(t, { onRequest: () => answer });
    const plane = await serve(t, [upstream.port]);
    for (let i = 1; i <= 2; i++) {
      assert.equal((await get(t, plane)).body, 'ok');
      await until(() => upstream.connections.filter(({ closed }) => closed).length === i);
    }
    assert.equal(upstream.sockets.length, 2);
    assert.equal(plane.upstream(WEB).connections, 0);
  });
}

test('an answer that ends with its connection is passed on whole', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\n\r\nto the end');
      return undefined;
    },
  });
  const plane = await serve(t, [upstream.port]);
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  const answer = await client.until(/\r\n0\r\n\r\n$/);
  assert.match(answer, /\r\na\r\nto the end\r\n0\r\n\r\n$/);
  await until(() => plane.upstream(WEB).connections === 0);
});

test('an unused connection is closed after the time its route says', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await serve(t, [upstream.port], 'timeoutPolicy: {idleConnection: 50ms},');
  assert.equal((await get(t, plane)).body, 'ok');
  await until(() => upstream.connections[0]?.closed === true);
  assert.equal(plane.upstream(WEB).connections, 0);
  assert.equal((await get(t, plane)).body, 'ok');
});

test('an unused connection is closed a second before the upstream would close it', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: () => answerOf('ok', '200 OK', 'keep-alive: timeout=2, max=100\r\n'),
  });
  const plane = await serve(t, [upstream.port], 'timeoutPolicy: {idleConnection: 1h},');
  assert.equal((await get(t, plane)).body, 'ok');
  const before = performance.now();
  assert.equal((await get(t, plane)).body, 'ok');
  assert.equal(upstream.sockets.length, 1, 'until then it is used again');
  await until(() => upstream.connections[0]?.closed === true);
  const keptMs = performance.now() - before;
  assert.equal(keptMs > 900 && keptMs < 1900, true, `kept ${keptMs} ms`);
});

test('bytes on an idle connection end it, and are counted', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await serve(t, [upstream.port]);
  assert.equal((await get(t, plane)).body, 'ok');
  upstream.sockets[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret');
  await until(() => upstream.connections[0]?.closed === true);
  assert.equal((await get(t, plane)).body, 'ok');
  assert.equal(upstream.sockets.length, 2);
  assert.equal(plane.metric(METRIC.surplusBytes) > 0, true);
});

test('an upstream that ends an idle connection costs no request', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await serve(t, [upstream.port]);
  for (let i = 0; i < 3; i++) {
    assert.equal((await get(t, plane)).body, 'ok');
    upstream.sockets[i]?.end();
    await until(() => upstream.connections[i]?.closed === true);
  }
  assert.equal(upstream.sockets.length, 3);
});

test('bytes that arrived while the loop stood still are seen before the connection is used', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('mine') });
  const plane = await serve(t, [upstream.port]);
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/mine$/);
  const [socket] = upstream.sockets;
  // Both lie in the kernel when the loop looks again: the next request, and bytes for nobody.
  client.socket.write('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  socket?.write('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret');
  const until20 = performance.now() + 20;
  while (performance.now() < until20);
  await client.until(/mine[\s\S]*mine$/);
  assert.equal(client.received.includes('secret'), false);
});

test('endpoints that come are used, those that go are left, whatever is under way', async (t) => {
  const [one, two] = await Promise.all(
    ['one', 'two'].map((name) =>
      http1Upstream(t, {
        onRequest: ({ head }) => (head.startsWith('GET /hold') ? undefined : answerOf(name)),
      }),
    ),
  );
  assert.ok(one !== undefined && two !== undefined);
  const plane = await serve(t, [one.port]);
  assert.equal((await get(t, plane)).body, 'one');
  const held = await RawClient.connect(t, plane.http);
  held.send('GET /hold HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => one.requests.length === 2);
  assert.equal((await get(t, plane)).body, 'one');

  await plane.write('endpoints.yaml', endpoints('web', [one.port, two.port]));
  const both = new Set<string>();
  for (let i = 0; i < 4; i++) both.add((await get(t, plane)).body);
  assert.deepEqual([...both].toSorted(), ['one', 'two']);

  await plane.write('endpoints.yaml', endpoints('web', [two.port]));
  for (let i = 0; i < 4; i++) assert.equal((await get(t, plane)).body, 'two');
  const holding = one.requests.find(({ head }) => head.startsWith('GET /hold'))?.connection ?? -1;
  await until(() => one.connections.every(({ closed }, index) => closed || index === holding));
  assert.equal(one.connections[holding]?.closed, false, 'its request is under way');
  one.connections[holding]?.socket.write(answerOf('held'));
  await held.until(/held$/);
  await until(() => one.connections[holding]?.closed === true);
  assert.equal(plane.upstream(WEB).active, 0);
  assert.equal(plane.upstream(WEB).connections, 1);

  await plane.write('endpoints.yaml', endpoints('web', [one.port]));
  assert.equal((await get(t, plane)).body, 'one');
  await plane.write('endpoints.yaml', '');
  assert.equal((await get(t, plane)).status, 503);
});

test('requests are spread evenly over the endpoints', async (t) => {
  const upstreams = await Promise.all(
    [0, 1, 2].map(() => http1Upstream(t, { onRequest: () => answerOf('ok') })),
  );
  const plane = await serve(
    t,
    upstreams.map(({ port }) => port),
  );
  for (let i = 0; i < 30; i++) await get(t, plane);
  assert.deepEqual(
    upstreams.map(({ requests }) => requests.length),
    [10, 10, 10],
  );
});
