import { METHOD_BYTE, TOKEN_LOWER, VALUE_BYTE } from './fields.ts';
import { CHUNKED } from './message.ts';
import { statusLine } from './status-line.ts';

export interface RequestHeadParts {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Becomes `host`. */
  readonly authority: string;
  /** Flat, lower-case names; without `host` and framing fields. */
  readonly headers: readonly string[];
  /** Bytes, 0 for none, or CHUNKED. */
  readonly bodyLength: number;
  /** Also writes `connection: upgrade`. */
  readonly upgrade: 'websocket' | null;
  /** Writes `te: trailers` and names it in `connection`. */
  readonly teTrailers: boolean;
}

export interface ResponseHeadParts {
  readonly status: number;
  /** Flat, lower-case names; without `host` and framing fields. */
  readonly headers: readonly string[];
  /** Bytes, CHUNKED or UNTIL_CLOSE. Status 1xx and 204 are written without length, 304 never as chunked. */
  readonly bodyLength: number;
  /** Of the request: HTTP/1.0 knows no chunks. */
  readonly minorVersion: 0 | 1;
  readonly connection: 'close' | 'keep-alive' | null;
  /** Also writes `connection: upgrade`. */
  readonly upgrade: string | null;
}

/** Ends a chunked body without trailers. */
export const LAST_CHUNK = '0\r\n\r\n';

/** The line before a chunk of `length` bytes, which must be above 0. */
export function chunkHead(length: number): string {
  return `${length.toString(16)}\r\n`;
}

/**
 * Writes a request head, `host` first, framing by exactly one field. RFC 9112 §3, §6.
 *
 * The second lock (http1.md K10, http2.md "From HTTP/2"): whatever was checked before, the finished bytes
 * are.
 *
 * @returns Latin1 text to be written as such; null if a part holds a byte that it must not hold (CR, LF, NUL
 *   anywhere, SP in method or target, anything but token characters in a name, a character above U+00FF
 *   that becomes one of these), or if `headers` has `host` or a framing field.
 */
export function requestHead(parts: RequestHeadParts): string | null {
  const { method, target, authority, headers, bodyLength } = parts;
  let text = `${method} ${target} HTTP/1.1\r\nhost: ${authority}\r\n`;
  const fieldsStart = text.length;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  if (bodyLength > 0 || (bodyLength === 0 && announcesNoBody(method)))
    text += `content-length: ${bodyLength}\r\n`;
  else if (bodyLength === CHUNKED) text += 'transfer-encoding: chunked\r\n';
  if (parts.upgrade !== null) {
    text += `upgrade: ${parts.upgrade}\r\nconnection: upgrade${parts.teTrailers ? ', te' : ''}\r\n`;
  } else if (parts.teTrailers) text += 'connection: te\r\n';
  text += parts.teTrailers ? 'te: trailers\r\n\r\n' : '\r\n';

  const bytes = wireBytes(text);
  const targetStart = method.length + 1;
  const authorityStart = targetStart + target.length + ' HTTP/1.1\r\nhost: '.length;
  if (
    !isMethod(bytes, method.length) ||
    !isVisible(bytes, targetStart, targetStart + target.length) ||
    !isVisible(bytes, authorityStart, authorityStart + authority.length) ||
    !areFields(bytes, fieldsStart, headers)
  ) {
    return null;
  }
  return text;
}

/** Methods whose missing body is announced. RFC 9110 §8.6. */
function announcesNoBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

/**
 * Writes a response head, as HTTP/1.1 always (RFC 9110 §2.5), framing by at most one field.
 *
 * @returns As `requestHead`; null also for a status out of range and for chunks towards HTTP/1.0.
 */
export function responseHead(parts: ResponseHeadParts): string | null {
  const { status, headers, bodyLength, connection, upgrade } = parts;
  const line = statusLine(status);
  if (line === undefined) return null;
  let text = line;
  for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`;
  let at = text.length;
  if (status >= 200 && status !== 204) {
    if (bodyLength >= 0) text += `content-length: ${bodyLength}\r\n`;
    else if (bodyLength === CHUNKED && status !== 304) {
      if (parts.minorVersion === 0) return null;
      text += 'transfer-encoding: chunked\r\n';
    }
  }
  if (upgrade !== null) {
    at = text.length + 'upgrade: '.length;
    text += `upgrade: ${upgrade}\r\nconnection: upgrade\r\n\r\n`;
  } else {
    text += connection === null ? '\r\n' : `connection: ${connection}\r\n\r\n`;
  }
  const bytes = wireBytes(text);
  if (!areFields(bytes, line.length, headers)) return null;
  if (upgrade !== null && !isVisible(bytes, at, at + upgrade.length)) return null;
  return text;
}

/** Heads beyond this are rare: they get bytes of their own. */
const SCRATCH_BYTES = 16 * 1024;
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

/**
 * What the socket will send. To check these bytes is both safer than to check the text (U+010A is cut to
 * LF) and cheaper: `charCodeAt` on a text that was just put together costs four times as much.
 */
function wireBytes(text: string): Buffer {
  if (text.length > SCRATCH_BYTES) return Buffer.from(text, 'latin1');
  scratch.write(text, 0, 'latin1');
  return scratch;
}

function isMethod(bytes: Uint8Array, length: number): boolean {
  for (let at = 0; at < length; at++) if (METHOD_BYTE[bytes[at] as number] === 0) return false;
  return length > 0;
}

/** At least one byte, none but 0x21 to 0x7e. */
function isVisible(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte <= 0x20 || byte >= 0x7f) return false;
  }
  return end > start;
}

/** Each field lies where the lengths of its name and value put it, and is made of what they may hold. */
function areFields(bytes: Uint8Array, start: number, headers: readonly string[]): boolean {
  let at = start;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const { length } = name;
    if (length === 0 || (length === 14 && name === 'content-length')) return false;
    if ((length === 17 && name === 'transfer-encoding') || (length === 4 && name === 'host')) return false;
    for (const nameEnd = at + length; at < nameEnd; at++) {
      const byte = bytes[at] as number;
      if (byte === 0 || TOKEN_LOWER[byte] !== byte) return false;
    }
    at += 2;
    for (const valueEnd = at + (headers[i + 1] as string).length; at < valueEnd; at++) {
      if (VALUE_BYTE[bytes[at] as number] !== 1) return false;
    }
    at += 2;
  }
  return true;
}
