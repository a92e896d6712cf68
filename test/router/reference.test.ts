import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchingRoutes } from '../../src/router/reference.ts';
import { header, liveHost, request, route } from './fixtures.ts';

test('matchingRoutes() gives all routes that hold, in their order', () => {
  const path = { kind: 'prefix', value: '/a' } as const;
  const { routes } = liveHost([
    route({ kind: 'exact', value: '/a' }, { name: 'exact' }),
    route(path, { name: 'conditional', match: { path, headers: [header({ value: '1' })], query: [] } }),
    route(path, { name: 'tls only', plain: 'none' }),
    route({ kind: 'segment', value: '/' }, { name: 'rest' }),
  ]);
  const names = (headers: string[], secure: boolean) =>
    matchingRoutes(routes, request({ path: '/a', headers }), secure).map((live) => live.route.origin.name);
  assert.deepEqual(names([], false), ['exact', 'rest']);
  assert.deepEqual(names(['x', '1'], true), ['exact', 'conditional', 'tls only', 'rest']);
});
