import { isIPv6 } from 'node:net';

/** A host and its port in the one form that is matched and forwarded (http1.md B11). */
export interface Authority {
  /** `host`, or `host:port` where the port is not the scheme's default. */
  readonly authority: string;
  /** Lower case, without one trailing dot; IPv6 in brackets. */
  readonly host: string;
}

const MAX_HOST_LENGTH = 253;
const COLON = 0x3a;
const DOT = 0x2e;

/**
 * Makes `host[:port]` canonical: lower case, without one trailing dot and without the scheme's default
 * port. Allowed are letters, digits, `-`, `_`, `.` and IPv6 literals. http1.md B4–B11, RFC 3986 §3.2, §6.
 *
 * @param secure The scheme is `https`.
 * @returns null if it is empty or is anything else: userinfo, percent-encoding, an empty label or port.
 */
export function canonicalAuthority(text: string, secure: boolean): Authority | null {
  let end = text.startsWith('[') ? literalEnd(text) : nameEnd(text);
  if (end < 0) return null;
  const rest = end;
  if (text.charCodeAt(end - 1) === DOT) end--;
  if (end === 0 || end > MAX_HOST_LENGTH) return null;
  const host = (end === text.length ? text : text.slice(0, end)).toLowerCase();
  if (rest === text.length) return { authority: host, host };
  const port = parsePort(text, rest + 1);
  if (port < 0) return null;
  if (port === (secure ? 443 : 80)) return { authority: host, host };
  return { authority: `${host}:${port}`, host };
}

/** Where the name ends: at the colon or at the end. -1 if it is not a name. */
function nameEnd(text: string): number {
  let previous = DOT;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === COLON) return i;
    if (c === DOT ? previous === DOT : !isNameCharacter(c)) return -1;
    previous = c;
  }
  return text.length;
}

function isNameCharacter(c: number): boolean {
  const lower = c | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (c >= 0x30 && c <= 0x39) || c === 0x2d || c === 0x5f;
}

/** Where `[…]` ends: a colon or the end must follow. -1 if it is not an IPv6 address. */
function literalEnd(text: string): number {
  const close = text.indexOf(']');
  if (close < 0 || close > 46) return -1;
  const address = text.slice(1, close);
  if (address.includes('%') || !isIPv6(address)) return -1;
  const end = close + 1;
  return end === text.length || text.charCodeAt(end) === COLON ? end : -1;
}

/** Reads one to five digits up to the end of the text. -1 if they are none or above 65535. */
function parsePort(text: string, start: number): number {
  if (text.length === start || text.length > start + 5) return -1;
  let port = 0;
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
  }
  return port <= 65535 ? port : -1;
}
