import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowedHost } from '../../src/admin/host-check.ts';

const NAMES = ['ops.test', 'Upper.Test.'];

const CASES: readonly (readonly [host: string | undefined, allowed: boolean])[] = [
  ['127.0.0.1', true],
  ['127.0.0.1:9901', true],
  ['192.0.2.7:80', true],
  ['[::1]:9901', true],
  ['[2001:db8::1]', true],
  ['localhost', true],
  ['LOCALHOST:9901', true],
  ['localhost.', true],
  ['ops.test', true],
  ['OPS.test:9901', true],
  ['upper.test', true],
  [undefined, false],
  ['', false],
  ['evil.test', false],
  ['sub.ops.test', false],
  ['xops.test', false],
  ['localhost.evil.test', false],
  ['127.0.0.1.evil.test', false],
  ['localhost@evil.test', false],
  ['ops.test, evil.test', false],
  ['::1', false],
  ['[::1', false],
  ['127.1', false],
  ['2130706433', false],
];

for (const [host, allowed] of CASES) {
  test(`isAllowedHost() ${allowed ? 'allows' : 'refuses'} ${JSON.stringify(host)}`, () => {
    assert.equal(isAllowedHost(host, NAMES), allowed);
  });
}
