/** One value of a DER encoding (X.690 §8.1, §10.1): its content lies in `bytes[start, end)`. */
export interface DerValue {
  /** The identifier octet. */
  readonly tag: number;
  /** Where its identifier octet stands. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the values that stand one behind the other in `bytes[start, end)`, without looking into them.
 *
 * @throws {RangeError} When one does not end within the bytes, or has a length that DER does not know.
 */
export function derValues(bytes: Uint8Array, start: number, end: number): DerValue[] {
  const values: DerValue[] = [];
  for (let at = start; at < end; ) {
    const from = at;
    const tag = bytes[at++] as number;
    let length = bytes[at++] ?? 0xff;
    if (length > 0x80 && length <= 0x84) {
      const last = at + length - 0x80;
      length = 0;
      while (at < last) length = length * 256 + (bytes[at++] ?? 0);
    } else if (length >= 0x80) {
      throw new RangeError('a DER value has an impossible length');
    }
    if (at + length > end) throw new RangeError('a DER value does not end');
    values.push({ tag, from, start: at, end: at + length });
    at += length;
  }
  return values;
}
