import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RootContext } from '../../../src/compile/httpproxy/context.ts';
import { compileRoute, MISCONFIGURED, origin } from '../../../src/compile/httpproxy/route.ts';
import type { RouteSpec } from '../../../src/compile/httpproxy/spec.ts';
import type { LocalRateLimit } from '../../../src/snapshot/filter.ts';
import { backend } from '../compiler-harness.ts';
import { findings } from '../findings.ts';
import { MemoryView } from '../memory-view.ts';
import { rootContext } from './root-context.ts';

const LIMIT: LocalRateLimit = {
  kind: 'local-rate-limit',
  bucket: 'host',
  tokens: 1,
  periodMs: 1000,
  burst: 1,
  status: 429,
  headers: [],
};
const FORWARD: RouteSpec = { services: [{ name: 'web', port: 80 }] };

function compile(route: RouteSpec, changes: Partial<RootContext> = {}) {
  return findings((place) =>
    compileRoute(rootContext(place, backend('web'), changes), route, { place, inherited: [] }),
  );
}

test('compileRoute() keeps the match of a bad route and answers 503', () => {
  const bad = { ...FORWARD, conditions: [{ prefix: '/a' }], timeoutPolicy: { response: 'x' } };
  const { value } = compile(bad);
  assert.deepEqual(value?.route.match.path, { kind: 'prefix', value: '/a' });
  assert.equal(value?.route.action, MISCONFIGURED);
});

test('compileRoute() gives no route for a path it cannot read, and reports the rest too', () => {
  const { value, reports } = compile({ conditions: [{ prefix: 'a' }] });
  assert.equal(value, null);
  assert.deepEqual(reports, [
    'error RouteError/PathMatchConditionsNotValid at.conditions[0].prefix',
    'error RouteError/RouteActionCountNotValid at',
  ]);
});

test('compileRoute() redirects plain requests of TLS hosts unless permitInsecure', () => {
  const plain = (route: RouteSpec, changes: Partial<RootContext>) => {
    const { value } = compile(route, changes);
    return [value?.route.plain, value?.route.secure];
  };
  const insecure = { ...FORWARD, permitInsecure: true };
  assert.deepEqual(plain(FORWARD, {}), ['serve', 'none']);
  assert.deepEqual(plain(FORWARD, { tls: true }), ['redirect', 'serve']);
  assert.deepEqual(plain({ directResponsePolicy: { statusCode: 200 } }, { tls: true }), [
    'redirect',
    'serve',
  ]);
  const objects = new MemoryView([], { disablePermitInsecure: true });
  assert.deepEqual(plain(insecure, { tls: true, view: objects }), ['redirect', 'serve']);
  assert.deepEqual(plain(insecure, { tls: true }), ['serve', 'serve']);
});

test('compileRoute() takes its own limit instead of the host one', () => {
  const kinds = (route: RouteSpec) =>
    compile(route, { localRateLimit: LIMIT }).value?.route.filters.map((filter) =>
      filter.kind === 'local-rate-limit' ? filter.bucket : filter.kind,
    );
  assert.deepEqual(kinds(FORWARD), ['host']);
  const own = {
    ...FORWARD,
    rateLimitPolicy: { local: { requests: 1, unit: 'second' as const } },
    requestHeadersPolicy: { remove: ['a'] },
    responseHeadersPolicy: { remove: ['a'] },
  };
  assert.deepEqual(kinds(own), [
    'default/root|a.example|["prefix","/",[],[]]',
    'request-headers',
    'response-headers',
  ]);
});

test('compileRoute() wants exactly one action', () => {
  const direct = { directResponsePolicy: { statusCode: 200 } };
  for (const route of [{}, { services: [] }, { ...FORWARD, ...direct }]) {
    assert.deepEqual(compile(route).reports, ['error RouteError/RouteActionCountNotValid at']);
  }
  assert.deepEqual(compile(direct).reports, []);
});

test('origin() names object and field', () => {
  assert.deepEqual(findings((place) => origin(place)).value, {
    kind: 'HTTPProxy',
    namespace: 'default',
    name: 'root',
    field: 'at',
  });
});
