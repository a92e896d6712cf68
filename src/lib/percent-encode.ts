/**
 * Percent-encodes each character of a latin1 text that may not stand in a path or query (RFC 3986 §3.3,
 * §3.4): controls, space, `"`, `#`, `<`, `>`, `\`, `^`, `` ` ``, `{`, `|`, `}` and everything above ASCII.
 * `%` and `?` stay: what is encoded already is not encoded twice.
 */
export function percentEncode(text: string): string {
  return text.replace(/[\0-\x20"#<>\\^`{|}\x7f-\xff]/g, encodeCharacter);
}

/** `%` and two upper-case hexadecimal digits for one latin1 character (RFC 3986 §2.1). */
export function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
