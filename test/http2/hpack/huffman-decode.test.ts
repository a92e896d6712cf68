import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { FIELD_FAULTS } from '../../../src/http2/hpack/field-bytes.ts';
import { EOS, HUFFMAN_CODES, HUFFMAN_LENGTHS } from '../../../src/http2/hpack/huffman-code.ts';
import {
  decodeHuffman,
  HUFFMAN_FAULTS_SHIFT,
  HUFFMAN_LENGTH_MASK,
  huffmanRoom,
} from '../../../src/http2/hpack/huffman-decode.ts';

/** The code bit by bit: 257 texts of ones and zeros. */
const BITS = HUFFMAN_LENGTHS.map((length, symbol) =>
  (HUFFMAN_CODES[symbol] ?? 0).toString(2).padStart(length, '0'),
);
const SYMBOLS = new Map(BITS.map((bits, symbol) => [bits, symbol]));

/** Bits, then `padding`, as bytes. */
function pack(bits: string, padding = '1'.repeat((8 - (bits.length % 8)) % 8)): Buffer {
  return Buffer.from(((bits + padding).match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Decodes from within other bytes; null for what is refused. */
function decode(coded: Buffer): { bytes: number[]; faults: number } | null {
  const bytes = Buffer.concat([Buffer.from([0]), coded, Buffer.from([0])]);
  const out = Buffer.alloc(huffmanRoom(coded.length) + 1, 0xee);
  const result = decodeHuffman(bytes, 1, bytes.length - 1, out);
  assert.equal(out[out.length - 1], 0xee, 'it wrote beyond its room');
  if (result < 0) return null;
  return {
    bytes: [...out.subarray(0, result & HUFFMAN_LENGTH_MASK)],
    faults: result >> HUFFMAN_FAULTS_SHIFT,
  };
}

/** The same, one bit after the other. */
function decodeNaively(coded: Buffer): number[] | null {
  const symbols: number[] = [];
  let rest = '';
  for (const bit of [...coded].map((byte) => byte.toString(2).padStart(8, '0')).join('')) {
    rest += bit;
    const symbol = SYMBOLS.get(rest);
    if (symbol === undefined) continue;
    if (symbol === EOS) return null;
    symbols.push(symbol);
    rest = '';
  }
  return rest.length > 7 || rest.includes('0') ? null : symbols;
}

describe('decodeHuffman()', () => {
  test('decodes every symbol, alone, twice and between others, with its faults', () => {
    for (let symbol = 0; symbol < EOS; symbol++) {
      const bits = BITS[symbol] ?? '';
      const faults = FIELD_FAULTS[symbol];
      assert.deepEqual(decode(pack(bits)), { bytes: [symbol], faults });
      assert.deepEqual(decode(pack(bits + bits)), { bytes: [symbol, symbol], faults });
      const a = BITS[0x61] ?? '';
      assert.deepEqual(decode(pack(a + bits + a)), { bytes: [0x61, symbol, 0x61], faults });
    }
  });

  test('refuses EOS wherever it stands', () => {
    for (const before of ['', ...BITS.slice(0x30, 0x3a), BITS[0] ?? '']) {
      assert.equal(decode(pack(before + BITS[EOS])), null);
    }
  });

  test('takes padding of ones up to seven bits and refuses all other', () => {
    for (let symbol = 0; symbol < EOS; symbol++) {
      const bits = BITS[symbol] ?? '';
      const free = (8 - (bits.length % 8)) % 8;
      // Five zeros are a symbol.
      if (free > 0 && free < 5) assert.equal(decode(pack(bits, '0'.repeat(free))), null);
      assert.deepEqual(decode(pack(bits, '1'.repeat(free)))?.bytes, [symbol]);
      assert.equal(decode(pack(bits, '1'.repeat(free + 8))), null);
    }
  });

  test('decodes any bytes as one that takes bit after bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const coded = Buffer.from(bytes);
        assert.deepEqual(decode(coded)?.bytes ?? null, decodeNaively(coded));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('stays in its room for the densest text', () => {
    for (let length = 0; length < 40; length++) {
      assert.equal(decode(pack('00000'.repeat(length)))?.bytes.length, length);
    }
  });
});
