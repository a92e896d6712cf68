import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyDelta, type RouteTable } from '../../src/router/table.ts';
import type { Delta, Settings } from '../../src/snapshot/snapshot.ts';
import { DEPS, route, virtualHost } from './fixtures.ts';

const SETTINGS = { mergeSlashes: true } as Settings;
const NONE = { set: [], remove: [] };

function delta(
  version: number,
  set: readonly string[],
  remove: readonly string[] = [],
  settings?: Settings,
): Delta {
  return {
    version,
    ...(settings === undefined ? {} : { settings }),
    hosts: { set: set.map((name) => virtualHost(name, [route({ kind: 'prefix', value: '/' })])), remove },
    upstreams: NONE,
    endpoints: NONE,
    certificates: NONE,
    slots: NONE,
  };
}

function table(...hosts: string[]): RouteTable {
  return applyDelta(null, delta(1, hosts, [], SETTINGS), DEPS);
}

const CASES: readonly (readonly [host: string, found: string | null])[] = [
  ['shop.test', 'shop.test'],
  ['a.shop.test', '*.shop.test'],
  ['exact.shop.test', 'exact.shop.test'],
  ['A-1.shop.test', '*.shop.test'],
  ['a.deep.shop.test', '*.deep.shop.test'],
  ['deep.shop.test', '*.shop.test'],
  ['b.a.shop.test', null],
  ['b.a.deep.shop.test', null],
  ['under_score.shop.test', null],
  ['-a.shop.test', null],
  ['a-.shop.test', null],
  [`${'a'.repeat(63)}.shop.test`, '*.shop.test'],
  [`${'a'.repeat(64)}.shop.test`, null],
  ['*.shop.test', null],
  ['*', '*'],
  ['.shop.test', '*'],
  ['other.test', '*'],
  ['xshop.test', '*'],
  ['[::1]', '*'],
  ['10.0.0.1', '*'],
  [`${'a.'.repeat(30_000)}shop.test`, null],
];

for (const [host, found] of CASES) {
  test(`RouteTable.findHost() of ${host.slice(0, 40)} is ${found}`, () => {
    const made = table('shop.test', '*.shop.test', '*.deep.shop.test', 'exact.shop.test', '*');
    assert.equal(made.findHost(host)?.name ?? null, found);
  });
}

test('RouteTable.findHost() finds nothing without a catch-all', () => {
  assert.equal(table('shop.test').findHost('other.test'), null);
});

test('applyDelta() shares the hosts that it does not name and leaves the previous table as it was', () => {
  const first = table('a.test', 'b.test', 'c.test');
  const second = applyDelta(first, delta(2, ['b.test', 'd.test'], ['c.test']), DEPS);
  assert.equal(second.version, 2);
  assert.equal(second.settings, SETTINGS);
  assert.equal(second.findHost('a.test'), first.findHost('a.test'));
  assert.notEqual(second.findHost('b.test'), first.findHost('b.test'));
  assert.equal(second.findHost('c.test'), null);
  assert.ok(second.findHost('d.test'));
  assert.ok(first.findHost('c.test'));
  assert.equal(first.findHost('d.test'), null);
});

test('applyDelta() takes new settings', () => {
  const changed = { mergeSlashes: false } as Settings;
  assert.equal(applyDelta(table(), delta(2, [], [], changed), DEPS).settings, changed);
});

test('applyDelta() wants settings with the first delta', () => {
  assert.throws(() => applyDelta(null, delta(1, []), DEPS), /must bring settings/);
});
