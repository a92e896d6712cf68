import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';

async function start(
  t: Parameters<typeof startTestGateway>[0],
  cookies: readonly string[],
  routes: readonly string[],
) {
  const upstream = await echoUpstream(
    t,
    'web',
    cookies.map((cookie) => `Set-Cookie: ${cookie}\r\n`).join(''),
  );
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy('web', 'web.test', `  routes: [${routes.join(', ')}]`),
      ),
    },
  });
  const cookieOf = async (path = '/') =>
    (await ask(t, gateway.http, { host: 'web.test', path })).headers.get('set-cookie');
  return { gateway, cookieOf };
}

const rewrites = (items: string) => `cookieRewritePolicies: [${items}]`;

test('cookies of a service get the attributes of route and service, the service on top', async (t) => {
  const { gateway, cookieOf } = await start(
    t,
    ['sid=a=b; path=/internal; HttpOnly', 'other=1; Path=/', 'no-cookie'],
    [
      `{services: [{name: web, port: 80, ${rewrites('{name: sid, pathRewrite: {value: /service}, secure: true}')}}], ${rewrites('{name: sid, pathRewrite: {value: /route}, sameSite: Strict}, {name: other, domainRewrite: {value: web.test}}')}}`,
      `{conditions: [{prefix: /route}], services: [{name: web, port: 80}], ${rewrites('{name: sid, pathRewrite: {value: "/%REQ(host)%"}}')}}`,
    ],
  );
  assert.equal(
    await cookieOf(),
    'sid=a=b; HttpOnly; Path=/service; SameSite=Strict; Secure, other=1; Path=/; Domain=web.test, no-cookie',
  );
  assert.equal(await cookieOf('/route'), 'sid=a=b; HttpOnly; Path=/%REQ(host)%, other=1; Path=/, no-cookie');
  assert.deepEqual(await statusOf(gateway, 'web'), {
    current: 'valid',
    errors: [],
    warnings: [],
    messages: [],
  });
});

test('cookies that a header policy sets are changed too, whoever answers', async (t) => {
  const set = 'responseHeadersPolicy: {set: [{name: set-cookie, value: "sid=1; Secure"}]}';
  const change = rewrites('{name: sid, secure: false, sameSite: Lax}');
  const { cookieOf } = await start(
    t,
    [],
    [
      `{conditions: [{prefix: /route}], services: [{name: web, port: 80}], ${set}, ${change}}`,
      `{conditions: [{prefix: /service}], services: [{name: web, port: 80, ${set}}], ${change}}`,
      `{conditions: [{prefix: /redirect}], requestRedirectPolicy: {path: /x}, ${set}, ${change}}`,
      `{conditions: [{prefix: /direct}], directResponsePolicy: {statusCode: 200}, ${set}, ${change}}`,
    ],
  );
  for (const path of ['/route', '/service', '/redirect', '/direct']) {
    assert.equal(await cookieOf(path), 'sid=1; SameSite=Lax', path);
  }
});

test('a bad policy takes its route off', async (t) => {
  const { gateway, cookieOf } = await start(
    t,
    ['sid=1'],
    [
      '{services: [{name: web, port: 80}]}',
      `{conditions: [{prefix: /bad}], services: [{name: web, port: 80, ${rewrites('{name: sid, secure: true}, {name: sid, sameSite: Lax}')}}]}`,
    ],
  );
  assert.equal(await cookieOf(), 'sid=1');
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/bad' })).status, 503);
  assert.deepEqual((await statusOf(gateway, 'web')).errors, ['RouteError/CookieRewritePoliciesInvalid']);
});

test('sluice explain names the filter', async (t) => {
  const { gateway } = await start(
    t,
    [],
    [`{services: [{name: web, port: 80}], ${rewrites('{name: sid, secure: true}')}}`],
  );
  const answer = await fetch(`${gateway.adminUrl}/v1/explain?method=GET&url=http://web.test/`);
  assert.deepEqual(((await answer.json()) as { filters: string[] }).filters, ['cookie-rewrite']);
});
