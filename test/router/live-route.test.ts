import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLiveRoute, pickBackend } from '../../src/router/live-route.ts';
import type { Backend } from '../../src/snapshot/virtual-host.ts';
import { DEPS, forwardTo, LIMIT, route } from './fixtures.ts';

const SET_REQUEST = { kind: 'request-headers', remove: [], set: [], host: null } as const;
const CORS = {
  kind: 'cors',
  anyOrigin: true,
  origins: [],
  patterns: [],
  allowMethods: 'GET',
  allowHeaders: '',
  exposeHeaders: '',
  allowCredentials: false,
  allowPrivateNetwork: false,
  maxAgeSeconds: null,
} as const;
const SET_RESPONSE = { kind: 'response-headers', remove: [], set: [] } as const;

function live(backends: readonly Partial<Backend>[]) {
  return createLiveRoute(route({ kind: 'prefix', value: '/' }, { action: forwardTo(backends) }), 0, DEPS);
}

test('pickBackend() divides the range of chance by the weights', () => {
  const made = live([{ weight: 1 }, { weight: 0 }, { weight: 3 }]);
  const cases = [
    [0, 'u0'],
    [0.2499, 'u0'],
    [0.25, 'u2'],
    [0.9999, 'u2'],
    [1 - Number.EPSILON / 2, 'u2'],
  ] as const;
  for (const [random, upstream] of cases)
    assert.equal(pickBackend(made, random).upstream, upstream, `${random}`);
});

test('pickBackend() never picks weight 0, wherever it stands', () => {
  const made = live([{ weight: 0 }, { weight: 2 }, { weight: 0 }]);
  for (const random of [0, 0.5, 1 - Number.EPSILON / 2])
    assert.equal(pickBackend(made, random).upstream, 'u1');
});

test('pickBackend() needs no chance for a single backend', () => {
  assert.equal(pickBackend(live([{ weight: 7 }]), Number.NaN).upstream, 'u0');
});

test('pickBackend() cuts a weight to 32 bits', () => {
  const made = live([{ weight: 2 ** 40 }, { weight: 2 ** 32 - 1 }]);
  assert.equal(pickBackend(made, 0.49).upstream, 'u0');
  assert.equal(pickBackend(made, 0.51).upstream, 'u1');
});

test('createLiveRoute() sorts filters by what they see, a limit first', () => {
  const filters = [SET_RESPONSE, SET_REQUEST, LIMIT];
  const made = createLiveRoute(route({ kind: 'prefix', value: '/' }, { filters }), 3, DEPS);
  assert.equal(made.order, 3);
  assert.deepEqual(
    made.requestFilters.map(({ kind }) => kind),
    ['local-rate-limit'],
  );
  assert.deepEqual(
    made.responseFilters.map(({ kind }) => kind),
    ['response-headers'],
  );
});

test("createLiveRoute() puts the route's header policies behind those of each backend", () => {
  const action = forwardTo([{ filters: [SET_REQUEST, SET_RESPONSE] }, {}]);
  const made = createLiveRoute(
    route({ kind: 'prefix', value: '/' }, { action, filters: [SET_REQUEST, SET_RESPONSE, LIMIT] }),
    0,
    DEPS,
  );
  assert.deepEqual(
    made.backends.map(({ requestFilters, responseFilters }) => [
      requestFilters.length,
      responseFilters.length,
    ]),
    [
      [2, 2],
      [1, 1],
    ],
  );
  assert.equal(made.requestFilters.length, 1);
});

test('createLiveRoute() runs what is first on requests last on responses, once each', () => {
  const filters = [SET_RESPONSE, CORS, SET_REQUEST];
  const action = forwardTo([{ filters: [SET_RESPONSE] }]);
  const made = createLiveRoute(route({ kind: 'prefix', value: '/' }, { action, filters }), 0, DEPS);
  const kinds = (list: readonly { readonly kind: string }[] = []) => list.map(({ kind }) => kind);
  assert.deepEqual(kinds(made.requestFilters), ['cors']);
  assert.deepEqual(kinds(made.responseFilters), ['response-headers', 'cors']);
  const [backend] = made.backends;
  assert.deepEqual(kinds(backend?.requestFilters), ['request-headers']);
  assert.deepEqual(kinds(backend?.responseFilters), ['response-headers', 'response-headers', 'cors']);
  // The service's own policy comes before the route's.
  assert.equal(backend?.responseFilters[1], made.responseFilters[0]);
});

test("createLiveRoute() takes a backend's cookie rewrites in place of the route's", () => {
  const rewrite = { kind: 'cookie-rewrite', cookies: [] } as const;
  const action = forwardTo([{ filters: [rewrite] }, {}]);
  const made = createLiveRoute(
    route({ kind: 'prefix', value: '/' }, { action, filters: [rewrite] }),
    0,
    DEPS,
  );
  const [own, inherited] = made.backends;
  assert.equal(own?.responseFilters.length, 1);
  assert.notEqual(own.responseFilters[0], made.responseFilters[0]);
  assert.deepEqual(inherited?.responseFilters, made.responseFilters);
});

test('createLiveRoute() keeps the filters of a backend with it', () => {
  const [first, second] = live([{ filters: [SET_REQUEST, SET_RESPONSE] }, {}]).backends;
  assert.equal(first?.requestFilters.length, 1);
  assert.equal(first?.responseFilters.length, 1);
  assert.equal(second?.requestFilters.length, 0);
});

test('createLiveRoute() says whether the plain listener redirects', () => {
  const made = (plain: 'serve' | 'redirect') =>
    createLiveRoute(route({ kind: 'prefix', value: '/' }, { plain }), 0, DEPS).plainRedirect;
  assert.deepEqual([made('serve'), made('redirect')], [false, true]);
});
