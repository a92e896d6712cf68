import assert from 'node:assert/strict';
import { test } from 'node:test';
import { derValues } from '../../src/lib/der.ts';

test('derValues() gives the values that stand side by side', () => {
  const long = [0x30, 0x81, 0x80, ...new Array<number>(128).fill(0)];
  const bytes = Uint8Array.from([0x02, 0x01, 0x05, ...long, 0x05, 0x00]);
  assert.deepEqual(
    derValues(bytes, 0, bytes.length).map(({ tag, from, start, end }) => [tag, from, start, end]),
    [
      [0x02, 0, 2, 3],
      [0x30, 3, 6, 134],
      [0x05, 134, 136, 136],
    ],
  );
});

test('derValues() rejects what does not end and lengths that DER does not know', () => {
  for (const bytes of [
    [0x30],
    [0x30, 0x02, 0x00],
    [0x30, 0x80],
    [0x30, 0x85, 1, 1, 1, 1, 1],
    [0x30, 0x82, 0x01],
  ]) {
    assert.throws(() => derValues(Uint8Array.from(bytes), 0, bytes.length), RangeError, String(bytes));
  }
});
