import { HUFFMAN_CODES, HUFFMAN_LENGTHS } from './huffman-code.ts';

const LENGTHS = Uint8Array.from(HUFFMAN_LENGTHS);

/**
 * Writes the Huffman code of `bytes[0, length)` to `out` from `at`, padded with ones. RFC 7541 §5.2.
 *
 * @returns The end of what was written.
 */
export function encodeHuffman(bytes: Uint8Array, length: number, out: Uint8Array, at: number): number {
  let to = at;
  let pending = 0;
  // At most seven bits wait between two symbols: up to 25 bits fit beside them.
  let pendingBits = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] as number;
    const code = HUFFMAN_CODES[byte] as number;
    let bits = LENGTHS[byte] as number;
    if (bits > 24) {
      bits -= 16;
      pending = (pending << bits) | (code >>> 16);
      pendingBits += bits;
      while (pendingBits >= 8) {
        pendingBits -= 8;
        out[to++] = pending >>> pendingBits;
      }
      bits = 16;
      pending = (pending << 16) | (code & 0xffff);
    } else {
      pending = (pending << bits) | code;
    }
    pendingBits += bits;
    while (pendingBits >= 8) {
      pendingBits -= 8;
      out[to++] = pending >>> pendingBits;
    }
  }
  if (pendingBits > 0) out[to++] = (pending << (8 - pendingBits)) | (0xff >> pendingBits);
  return to;
}
