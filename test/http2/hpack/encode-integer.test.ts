import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeInteger, MAX_INTEGER_BYTES } from '../../../src/http2/hpack/encode-integer.ts';

function encode(value: number, flags: number, mask: number): string {
  const out = Buffer.alloc(8);
  return out.toString('hex', 1, encodeInteger(value, flags, mask, out, 1));
}

describe('encodeInteger()', () => {
  // RFC 7541 C.1 and its edges.
  const cases: readonly (readonly [value: number, flags: number, mask: number, hex: string])[] = [
    [10, 0, 31, '0a'],
    [1337, 0, 31, '1f9a0a'],
    [42, 0, 255, '2a'],
    [30, 0x20, 31, '3e'],
    [31, 0x20, 31, '3f00'],
    [158, 0x20, 31, '3f7f'],
    [159, 0x20, 31, '3f8001'],
    [4096, 0x20, 31, '3fe11f'],
    [126, 0x80, 127, 'fe'],
    [127, 0x80, 127, 'ff00'],
    [2 ** 28 - 1, 0, 127, '7f80ffff7f'],
  ];
  for (const [value, flags, mask, hex] of cases) {
    test(`writes ${value} behind a prefix of ${mask}`, () => {
      assert.equal(encode(value, flags, mask), hex);
      assert.ok(hex.length / 2 <= MAX_INTEGER_BYTES);
    });
  }
});
