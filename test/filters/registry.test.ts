import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFilter, FILTERS, inResponseOrder, inRunningOrder } from '../../src/filters/registry.ts';
import { TokenVerifier } from '../../src/filters/token-verifier.ts';
import type { Filter as FilterConfig } from '../../src/snapshot/filter.ts';
import { sharedCells } from '../limits/shared-cells.ts';

const CLOCK = { now: () => 0, wall: () => 0 };
const DEPS = {
  cells: sharedCells(),
  clock: CLOCK,
  tokens: new TokenVerifier({ clock: CLOCK, askKeys: () => {} }),
  hostname: 'gw-1',
};
const CONFIGS: readonly FilterConfig[] = [
  { kind: 'response-headers', remove: [], set: [] },
  { kind: 'request-headers', remove: ['first'], set: [], host: null },
  { kind: 'request-headers', remove: ['second'], set: [], host: null },
  { kind: 'local-rate-limit', bucket: 'b', tokens: 1, periodMs: 1, burst: 1, status: 429, headers: [] },
  { kind: 'ip-filter', action: 'allow', peer: ['10.0.0.0/8'], remote: [] },
  {
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
  },
  { kind: 'cookie-rewrite', cookies: [] },
  { kind: 'jwt', keySet: 'k', issuer: null, audiences: [], forward: false, realm: 'a.test' },
];

test('createFilter() makes each kind that the registry knows', () => {
  for (const config of CONFIGS) assert.equal(createFilter(config, DEPS).kind, config.kind);
  assert.deepEqual(new Set(CONFIGS.map(({ kind }) => kind)), new Set(Object.keys(FILTERS)));
});

test('inRunningOrder() sorts by the registry and keeps the order within a kind', () => {
  const [response, first, second, limit, addresses, cors, cookies, jwt] = CONFIGS;
  assert.deepEqual(inRunningOrder(CONFIGS), [cors, limit, cookies, addresses, jwt, first, second, response]);
});

test('inResponseOrder() goes the other way, and keeps the order within a kind', () => {
  const made = CONFIGS.map((config) => createFilter(config, DEPS));
  const [response, first, second, limit, addresses, cors, cookies, jwt] = made;
  assert.deepEqual(inResponseOrder(made), [response, first, second, jwt, addresses, cookies, limit, cors]);
});
