import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EOS, HUFFMAN_CODES, HUFFMAN_LENGTHS } from '../../../src/http2/hpack/huffman-code.ts';

/** Rows of RFC 7541 Appendix B: at least one of each length, the first and the last of many. */
const ROWS: readonly (readonly [symbol: number, code: number, bits: number])[] = [
  [0x30, 0x0, 5],
  [0x74, 0x9, 5],
  [0x20, 0x14, 6],
  [0x75, 0x2d, 6],
  [0x3a, 0x5c, 7],
  [0x7a, 0x7b, 7],
  [0x26, 0xf8, 8],
  [0x5a, 0xfd, 8],
  [0x21, 0x3f8, 10],
  [0x7c, 0x7fc, 11],
  [0x23, 0xffa, 12],
  [0x00, 0x1ff8, 13],
  [0x7e, 0x1ffd, 13],
  [0x5e, 0x3ffc, 14],
  [0x7b, 0x7ffe, 15],
  [0x5c, 0x7fff0, 19],
  [0x80, 0xfffe6, 20],
  [0x99, 0x1fffdc, 21],
  [0x81, 0x3fffd2, 22],
  [0x01, 0x7fffd8, 23],
  [0x09, 0xffffea, 24],
  [0xc7, 0x1ffffec, 25],
  [0xff, 0x3ffffee, 26],
  [0xfe, 0x7fffff0, 27],
  [0x7f, 0xffffffc, 28],
  [0xf9, 0xffffffe, 28],
  [0x0a, 0x3ffffffc, 30],
  [0x0d, 0x3ffffffd, 30],
  [0x16, 0x3ffffffe, 30],
  [EOS, 0x3fffffff, 30],
];

describe('HUFFMAN_CODES', () => {
  for (const [symbol, code, bits] of ROWS) {
    test(`has the code of symbol ${symbol} as the RFC has it`, () => {
      assert.deepEqual([HUFFMAN_CODES[symbol], HUFFMAN_LENGTHS[symbol]], [code, bits]);
    });
  }

  test('is complete: no bits are without meaning', () => {
    const sum = HUFFMAN_LENGTHS.reduce((before, length) => before + 2 ** (30 - length), 0);
    assert.equal(HUFFMAN_LENGTHS.length, 257);
    assert.equal(sum, 2 ** 30);
  });
});
