import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RootContext } from '../../../src/compile/httpproxy/context.ts';
import { checkRouteGuards } from '../../../src/compile/httpproxy/route-guards.ts';
import type { RouteSpec } from '../../../src/compile/httpproxy/spec.ts';
import { findings } from '../findings.ts';
import { rootContext } from './root-context.ts';

function guarded(route: RouteSpec, changes: Partial<RootContext> = {}) {
  return findings((place) => checkRouteGuards(rootContext(place.as('host'), '', changes), route, place));
}

test('checkRouteGuards() lets a route without guards pass', () => {
  assert.deepEqual(guarded({}), { value: false, reports: [], messages: [] });
});

test('checkRouteGuards() asks the route before the host about authorization', () => {
  const cases: [boolean | null, RouteSpec['authPolicy'] | null, boolean][] = [
    [null, { disabled: false }, false],
    [true, null, true],
    [true, { disabled: true }, false],
    [false, null, false],
    [false, { disabled: false }, true],
    [false, { context: { a: 'b' } }, true],
  ];
  for (const [enabled, authPolicy, expected] of cases) {
    const authorization = enabled === null ? null : { enabled };
    const { value, reports } = guarded(authPolicy ? { authPolicy } : {}, { authorization });
    assert.equal(value, expected);
    assert.equal(reports.length, expected ? 1 : 0);
  }
});

test('checkRouteGuards() asks the route before the default about tokens', () => {
  const jwt = { names: new Set(['a', 'b']), default: 'a' };
  const cases: [RouteSpec['jwtVerificationPolicy'] | null, boolean][] = [
    [null, true],
    [{}, true],
    [{ require: 'b' }, true],
    [{ disabled: true }, false],
  ];
  for (const [jwtVerificationPolicy, expected] of cases) {
    const route = jwtVerificationPolicy ? { jwtVerificationPolicy } : {};
    assert.equal(guarded(route, { jwt }).value, expected);
  }
  assert.equal(guarded({}, { jwt: { names: new Set(['a']), default: null } }).value, false);
});

test('checkRouteGuards() closes a route with an unknown provider or both words', () => {
  const unknown = guarded({ jwtVerificationPolicy: { require: 'x' } });
  assert.deepEqual(unknown.reports, [
    'error JWTVerificationError/JWTProviderNotDefined at.spec.virtualhost.jwtProviders',
  ]);
  assert.equal(unknown.value, true);
  const both = guarded({ jwtVerificationPolicy: { require: 'x', disabled: true } });
  assert.equal(both.value, true);
  assert.match(both.reports.join(), /InvalidJWTVerificationPolicy/);
});
