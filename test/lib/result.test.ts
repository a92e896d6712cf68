import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok, type Result } from '../../src/lib/result.ts';

/** Half of an even number; what a caller of such a function sees. */
function half(value: number): Result<number, string> {
  return value % 2 === 0 ? ok(value / 2) : err(`${value} is odd`);
}

test('ok() carries a value and err() a reason, and `ok` tells which', () => {
  assert.deepEqual(half(4), { ok: true, value: 2 });
  assert.deepEqual(half(3), { ok: false, error: '3 is odd' });
});

test('ok() takes values that look like nothing', () => {
  for (const value of [0, '', null, undefined, false]) assert.deepEqual(ok(value), { ok: true, value });
});
