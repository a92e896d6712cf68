import { METHOD_BYTE } from './fields.ts';
import type { Refusal } from './message.ts';
import { canonicalPath, PATH_BYTE, QUERY_BYTE } from './path.ts';
import { refuseRequest } from './refusal.ts';

/** http1.md A17. */
export const MAX_METHOD_BYTES = 32;

const SP = 0x20;
const ALLOW = ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'];

export interface RequestLine {
  readonly ok: true;
  readonly method: string;
  /** Canonical, or `*`. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** Of a target in absolute form: its authority as it stands there; else null. */
  readonly authority: string | null;
  readonly minorVersion: 0 | 1;
  /** Offset after the CRLF. */
  readonly end: number;
}

export interface RequestLineOptions {
  readonly mergeSlashes: boolean;
  /** The listener's scheme is `https`. */
  readonly secure: boolean;
}

/**
 * Reads the request line at `start`. A CRLF must stand in `bytes` at or after it; nothing beyond the first
 * is read. RFC 9112 §3, http1.md A, B14–B19, H8, H10, I.
 *
 * @param text The same bytes from `start` on, at least through the CRLF.
 */
export function parseRequestLine(
  bytes: Uint8Array,
  start: number,
  text: string,
  options: RequestLineOptions,
): RequestLine | Refusal {
  let at = start;
  let kinds = 0;
  let kind = METHOD_BYTE[bytes[at] as number] as number;
  while (kind !== 0) {
    kinds |= kind;
    kind = METHOD_BYTE[bytes[++at] as number] as number;
    if (at - start > MAX_METHOD_BYTES) return refuseRequest(400, 'method is too long');
  }
  const methodEnd = at;
  if (bytes[at] !== SP || at === start) return malformed('a method and one space must begin it');
  const targetStart = ++at;
  while (PATH_BYTE[bytes[at] as number] !== 0) at++;
  const pathEnd = at;
  while (QUERY_BYTE[bytes[at] as number] === 1) at++;
  const targetEnd = at;
  if (bytes[at] !== SP || at === targetStart) {
    return malformed('a target of allowed characters and one space must follow the method');
  }
  const major = versionOf(bytes, ++at);
  if (major < 0) return malformed('HTTP/1.1 and CRLF must end it');
  if (major !== 1) return refuseRequest(505, 'version is not supported: it must be HTTP/1.1 or HTTP/1.0');
  const end = at + 10;

  const method = text.slice(0, methodEnd - start);
  if (kinds !== 1 || method === 'PRI') return refuseRequest(501, 'method is not supported');
  if (method === 'CONNECT' || method === 'TRACE')
    return refuseRequest(405, `${method} is not allowed`, ALLOW);
  const minorVersion = bytes[at + 7] === 0x30 ? 0 : 1;
  const query = text.slice(pathEnd - start, targetEnd - start);
  const target = text.slice(targetStart - start, pathEnd - start);
  if (target.charCodeAt(0) !== 0x2f) {
    return parseOtherForm({ method, target, query, minorVersion, end }, options);
  }
  const path = canonicalPath(target, options.mergeSlashes);
  if (path === null) return refusePath();
  return { ok: true, method, path, query, authority: null, minorVersion, end };
}

interface LineParts {
  readonly method: string;
  readonly target: string;
  readonly query: string;
  readonly minorVersion: 0 | 1;
  readonly end: number;
}

/** Absolute form, and `*` of OPTIONS. RFC 9112 §3.2.2, §3.2.4. */
function parseOtherForm(parts: LineParts, options: RequestLineOptions): RequestLine | Refusal {
  const { method, target, query, minorVersion, end } = parts;
  if (target === '*' && query === '' && method === 'OPTIONS') {
    return { ok: true, method, path: '*', query, authority: null, minorVersion, end };
  }
  const colon = target.indexOf('://');
  if (colon < 0) return malformed('its target must begin with / or with the scheme');
  if (target.slice(0, colon).toLowerCase() !== (options.secure ? 'https' : 'http')) {
    return malformed('the scheme of its target must be that of the listener');
  }
  const slash = target.indexOf('/', colon + 3);
  const authority = slash < 0 ? target.slice(colon + 3) : target.slice(colon + 3, slash);
  if (slash < 0) {
    const path = method === 'OPTIONS' && query === '' ? '*' : '/';
    return { ok: true, method, path, query, authority, minorVersion, end };
  }
  const path = canonicalPath(target.slice(slash), options.mergeSlashes);
  if (path === null) return refusePath();
  return { ok: true, method, path, query, authority, minorVersion, end };
}

/** The major version of `HTTP/d.d` and CRLF, or -1 if it is not that. */
function versionOf(bytes: Uint8Array, at: number): number {
  if (
    bytes[at] !== 0x48 ||
    bytes[at + 1] !== 0x54 ||
    bytes[at + 2] !== 0x54 ||
    bytes[at + 3] !== 0x50 ||
    bytes[at + 4] !== 0x2f
  ) {
    return -1;
  }
  const major = (bytes[at + 5] as number) - 0x30;
  if (major < 0 || major > 9 || bytes[at + 6] !== 0x2e) return -1;
  const minor = (bytes[at + 7] as number) - 0x30;
  if (minor < 0 || minor > 9 || bytes[at + 8] !== 13 || bytes[at + 9] !== 10) return -1;
  return major;
}

function malformed(remedy: string): Refusal {
  return refuseRequest(400, `request line is malformed: ${remedy}`);
}

function refusePath(): Refusal {
  return refuseRequest(400, 'path is malformed: percent-encodings must be whole, not %00 and not overlong');
}
