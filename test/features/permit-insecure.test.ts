import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy } from '../support/ask.ts';
import { documents, service, startTestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { certificateFor, secureConnect, tlsSecret } from '../support/tls.ts';

/** A host with TLS: `/open` permits plain HTTP, all other routes do not. */
async function start(t: Parameters<typeof startTestGateway>[0], options: Partial<TestGatewayOptions> = {}) {
  const upstream = await echoUpstream(t, 'web');
  const to = 'services: [{name: web, port: 80}]';
  const proxy = rootProxy(
    'web',
    'web.test',
    `  routes:
    - {conditions: [{prefix: /open}], permitInsecure: true, ${to}}
    - {conditions: [{prefix: /redirect}], requestRedirectPolicy: {path: /x}}
    - {conditions: [{prefix: /direct}], directResponsePolicy: {statusCode: 200}, responseHeadersPolicy: {set: [{name: x-policy, value: "1"}]}}
    - {conditions: [{prefix: /limited}], ${to}, rateLimitPolicy: {local: {requests: 1, unit: hour}}}
    - {conditions: [{prefix: /broken}], services: [{name: missing, port: 80}]}
    - {conditions: [{prefix: /}], ${to}}
  includes: [{name: missing, conditions: [{prefix: /include}]}]`,
  ).replace('"web.test"}', '"web.test", tls: {secretName: web}}');
  return startTestGateway(t, {
    ...options,
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        tlsSecret('web', await certificateFor('web.test')),
        proxy,
      ),
    },
  });
}

const PLAIN: readonly (readonly [host: string, path: string, location: string])[] = [
  ['web.test', '/a?b=1', 'https://web.test/a?b=1'],
  ['WEB.test', '/', 'https://web.test/'],
  ['web.test:80', '/', 'https://web.test/'],
  ['web.test:8080', '/', 'https://web.test:8080/'],
  ['web.test', '/redirect', 'https://web.test/redirect'],
  ['web.test', '/direct', 'https://web.test/direct'],
  ['web.test', '/broken', 'https://web.test/broken'],
  ['web.test', '//evil.test/', 'https://web.test/evil.test/'],
];

test('a host with TLS redirects plain requests to it', async (t) => {
  const gateway = await start(t);
  for (const [host, path, location] of PLAIN) {
    await t.test(`${host}${path}`, async (t) => {
      const reply = await ask(t, gateway.http, { host, path });
      assert.equal(reply.status, 301);
      assert.equal(reply.headers.get('location'), location);
      assert.equal(reply.headers.has('x-policy'), false, 'header policies do not hold here');
      assert.equal(reply.body, '');
    });
  }
  const client = await secureConnect(t, gateway.https, 'web.test');
  assert.match(await client.get('web.test', '/a'), /<web>/);
});

test('a route that permits it is served in plain text, an include without target answers there too', async (t) => {
  const gateway = await start(t);
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/open' })).from, 'web');
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/include' })).status, 502);
});

test('disablePermitInsecure redirects it nevertheless', async (t) => {
  const gateway = await start(t, { compile: { disablePermitInsecure: true } });
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/open' })).status, 301);
});

test("the upgrade passes the host's limit, not the route's", async (t) => {
  const gateway = await start(t);
  for (let i = 0; i < 3; i++) {
    assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/limited' })).status, 301);
  }
});
