import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cors } from '../../src/filters/cors.ts';
import type { Cors as Config } from '../../src/snapshot/filter.ts';
import { context } from './context.ts';

const CONFIG: Config = {
  kind: 'cors',
  anyOrigin: false,
  origins: ['https://shop.test', 'https://shop.test:8443'],
  patterns: ['https://[a-z]+\\.shop\\.test'],
  allowMethods: 'GET,PUT',
  allowHeaders: 'authorization,x-a',
  exposeHeaders: 'x-total',
  allowCredentials: true,
  allowPrivateNetwork: false,
  maxAgeSeconds: 600,
};

/** Sends a request through a filter; its answer, or what an answer of the service became. */
function pass(
  config: Partial<Config>,
  requestHeaders: string[],
  options: { method?: string; response?: string[] } = {},
) {
  const { method = 'GET', response = [] } = options;
  const filter = new Cors({ ...CONFIG, ...config });
  const request = context({ method, requestHeaders, responseHeaders: [...response] });
  const answer = filter.onRequest(request);
  if (answer !== undefined) request.responseHeaders.splice(0, Number.POSITIVE_INFINITY, ...answer.headers);
  filter.onResponse(request);
  return { answer, origin: request.corsOrigin, headers: request.responseHeaders };
}

const PREFLIGHT = { method: 'OPTIONS' };
const ASKS = ['access-control-request-method', 'PUT'];

test('Cors answers the preflight of an allowed origin', () => {
  const { answer, headers } = pass({}, ['origin', 'https://shop.test', ...ASKS], PREFLIGHT);
  assert.equal(answer?.status, 200);
  assert.equal(answer.error, null);
  assert.deepEqual(headers, [
    'access-control-allow-methods',
    'GET,PUT',
    'access-control-allow-headers',
    'authorization,x-a',
    'access-control-max-age',
    '600',
    'vary',
    'Origin',
    'access-control-allow-origin',
    'https://shop.test',
    'access-control-allow-credentials',
    'true',
    'access-control-expose-headers',
    'x-total',
  ]);
});

test('Cors says nothing that is not configured', () => {
  const bare = { allowHeaders: '', exposeHeaders: '', allowCredentials: false, maxAgeSeconds: null };
  const { headers } = pass(bare, ['origin', 'https://shop.test', ...ASKS], PREFLIGHT);
  assert.deepEqual(headers, [
    'access-control-allow-methods',
    'GET,PUT',
    'vary',
    'Origin',
    'access-control-allow-origin',
    'https://shop.test',
  ]);
  const zero = pass({ maxAgeSeconds: 0 }, ['origin', 'https://shop.test', ...ASKS], PREFLIGHT);
  assert.equal(zero.headers[zero.headers.indexOf('access-control-max-age') + 1], '0');
});

test('Cors lets what is no preflight pass', () => {
  const origin = ['origin', 'https://shop.test'];
  for (const [method, headers] of [
    ['OPTIONS', origin],
    ['OPTIONS', [...origin, 'access-control-request-method', '']],
    ['OPTIONS', ASKS],
    ['GET', [...origin, ...ASKS]],
    ['POST', origin],
  ] as const) {
    assert.equal(pass({}, [...headers], { method }).answer, undefined, `${method} ${headers}`);
  }
});

test('Cors tells a private network only to who asks, and only where it is allowed', () => {
  const asks = ['origin', 'https://shop.test', ...ASKS, 'access-control-request-private-network', 'true'];
  const name = 'access-control-allow-private-network';
  const allowed = { allowPrivateNetwork: true };
  assert.ok(pass(allowed, [...asks], PREFLIGHT).headers.includes(name));
  assert.ok(!pass(allowed, asks.slice(0, 4), PREFLIGHT).headers.includes(name));
  assert.ok(!pass({}, [...asks], PREFLIGHT).headers.includes(name));
});

for (const [origin, config, allowed] of [
  ['https://shop.test', {}, true],
  ['HTTPS://Shop.TEST', {}, true],
  ['https://shop.test:8443', {}, true],
  ['https://a.shop.test', {}, true],
  ['https://shop.test:80', {}, false],
  ['https://shop.test.evil.test', {}, false],
  ['https://evil.test/https://shop.test', {}, false],
  ['https://a.shop.test.evil.test', {}, false],
  ['xhttps://a.shop.test', {}, false],
  ['http://shop.test', {}, false],
  ['null', {}, false],
  ['', { anyOrigin: true }, false],
  ['null', { anyOrigin: true }, true],
  ['https://evil.test', { anyOrigin: true }, true],
  [`https://${'a'.repeat(600)}.shop.test`, { anyOrigin: true }, false],
] as const) {
  test(`Cors ${allowed ? 'allows' : 'does not allow'} the origin ${JSON.stringify(origin).slice(0, 50)}${'anyOrigin' in config ? ' where all are' : ''}`, () => {
    const { answer, headers } = pass(config, ['origin', origin, ...ASKS], PREFLIGHT);
    assert.equal(answer !== undefined, allowed);
    assert.equal(headers.includes('access-control-allow-origin'), allowed);
    if (allowed) assert.equal(headers[headers.indexOf('access-control-allow-origin') + 1], origin);
  });
}

test('Cors does not take one of two origins', () => {
  const two = ['origin', 'https://shop.test', 'origin', 'https://evil.test'];
  assert.equal(pass({}, two).origin, '');
});

test('Cors replaces what the service says to an allowed origin, and leaves it to others', () => {
  const response = ['access-control-allow-origin', '*', 'access-control-allow-origin', 'x'];
  const mine = pass({}, ['origin', 'https://shop.test'], { response });
  assert.deepEqual(mine.headers.slice(0, 4), [
    'access-control-allow-origin',
    'https://shop.test',
    'vary',
    'Origin',
  ]);
  const foreign = pass({}, ['origin', 'https://evil.test'], { response });
  assert.deepEqual(foreign.headers, [...response, 'vary', 'Origin']);
});

test('Cors tells caches that the answer varies, once', () => {
  for (const [vary, added] of [
    [[], true],
    [['vary', 'accept-encoding'], true],
    [['vary', 'x-origin, originx'], true],
    [['vary', 'accept-encoding', 'vary', 'a, ORIGIN ,b'], false],
    [['vary', '*'], false],
  ] as const) {
    const { headers } = pass({}, [], { response: [...vary] });
    assert.deepEqual(headers, added ? [...vary, 'vary', 'Origin'] : vary);
  }
});
