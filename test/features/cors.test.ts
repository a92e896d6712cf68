import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';
import { ingress } from '../support/ingress.ts';
import { certificateFor, tlsSecret } from '../support/tls.ts';

const POLICY =
  'corsPolicy: {allowOrigin: ["https://shop.test", "https://.+[.]shop[.]test"], allowMethods: [GET, PUT], allowHeaders: [authorization], exposeHeaders: [x-total], allowCredentials: true, maxAge: 10m}';
const ORIGIN = 'origin: https://shop.test';
const FOREIGN = 'origin: https://evil.test';
const ASKS = 'access-control-request-method: PUT';

async function start(
  t: Parameters<typeof startTestGateway>[0],
  options: {
    readonly host?: string;
    readonly routes?: readonly string[];
    readonly answerHeaders?: string;
    readonly more?: readonly string[];
  } = {},
) {
  const { host = POLICY, routes = ['{services: [{name: web, port: 80}]}'] } = options;
  const upstream = await echoUpstream(t, 'web', options.answerHeaders);
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy('web', 'web.test', `  routes: [${routes.join(', ')}]`).replace('test"}', `test", ${host}}`),
        ...(options.more ?? []),
      ),
    },
  });
  const preflight = (path = '/', origin = ORIGIN) =>
    ask(t, gateway.http, { method: 'OPTIONS', host: 'web.test', path, headers: [origin, ASKS] });
  const get = (path = '/', headers: readonly string[] = [ORIGIN]) =>
    ask(t, gateway.http, { host: 'web.test', path, headers });
  return { gateway, upstream, preflight, get };
}

test('a preflight of an allowed origin is answered by the gateway', async (t) => {
  const { gateway, upstream, preflight } = await start(t);
  const { status, headers, body } = await preflight();
  assert.equal(status, 200);
  assert.equal(body, '');
  assert.equal(headers.get('content-length'), '0');
  assert.equal(headers.get('access-control-allow-origin'), 'https://shop.test');
  assert.equal(headers.get('access-control-allow-methods'), 'GET,PUT');
  assert.equal(headers.get('access-control-allow-headers'), 'authorization');
  assert.equal(headers.get('access-control-allow-credentials'), 'true');
  assert.equal(headers.get('access-control-max-age'), '600');
  assert.equal(headers.has('proxy-status'), false);
  assert.equal(upstream.heads.length, 0);
  assert.deepEqual(await statusOf(gateway, 'web'), {
    current: 'valid',
    errors: [],
    warnings: [],
    messages: [],
  });
  const pattern = await preflight('/', 'origin: https://a.shop.test');
  assert.equal(pattern.headers.get('access-control-allow-origin'), 'https://a.shop.test');
});

test('other requests are forwarded; only allowed origins may read the answer', async (t) => {
  const { preflight, get } = await start(t, {
    answerHeaders: 'access-control-allow-origin: https://own.test\r\nvary: accept\r\n',
  });
  const mine = await get();
  assert.equal(mine.from, 'web');
  assert.match(mine.forwarded, /\r\norigin: https:\/\/shop\.test\r\n/);
  assert.equal(mine.headers.get('access-control-allow-origin'), 'https://shop.test');
  assert.equal(mine.headers.get('access-control-expose-headers'), 'x-total');
  assert.equal(mine.headers.get('vary'), 'accept, Origin');
  for (const reply of [await get('/', [FOREIGN]), await get('/', []), await preflight('/', FOREIGN)]) {
    assert.equal(reply.from, 'web');
    assert.equal(reply.headers.get('access-control-allow-origin'), 'https://own.test');
    assert.equal(reply.headers.get('vary'), 'accept, Origin');
  }
});

test('a preflight is answered before limits, address filters and actions; refusals can be read', async (t) => {
  const { preflight, get } = await start(t, {
    host: `${POLICY}, ipDenyPolicy: [{source: Peer, cidr: 127.0.0.0/8}]`,
    routes: [
      '{services: [{name: web, port: 80}], rateLimitPolicy: {local: {requests: 1, unit: hour}}}',
      '{conditions: [{prefix: /r}], requestRedirectPolicy: {path: /x}}',
    ],
    more: [ingress('more', { 'web.test': [['/ingress', 'web']] })],
  });
  for (const path of ['/', '/', '/r', '/ingress']) {
    assert.equal((await preflight(path)).status, 200, path);
  }
  for (const status of [403, 429]) {
    const reply = await get();
    assert.equal(reply.status, status);
    assert.equal(reply.headers.get('access-control-allow-origin'), 'https://shop.test');
  }
  const redirect = await get('/ingress');
  assert.equal(redirect.status, 403);
  assert.equal(redirect.headers.get('access-control-allow-origin'), 'https://shop.test');
});

test('redirects, direct responses and failures to forward can be read', async (t) => {
  const { get } = await start(t, {
    routes: [
      '{conditions: [{prefix: /r}], requestRedirectPolicy: {path: /x}}',
      '{conditions: [{prefix: /d}], directResponsePolicy: {statusCode: 200, body: x}}',
      '{conditions: [{prefix: /m}], services: [{name: missing, port: 80}]}',
    ],
  });
  for (const [path, status] of [
    ['/r', 302],
    ['/d', 200],
    ['/m', 503],
  ] as const) {
    const reply = await get(path);
    assert.equal(reply.status, status);
    assert.equal(reply.headers.get('access-control-allow-origin'), 'https://shop.test', path);
  }
});

test('the redirect to HTTPS answers preflights and can be read', async (t) => {
  const { preflight, get } = await start(t, {
    host: `tls: {secretName: web}, ${POLICY}`,
    more: [tlsSecret('web', await certificateFor('web.test'))],
  });
  assert.equal((await preflight()).status, 200);
  const { status, headers } = await get();
  assert.equal(status, 301);
  assert.equal(headers.get('access-control-allow-origin'), 'https://shop.test');
});

test('header policies change what the filter sees and says not at all', async (t) => {
  const { get } = await start(t, {
    routes: [
      '{services: [{name: web, port: 80}], requestHeadersPolicy: {remove: [origin]}, responseHeadersPolicy: {set: [{name: access-control-allow-origin, value: "*"}]}}',
    ],
  });
  const { forwarded, headers } = await get();
  assert.doesNotMatch(forwarded, /\r\norigin:/);
  assert.equal(headers.get('access-control-allow-origin'), 'https://shop.test');
});

test('a policy that does not parse takes the host off', async (t) => {
  const { gateway, get } = await start(t, {
    host: 'corsPolicy: {allowOrigin: ["(a"], allowMethods: [GET]}',
  });
  assert.equal((await get()).status, 503);
  assert.deepEqual((await statusOf(gateway, 'web')).errors, ['CORSError/PolicyDidNotParse']);
});

test('sluice explain names the filter', async (t) => {
  const { gateway } = await start(t);
  const answer = await fetch(`${gateway.adminUrl}/v1/explain?method=GET&url=http://web.test/`);
  assert.deepEqual(((await answer.json()) as { filters: string[] }).filters, ['cors']);
});
