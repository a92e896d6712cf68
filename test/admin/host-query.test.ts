import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostForName } from '../../src/admin/host-query.ts';
import { virtualHost } from '../router/fixtures.ts';

const HOSTS = new Map(['a.test', '*.a.test', 'b.c.test'].map((name) => [name, virtualHost(name, [])]));
const WITH_CATCH_ALL = new Map([...HOSTS, ['*', virtualHost('*', [])]]);

const CASES: readonly (readonly [name: string, found: string | undefined])[] = [
  ['a.test', 'a.test'],
  ['A.Test.', 'a.test'],
  ['x.a.test', '*.a.test'],
  ['*.a.test', '*.a.test'],
  ['y.x.a.test', undefined],
  ['c.test', undefined],
  ['', undefined],
];

for (const [name, found] of CASES) {
  test(`hostForName() finds ${found ?? 'no host'} for ${JSON.stringify(name)}`, () => {
    assert.equal(hostForName(HOSTS, name)?.name, found);
  });
}

test('hostForName() falls back to the catch-all', () => {
  assert.equal(hostForName(WITH_CATCH_ALL, 'c.test')?.name, '*');
});
