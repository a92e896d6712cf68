import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../src/router/explain.ts';
import { LiveHost } from '../../src/router/live-host.ts';
import { DEPS, LIMIT, liveHost, request, route, virtualHost } from './fixtures.ts';

const HEADERS = { kind: 'response-headers', remove: [], set: [] } as const;

test('explain() names the route that answers, the second, and the filters in their order', () => {
  const first = route({ kind: 'exact', value: '/a' }, { filters: [HEADERS, LIMIT] });
  const second = route({ kind: 'prefix', value: '/' });
  const host = liveHost([first, second]);
  assert.deepEqual(explain(host, request({ path: '/a' }), false), {
    route: first,
    second,
    filters: ['local-rate-limit', 'response-headers'],
  });
  assert.deepEqual(explain(host, request({ path: '/b' }), false), {
    route: second,
    second: null,
    filters: [],
  });
});

test('explain() shows the filters of the host for a redirect to HTTPS', () => {
  const only = route({ kind: 'prefix', value: '/' }, { plain: 'redirect', filters: [LIMIT, HEADERS] });
  const host = new LiveHost({ ...virtualHost('shop.test', [only]), upgradeFilters: [LIMIT] }, DEPS);
  assert.deepEqual(explain(host, request(), false).filters, ['local-rate-limit']);
  assert.deepEqual(explain(host, request(), true).filters, ['local-rate-limit', 'response-headers']);
});

test('explain() says that nothing answers', () => {
  const nothing = { route: null, second: null, filters: [] };
  assert.deepEqual(explain(null, request(), false), nothing);
  assert.deepEqual(explain(liveHost([]), request(), false), nothing);
});
