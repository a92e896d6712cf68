/** Bytes that `encodeInteger` writes at most, for values below 2^28. */
export const MAX_INTEGER_BYTES = 5;

/**
 * Writes an integer to `out` from `at`. RFC 7541 §5.1.
 *
 * @param flags The bits above the prefix.
 * @param mask The prefix, all ones.
 * @returns The end of what was written.
 */
export function encodeInteger(
  value: number,
  flags: number,
  mask: number,
  out: Uint8Array,
  at: number,
): number {
  if (value < mask) {
    out[at] = flags | value;
    return at + 1;
  }
  let to = at;
  out[to++] = flags | mask;
  let rest = value - mask;
  while (rest >= 0x80) {
    out[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[to++] = rest;
  return to;
}
