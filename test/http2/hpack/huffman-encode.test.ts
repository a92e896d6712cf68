import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { decodeHuffman, HUFFMAN_LENGTH_MASK, huffmanRoom } from '../../../src/http2/hpack/huffman-decode.ts';
import { encodeHuffman } from '../../../src/http2/hpack/huffman-encode.ts';

function encode(bytes: Buffer): Buffer {
  const out = Buffer.alloc(4 * bytes.length + 2);
  return out.subarray(1, encodeHuffman(bytes, bytes.length, out, 1));
}

describe('encodeHuffman()', () => {
  // RFC 7541 C.4 and C.6.
  const cases: readonly (readonly [text: string, hex: string])[] = [
    ['', ''],
    ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
    ['no-cache', 'a8eb10649cbf'],
    ['custom-value', '25a849e95bb8e8b4bf'],
    ['Mon, 21 Oct 2013 20:13:21 GMT', 'd07abe941054d444a8200595040b8166e082a62d1bff'],
    ['\n', 'fffffff3'],
    ['0\n', '07ffffff9f'],
  ];
  for (const [text, hex] of cases) {
    test(`encodes ${JSON.stringify(text)}`, () => {
      assert.equal(encode(Buffer.from(text, 'latin1')).toString('hex'), hex);
    });
  }

  test('is undone by decodeHuffman(), whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (input) => {
        const coded = encode(Buffer.from(input));
        const out = Buffer.alloc(huffmanRoom(coded.length));
        const length = decodeHuffman(coded, 0, coded.length, out) & HUFFMAN_LENGTH_MASK;
        assert.deepEqual([...out.subarray(0, length)], [...input]);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
