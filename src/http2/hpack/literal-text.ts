import { latin1 } from '../../lib/latin1.ts';
import { encodeInteger } from './encode-integer.ts';
import { FIELD_FAULTS, isBlank } from './field-bytes.ts';
import { HUFFMAN_LENGTHS } from './huffman-code.ts';
import { encodeHuffman } from './huffman-encode.ts';

/** Longer texts are rare: they get bytes of their own. */
const SCRATCH_BYTES = 8 * 1024;
const BITS_MASK = 31;
const FAULTS_SHIFT = 5;

/** For each byte the bits of its Huffman code, and above them its `FIELD_FAULTS`. */
const COSTS: Uint8Array = FIELD_FAULTS.map(
  (faults, byte) => (faults << FAULTS_SHIFT) | (HUFFMAN_LENGTHS[byte] as number),
);

/**
 * A text on its way to a string literal: its bytes, and what one pass over them tells. To look at the bytes
 * is cheaper than to look at the text, and what is checked is what is written: a character above U+00FF is
 * cut to its low byte, which counts as any other.
 */
export class LiteralText {
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #bytes: Buffer = this.#scratch;
  #length = 0;
  #codedLength = 0;
  /** The `FIELD_FAULTS` of its bytes together. */
  faults = 0;
  /** 32 bits of all bytes: equal texts have equal ones. Made to guess, not to trust. */
  hash = 0;

  /** Takes a text; what it held before is gone. */
  set(text: string): void {
    const { length } = text;
    this.#length = length;
    if (length <= SCRATCH_BYTES) {
      this.#bytes = this.#scratch;
      this.#bytes.write(text, 0, 'latin1');
    } else {
      this.#bytes = Buffer.from(text, 'latin1');
    }
    const bytes = this.#bytes;
    let bits = 0;
    let found = 0;
    let hash = length;
    for (let at = 0; at < length; at++) {
      const byte = bytes[at] as number;
      const cost = COSTS[byte] as number;
      bits += cost & BITS_MASK;
      found |= cost;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    this.#codedLength = (bits + 7) >> 3;
    this.faults = found >> FAULTS_SHIFT;
    this.hash = hash;
  }

  get length(): number {
    return this.#length;
  }

  /** SP or HTAB stands at one of its ends. */
  get hasBlankEnd(): boolean {
    const length = this.#length;
    if (length === 0) return false;
    return isBlank(this.#bytes[0] as number) || isBlank(this.#bytes[length - 1] as number);
  }

  /**
   * Writes the string literal to `out` from `at`, in Huffman code where that is shorter. RFC 7541 §5.2.
   *
   * @returns The end of what was written: at most `MAX_INTEGER_BYTES` more than the text has.
   */
  write(out: Buffer, at: number): number {
    const coded = this.#codedLength;
    const length = this.#length;
    if (coded < length) {
      return encodeHuffman(this.#bytes, length, out, encodeInteger(coded, 0x80, 0x7f, out, at));
    }
    const from = encodeInteger(length, 0, 0x7f, out, at);
    if (length < 16) for (let i = 0; i < length; i++) out[from + i] = this.#bytes[i] as number;
    else this.#bytes.copy(out, from, 0, length);
    return from + length;
  }

  /** The text anew, from its bytes: one that was cut from a longer text would keep that one alive. */
  copy(): string {
    return latin1(this.#bytes, 0, this.#length);
  }
}
