import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ask } from '../support/ask.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { endpoints, httpProxy, until } from '../support/gateway.ts';
import { answerOf, type Http1Upstream, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

const WEB = 'default/web/80';
const ROUTE = httpProxy(
  'web',
  '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]',
);

/** @param limits Annotations of the Service, without their common beginning. */
function serve(
  t: TestContext,
  ports: readonly number[],
  limits: Readonly<Record<string, number>>,
): Promise<TestDataPlane> {
  const annotations = Object.entries(limits).map(([key, value]) => `projectcontour.io/${key}: "${value}"`);
  return startTestDataPlane(t, {
    manifests: {
      'service.yaml': `apiVersion: v1
kind: Service
metadata: {name: web, namespace: default, annotations: {${annotations.join(', ')}}}
spec: {ports: [{name: main, port: 80, protocol: TCP}]}
`,
      'endpoints.yaml': endpoints('web', ports),
      'route.yaml': ROUTE,
    },
  });
}

/** Holds every answer until the test gives it. */
async function holding(t: TestContext): Promise<Http1Upstream & { answer(index: number): void }> {
  const upstream = await http1Upstream(t, {});
  return {
    ...upstream,
    answer: (index) => void upstream.requests[index]?.socket.write(answerOf(`answer ${index}`)),
  };
}

async function request(t: TestContext, plane: TestDataPlane): Promise<RawClient> {
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  return client;
}

test('max-requests: one request more than may run at once gets 503', async (t) => {
  const upstream = await holding(t);
  const plane = await serve(t, [upstream.port], { 'max-requests': 2 });
  const first = await request(t, plane);
  const second = await request(t, plane);
  await until(() => upstream.requests.length === 2);
  const third = await ask(t, plane.http, { host: 'web.test' });
  assert.equal(third.status, 503);
  assert.equal(third.headers.get('proxy-status'), 'sluice; error=connection_limit_reached');
  upstream.answer(0);
  upstream.answer(1);
  await Promise.all([first.until(/answer \d$/), second.until(/answer \d$/)]);
  const fourth = await request(t, plane);
  await until(() => upstream.requests.length === 3);
  upstream.answer(2);
  await fourth.until(/answer 2$/);
  assert.equal(plane.upstream(WEB).active, 0);
});

test('max-connections: who comes later waits for a connection, in order', async (t) => {
  const upstream = await holding(t);
  const plane = await serve(t, [upstream.port], { 'max-connections': 1 });
  const clients = [await request(t, plane)];
  await until(() => upstream.requests.length === 1);
  for (let waiting = 1; waiting <= 2; waiting++) {
    clients.push(await request(t, plane));
    await until(() => plane.upstream(WEB).pending === waiting);
  }
  for (const [index, client] of clients.entries()) {
    await until(() => upstream.requests.length === index + 1);
    upstream.answer(index);
    await client.until(new RegExp(`answer ${index}$`));
  }
  assert.equal(upstream.sockets.length, 1);
  assert.equal(plane.upstream(WEB).connections, 1);
  assert.equal(plane.upstream(WEB).pending, 0);
});

test('max-pending-requests: a queue that is full refuses', async (t) => {
  const upstream = await holding(t);
  const plane = await serve(t, [upstream.port], { 'max-connections': 1, 'max-pending-requests': 1 });
  await request(t, plane);
  await until(() => upstream.requests.length === 1);
  const waiting = await request(t, plane);
  await until(() => plane.upstream(WEB).pending === 1);
  assert.equal((await ask(t, plane.http, { host: 'web.test' })).status, 503);
  upstream.answer(0);
  await until(() => upstream.requests.length === 2);
  upstream.answer(1);
  await waiting.until(/answer 1$/);
});

test('a client that leaves while it waits leaves the queue', async (t) => {
  const upstream = await holding(t);
  const plane = await serve(t, [upstream.port], { 'max-connections': 1 });
  await request(t, plane);
  await until(() => upstream.requests.length === 1);
  const waiting = await request(t, plane);
  await until(() => plane.upstream(WEB).pending === 1);
  waiting.socket.resetAndDestroy();
  await until(() => plane.upstream(WEB).pending === 0);
  assert.equal(plane.upstream(WEB).active, 1);
});

test('a connection that breaks makes room for who waits', async (t) => {
  const upstream = await holding(t);
  const plane = await serve(t, [upstream.port], { 'max-connections': 1 });
  const first = await request(t, plane);
  await until(() => upstream.requests.length === 1);
  const waiting = await request(t, plane);
  await until(() => plane.upstream(WEB).pending === 1);
  upstream.sockets[0]?.destroy();
  await first.until(/^HTTP\/1\.1 503 /);
  await until(() => upstream.requests.length === 2);
  upstream.answer(1);
  await waiting.until(/answer 1$/);
});

test('per-host-max-connections bounds each endpoint, not their sum', async (t) => {
  const one = await holding(t);
  const two = await holding(t);
  const plane = await serve(t, [one.port, two.port], { 'per-host-max-connections': 1 });
  const clients = [await request(t, plane), await request(t, plane)];
  await until(() => one.requests.length === 1 && two.requests.length === 1);
  clients.push(await request(t, plane), await request(t, plane));
  await until(() => plane.upstream(WEB).pending === 2);
  // Whoever is free first serves who came first, whichever endpoint was meant.
  two.answer(0);
  await until(() => two.requests.length === 2);
  two.answer(1);
  await until(() => two.requests.length === 3);
  two.answer(2);
  one.answer(0);
  await Promise.all(clients.map((client) => client.until(/answer \d$/)));
  assert.equal(one.sockets.length + two.sockets.length, 2);
});

test('an idle connection to another endpoint serves who may not open one to its own', async (t) => {
  const upstreams = await Promise.all(
    [0, 1, 2].map(() => http1Upstream(t, { onRequest: () => answerOf('ok') })),
  );
  const plane = await serve(
    t,
    upstreams.map(({ port }) => port),
    { 'max-connections': 1 },
  );
  for (let i = 0; i < 6; i++) assert.equal((await ask(t, plane.http, { host: 'web.test' })).body, 'ok');
  assert.equal(plane.upstream(WEB).connections, 1);
});

test('a route that changes while requests wait for its upstream fails none of them', async (t) => {
  const upstream = await holding(t);
  const plane = await serve(t, [upstream.port], { 'max-connections': 1 });
  const first = await request(t, plane);
  await until(() => upstream.requests.length === 1);
  const waiting = await request(t, plane);
  await until(() => plane.upstream(WEB).pending === 1);
  await plane.write(
    'route.yaml',
    httpProxy(
      'web',
      '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}], timeoutPolicy: {idleConnection: 1s}}]',
    ),
  );
  upstream.answer(0);
  await first.until(/answer 0$/);
  await until(() => upstream.requests.length === 2);
  upstream.answer(1);
  await waiting.until(/answer 1$/);
  await until(() => upstream.connections.every(({ closed }) => closed));
});
