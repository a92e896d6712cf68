/** Classes of bytes, as 256-entry tables, and checks made of them. RFC 9110 §5.5, §5.6.2; RFC 3986 §3.3. */

/** Lower-case byte of each token character, 0 for all other bytes. */
export const TOKEN_LOWER: Uint8Array = table((c) => (isTokenByte(c) ? lower(c) : 0));

/** 1 for the bytes of a field value: SP to `~`, HTAB, 0x80 to 0xff. */
export const VALUE_BYTE: Uint8Array = table((c) => Number(c === 9 || (c >= 0x20 && c !== 0x7f)));

/** 1 for the bytes that a head may hold at all: those of values, CR and LF. */
export const HEAD_BYTE: Uint8Array = table((c) => Number(VALUE_BYTE[c] === 1 || c === 10 || c === 13));

/** 1 for upper-case letters, digits, `-` and `_`; 2 for the rest of a token; 0 for others. http1.md A16. */
export const METHOD_BYTE: Uint8Array = table((c) => {
  if (!isTokenByte(c)) return 0;
  return /[A-Z0-9_-]/.test(String.fromCharCode(c)) ? 1 : 2;
});

/** Value of each hexadecimal digit, 255 for others. */
export const HEX_VALUE: Uint8Array = table((c) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(lower(c)));
  return value < 0 ? 255 : value;
});

function isTokenByte(c: number): boolean {
  return /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(c));
}

function lower(c: number): number {
  return c >= 0x41 && c <= 0x5a ? c + 0x20 : c;
}

function table(classify: (c: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, c) => classify(c));
}

/** Tells whether `text` is a token of RFC 9110 §5.6.2: at least one character, none but `tchar`. */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c > 0xff || TOKEN_LOWER[c] === 0) return false;
  }
  return text !== '';
}

/** Tells whether `text` may be a field value on the wire: latin1 without CR, LF, NUL and other controls. */
export function isFieldValue(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c > 0xff || VALUE_BYTE[c] === 0) return false;
  }
  return true;
}

/** Takes SP and HTAB, and nothing else, off both ends. RFC 9110 §5.6.3. */
export function trimOws(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOws(text.charCodeAt(start))) start++;
  while (end > start && isOws(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** SP or HTAB. */
export function isOws(c: number): boolean {
  return c === 0x20 || c === 9;
}

/**
 * Reads `content-length`: digits only, decimal, leading zeros allowed. RFC 9110 §8.6, http1.md D7–D13.
 *
 * @returns Bytes, or -1 if it is not such a number or above 2^53−1.
 */
export function parseContentLength(text: string): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    // 9007199254740991 is 2^53−1: checked before it is passed, since beyond it sums are not exact.
    if (value > 900719925474099 || (value === 900719925474099 && digit > 1)) return -1;
    value = value * 10 + digit;
  }
  return text === '' ? -1 : value;
}
