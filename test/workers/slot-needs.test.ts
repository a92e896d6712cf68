import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotsOfEndpoints, slotsOfHost, slotsOfUpstream } from '../../src/workers/slot-needs.ts';
import { endpoints, host, upstream } from './deltas.ts';

test('slotsOfHost() finds buckets of the upgrade, of routes and of backends, each once', () => {
  const all = host('a.test', { host: 'upgrade', route: 'route', backend: 'backend' });
  assert.deepEqual(slotsOfHost(all), ['bucket:upgrade', 'bucket:route', 'bucket:backend']);
  assert.deepEqual(slotsOfHost(host('a.test', { host: 'one', route: 'one', backend: 'one' })), [
    'bucket:one',
  ]);
  assert.deepEqual(slotsOfHost({ ...all, routes: [...all.routes, ...all.routes] }).length, 3);
});

test('slotsOfHost() needs nothing for filters without a bucket, nor for routes that do not forward', () => {
  const plain = host('a.test');
  const [route] = plain.routes;
  assert.ok(route !== undefined);
  const filters = [{ kind: 'response-headers', remove: ['x'], set: [] } as const];
  const action = { kind: 'respond', status: 404, body: '', error: null } as const;
  const routes = [
    { ...route, filters },
    { ...route, action },
  ];
  assert.deepEqual(slotsOfHost({ ...plain, routes, upgradeFilters: filters }), []);
});

test('slotsOfUpstream() is the one slot of its name', () => {
  assert.deepEqual(slotsOfUpstream(upstream('ns/web/80')), ['upstream:ns/web/80']);
});

test('slotsOfEndpoints() has one for each address, however often it is there', () => {
  assert.deepEqual(slotsOfEndpoints(endpoints('ns/web/80')), []);
  assert.deepEqual(slotsOfEndpoints(endpoints('ns/web/80', '10.0.0.1', '10.0.0.2', '10.0.0.1')), [
    'endpoint:10.0.0.1:80',
    'endpoint:10.0.0.2:80',
  ]);
  const [v6] = slotsOfEndpoints(endpoints('ns/web/80', '2001:db8::1'));
  assert.notEqual(v6, slotsOfEndpoints({ name: 'x', endpoints: [{ address: '2001:db8::', port: 180 }] })[0]);
});
