/** Whether a text is a field name (token, RFC 9110 §5.1). */
export function isHeaderName(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/** Whether a text has characters that would break a head: all controls but tab (RFC 9110 §5.5). */
export function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
  return /[\u0000-\u0008\u000a-\u001f\u007f]/.test(text);
}

/**
 * Percent-encodes what no request target may carry: controls, spaces, everything above ASCII (as UTF-8).
 * All else stays as it is, also a `%`.
 */
export function encodePathText(text: string): string {
  return text.replace(/[^!-~]+/gu, (odd) =>
    [...Buffer.from(odd, 'utf8')]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
