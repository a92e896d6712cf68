import { HEX_VALUE } from './fields.ts';

/** Characters of a target, RFC 3986 §3.3 and what browsers send raw (`[`, `]`, `|`). http1.md A20–A26. */
const RAW = /[A-Za-z0-9._~!$&'()*+,;=:@[\]|-]/;

/** What a byte means in a path. */
export const PLAIN = 1;
export const SLASH = 2;
export const PERCENT = 3;

/** PLAIN, SLASH or PERCENT for the bytes of a path; 0 for all others, among them `?`, `#` and SP. */
export const PATH_BYTE: Uint8Array = Uint8Array.from({ length: 256 }, (_, c) => {
  if (c === 0x2f) return SLASH;
  if (c === 0x25) return PERCENT;
  return RAW.test(String.fromCharCode(c)) ? PLAIN : 0;
});

/** 1 for the bytes of a query: those of a path and `?`. */
export const QUERY_BYTE: Uint8Array = PATH_BYTE.map((kind, c) => Number(kind !== 0 || c === 0x3f));

/**
 * Makes a path canonical: unreserved characters are decoded (once), then dot segments removed
 * (RFC 3986 §6.2.2, §5.2.4), then runs of slashes made one if `mergeSlashes`. Other percent-encodings stay
 * as they are. What comes out goes in unchanged. http1.md I.
 *
 * @param path Without its query.
 * @returns null if it does not begin with `/`, holds a raw character that no path may hold, a malformed
 *   percent-encoding, `%00`, or overlong UTF-8.
 */
export function canonicalPath(path: string, mergeSlashes: boolean): string | null {
  if (path.charCodeAt(0) !== 0x2f) return null;
  let odd = false;
  let encoded = false;
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    const kind = c > 0xff ? 0 : PATH_BYTE[c];
    if (kind === PLAIN) continue;
    if (kind === SLASH) {
      const next = path.charCodeAt(i + 1);
      if (next === 0x2f || next === 0x2e) odd = true;
    } else if (kind === PERCENT) encoded = true;
    else return null;
  }
  if (!encoded) return odd ? removeDotSegments(path, mergeSlashes) : path;
  const decoded = decodeUnreserved(path);
  return decoded === null ? null : removeDotSegments(decoded, mergeSlashes);
}

function decodeUnreserved(path: string): string | null {
  let out = '';
  let kept = 0;
  let lead = 0;
  let leadEnd = -1;
  for (let i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 3)) {
    const high = HEX_VALUE[path.charCodeAt(i + 1)] ?? 255;
    const low = HEX_VALUE[path.charCodeAt(i + 2)] ?? 255;
    if (high > 15 || low > 15) return null;
    const byte = high * 16 + low;
    if (byte === 0 || isOverlong(i === leadEnd ? lead : 0, byte)) return null;
    lead = byte;
    leadEnd = i + 3;
    if (!isUnreserved(byte)) continue;
    out += path.slice(kept, i) + String.fromCharCode(byte);
    kept = i + 3;
  }
  return kept === 0 ? path : out + path.slice(kept);
}

/** `byte` begins an overlong form, or makes `lead` before it one: decoders that take it see another character. */
function isOverlong(lead: number, byte: number): boolean {
  if (byte === 0xc0 || byte === 0xc1) return true;
  if (byte < 0x80 || byte > 0xbf) return false;
  return (
    (lead === 0xe0 && byte < 0xa0) ||
    (lead === 0xf0 && byte < 0x90) ||
    (lead === 0xf8 && byte < 0x88) ||
    (lead === 0xfc && byte < 0x84)
  );
}

function isUnreserved(c: number): boolean {
  const lower = c | 0x20;
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (c >= 0x30 && c <= 0x39) ||
    c === 0x2d ||
    c === 0x2e ||
    c === 0x5f ||
    c === 0x7e
  );
}

/** RFC 3986 §5.2.4 over segments; an empty segment counts as one, as it does there. */
function removeDotSegments(path: string, mergeSlashes: boolean): string {
  const segments: string[] = [];
  let start = 1;
  while (start <= path.length) {
    const slash = path.indexOf('/', start);
    const end = slash < 0 ? path.length : slash;
    const segment = path.slice(start, end);
    const last = slash < 0;
    if (segment === '..') segments.pop();
    if (segment !== '.' && segment !== '..') segments.push(segment);
    else if (last) segments.push('');
    start = end + 1;
  }
  if (!mergeSlashes) return `/${segments.join('/')}`;
  let out = '';
  for (const segment of segments) if (segment !== '') out += `/${segment}`;
  return segments.at(-1) === '' ? `${out}/` : out;
}
