import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveHost } from '../../src/router/live-host.ts';
import { DEPS, LIMIT, liveHost, request, route, virtualHost } from './fixtures.ts';

const ROOT = { kind: 'prefix', value: '/' } as const;
const TLS = { certificate: 'shop/tls', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', clients: null } as const;

test('LiveHost.match() gives the route that answers, or null', () => {
  const host = liveHost([
    route({ kind: 'exact', value: '/cart' }, { name: 'cart' }),
    route({ kind: 'segment', value: '/img' }, { name: 'img' }),
  ]);
  const answers = (path: string) => host.match(request({ path }), false)?.route.origin.name ?? null;
  assert.deepEqual(['/cart', '/img/a.png', '/imgs', '/'].map(answers), ['cart', 'img', null, null]);
});

test('LiveHost.match() keeps each listener to its own routes', () => {
  const host = liveHost([
    route(ROOT, { name: 'tls only', plain: 'none' }),
    route(ROOT, { name: 'plain only', secure: 'none' }),
  ]);
  assert.equal(host.match(request(), true)?.route.origin.name, 'tls only');
  assert.equal(host.match(request(), false)?.route.origin.name, 'plain only');
});

test('LiveHost of no routes matches nothing', () => {
  assert.equal(liveHost([]).match(request(), false), null);
});

test('LiveHost numbers its routes in the order in which they are tried', () => {
  const { routes } = liveHost([route({ kind: 'exact', value: '/a' }), route(ROOT)]);
  assert.deepEqual(
    routes.map(({ order }) => order),
    [0, 1],
  );
});

test('LiveHost keeps the TLS policy and makes the filters of the upgrade', () => {
  const host = new LiveHost({ ...virtualHost('shop.test', []), upgradeFilters: [LIMIT], tls: TLS }, DEPS);
  assert.equal(host.name, 'shop.test');
  assert.equal(host.tls, TLS);
  assert.deepEqual(
    host.upgradeFilters.map(({ kind }) => kind),
    ['local-rate-limit'],
  );
  assert.equal(liveHost([]).tls, null);
});
