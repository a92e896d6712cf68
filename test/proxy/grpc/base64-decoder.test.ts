import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Base64Decoder } from '../../../src/proxy/grpc/base64-decoder.ts';

/** The text cut at these places, decoded part by part; null when one was refused or the end is missing. */
function decodeInParts(text: string, cuts: readonly number[]): Buffer | null {
  const bytes = Buffer.from(text, 'latin1');
  const decoder = new Base64Decoder();
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const parts: Buffer[] = [];
  for (let i = 1; i < edges.length; i++) {
    const part = decoder.decode(bytes, edges[i - 1] as number, edges[i] as number);
    if (part === null) return null;
    parts.push(part);
  }
  return decoder.complete ? Buffer.concat(parts) : null;
}

const PIECES = fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 8 });
const CUTS = fc.array(fc.nat(1000), { maxLength: 12 });

test('Base64Decoder gives the bytes of pieces that were encoded one by one, however the text is cut', () => {
  fc.assert(
    fc.property(PIECES, CUTS, (pieces, cuts) => {
      const text = pieces.map((piece) => Buffer.from(piece).toString('base64')).join('');
      assert.deepEqual(decodeInParts(text, cuts), Buffer.concat(pieces));
    }),
  );
});

test('Base64Decoder says of any text the same, however it is cut', () => {
  const text = fc.string({ unit: fc.constantFrom(...'AQgw+/=-\n'), maxLength: 24 });
  fc.assert(
    fc.property(text, CUTS, (given, cuts) => {
      assert.deepEqual(decodeInParts(given, cuts), decodeInParts(given, []));
    }),
    { numRuns: 2000 },
  );
});

test('Base64Decoder refuses what is not base64', () => {
  for (const text of [
    'A',
    'AA',
    'AAA',
    'A===',
    '====',
    'AA=A',
    'AA=',
    'AA==A',
    'AB==',
    'AAB=',
    'AA\nA',
    'AA-A',
    'AA_A',
    'é234',
  ])
    assert.equal(decodeInParts(text, []), null, text);
  for (const [text, bytes] of [
    ['', ''],
    ['AA==', '\0'],
    ['AAA=', '\0\0'],
    ['AA==AAA=AAAA', '\0\0\0\0\0\0'],
  ] as const)
    assert.equal(decodeInParts(text, [])?.toString('latin1'), bytes, text);
});
