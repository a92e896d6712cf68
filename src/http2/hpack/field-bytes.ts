/** What a byte must not be part of: bits of `FIELD_FAULTS`, to be gathered with `|` over the bytes of a text. */
export const NOT_IN_VALUE = 1;
export const NOT_IN_NAME = 2;
/** Of methods, paths and authorities: they are visible ASCII. */
export const NOT_VISIBLE = 4;

/**
 * For each byte, where it must not stand. Values: control bytes but HTAB. Names: all but lower-case token
 * characters. RFC 9113 §8.2.1, RFC 9110 §5.5, §5.6.2.
 */
export const FIELD_FAULTS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const inValue = byte === 9 || (byte >= 0x20 && byte !== 0x7f);
  const inName = /[!#$%&'*+.^_`|~0-9a-z-]/.test(String.fromCharCode(byte));
  const visible = byte > 0x20 && byte < 0x7f;
  return (inValue ? 0 : NOT_IN_VALUE) | (inName ? 0 : NOT_IN_NAME) | (visible ? 0 : NOT_VISIBLE);
});

/** SP or HTAB: must stand at neither end of a value. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 9;
}
