import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ask } from '../support/ask.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service } from '../support/gateway.ts';
import { answerOf, type Http1Upstream, http1Upstream } from '../support/http1-upstream.ts';

/** Each kind of action on a path of its own. */
async function serve(t: TestContext): Promise<{ plane: TestDataPlane; upstream: Http1Upstream }> {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('forwarded') });
  const plane = await startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        service('web', [upstream.port]),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes:
  - conditions: [{prefix: /forward}]
    services: [{name: web, port: 80}]
  - conditions: [{prefix: /limited}]
    rateLimitPolicy: {local: {requests: 1, unit: hour}}
    services: [{name: web, port: 80}]
  - conditions: [{prefix: /redirect}]
    requestRedirectPolicy: {hostname: other.test, statusCode: 302}
  - conditions: [{prefix: /respond}]
    directResponsePolicy: {statusCode: 418, body: short}`,
        ),
      ),
    },
  });
  return { plane, upstream };
}

test('serve() runs the action of the route that matches', async (t) => {
  const { plane } = await serve(t);
  const get = (path: string, host = 'web.test') => ask(t, plane.http, { host, path });
  assert.equal((await get('/forward')).body, 'forwarded');
  const redirect = await get('/redirect?a');
  assert.deepEqual(
    [redirect.status, redirect.headers.get('location')],
    [302, 'http://other.test/redirect?a'],
  );
  const respond = await get('/respond');
  assert.deepEqual([respond.status, respond.body], [418, 'short']);
  assert.equal((await get('/unknown')).status, 404);
  assert.equal((await get('/forward', 'unknown.test')).status, 404);
});

test('serve() lets a filter answer before the action', async (t) => {
  const { plane, upstream } = await serve(t);
  const statuses: number[] = [];
  for (let i = 0; i < 2; i++)
    statuses.push((await ask(t, plane.http, { host: 'web.test', path: '/limited' })).status);
  assert.deepEqual(statuses, [200, 429]);
  assert.equal(upstream.requests.length, 1);
});

test('serve() answers OPTIONS * itself, whatever the host (http1.md A25)', async (t) => {
  const { plane, upstream } = await serve(t);
  const reply = await ask(t, plane.http, { host: 'unknown.test', method: 'OPTIONS', path: '*' });
  assert.equal(reply.status, 204);
  assert.equal(upstream.requests.length, 0);
});

test('serve() refuses everything when memory is short', async (t) => {
  const { plane, upstream } = await serve(t);
  plane.press(2);
  for (const path of ['/forward', '/redirect', '/respond', '/unknown']) {
    assert.equal((await ask(t, plane.http, { host: 'web.test', path })).status, 503);
  }
  assert.equal(upstream.requests.length, 0);
});
