const PAD = 64;
const BAD = 255;
const VALUES = alphabet();

function alphabet(): Uint8Array {
  const values = new Uint8Array(256).fill(BAD);
  const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let value = 0; value < characters.length; value++) values[characters.charCodeAt(value)] = value;
  values['='.charCodeAt(0)] = PAD;
  return values;
}

/**
 * Base64 as it comes, part by part (RFC 4648 §4). Padding may end any group of four, since gRPC-web concatenates
 * encoded pieces; nothing else is let through: no line breaks, no other alphabet, no bits behind the last byte.
 */
export class Base64Decoder {
  /** The sextets of the group under way. */
  #bits = 0;
  #sextets = 0;
  #pads = 0;

  /** All groups so far are complete. */
  get complete(): boolean {
    return this.#sextets === 0;
  }

  /** @returns What the part decodes to, in a buffer of its own; null when it is malformed. */
  decode(bytes: Buffer, start: number, end: number): Buffer | null {
    const output = Buffer.allocUnsafe(((this.#sextets + this.#pads + end - start) >> 2) * 3);
    let at = 0;
    let bits = this.#bits;
    let sextets = this.#sextets;
    let pads = this.#pads;
    for (let i = start; i < end; i++) {
      const value = VALUES[bytes[i] as number] as number;
      if (value < PAD && pads === 0) {
        bits = (bits << 6) | value;
        sextets++;
      } else if (value === PAD && sextets >= 2) {
        bits <<= 6;
        pads++;
      } else {
        return null;
      }
      if (sextets + pads < 4) continue;
      if (pads > 0 && (bits & (pads === 1 ? 0xff : 0xffff)) !== 0) return null;
      output[at++] = bits >> 16;
      if (pads < 2) output[at++] = bits >> 8;
      if (pads < 1) output[at++] = bits;
      bits = 0;
      sextets = 0;
      pads = 0;
    }
    this.#bits = bits;
    this.#sextets = sextets;
    this.#pads = pads;
    return output.subarray(0, at);
  }
}
