import { latin1 } from '../lib/latin1.ts';
import { canonicalAuthority } from './authority.ts';
import { endOfBlankLine } from './blank-line.ts';
import { FieldSection } from './field-section.ts';
import { parseContentLength } from './fields.ts';
import { asksForTrailers, parseTokenList } from './list.ts';
import type { HeadLimits, Refusal, RequestHead } from './message.ts';
import { CHUNKED } from './message.ts';
import { refuseRequest } from './refusal.ts';
import type { RequestLine, RequestLineOptions } from './request-line.ts';
import { MAX_METHOD_BYTES, parseRequestLine } from './request-line.ts';
import { refuseTransferCoding } from './transfer-coding.ts';
import { refuseUnfinishedHead } from './unfinished-head.ts';

export interface RequestHeadOptions extends HeadLimits, RequestLineOptions {}

const CR = 13;
const LF = 10;
const SP = 0x20;
/** http1.md A5. */
const MAX_EMPTY_LINES = 2;
const SWITCH_TO_13 = ['upgrade', 'websocket', 'sec-websocket-version', '13'];

/**
 * Reads the request head at `bytes[start, end)`: RFC 9112 with the house rules of http1.md A–D, G–I. What
 * is wrong is refused as soon as its bytes are there, and gives the same refusal however they were cut.
 *
 * @param scanned Bytes after `start` that were there in an earlier call, which returned null; 0 at first.
 * @returns null if the head is not complete and nothing is wrong with it so far.
 */
export function parseRequestHead(
  bytes: Buffer,
  start: number,
  end: number,
  scanned: number,
  options: RequestHeadOptions,
): RequestHead | Refusal | null {
  let lineStart = start;
  while (lineStart < end && bytes[lineStart] === CR) {
    if (lineStart - start === 2 * MAX_EMPTY_LINES) {
      return refuseRequest(400, 'request line is missing: two empty lines may stand before it');
    }
    if (lineStart + 1 === end) return null;
    if (bytes[lineStart + 1] !== LF) return refuseRequest(400, 'head holds a bare CR or a bare LF');
    lineStart += 2;
  }
  if (lineStart === end) return null;
  const from = Math.max(lineStart, start + scanned);
  // The blank line may have begun in bytes that were there before.
  const headEnd = endOfBlankLine(bytes, Math.max(lineStart, from - 3), end);
  if (headEnd < 0 || headEnd - start > options.maxBytes) {
    return refuseUnfinished(bytes, { start, lineStart, from, end }, options);
  }
  const result = parseWhole(bytes, lineStart, headEnd, options);
  if (result.ok) return result;
  return refuseUnfinished(bytes, { start, lineStart, from: lineStart, end: headEnd }, options) ?? result;
}

interface Extent {
  readonly start: number;
  readonly lineStart: number;
  readonly from: number;
  readonly end: number;
}

function refuseUnfinished(bytes: Buffer, extent: Extent, options: RequestHeadOptions): Refusal | null {
  const { start, lineStart, from, end } = extent;
  if (isMethodTooLong(bytes, lineStart, end)) return refuseRequest(400, 'method is too long');
  return refuseUnfinishedHead({ bytes, start, lineStart, from, end }, options, (_, first, lineEnd) => {
    const line = parseRequestLine(bytes, first, latin1(bytes, first, lineEnd), options);
    return line.ok ? null : line;
  });
}

/** Nothing can come before this in a head, so it is looked at first. http1.md A17. */
function isMethodTooLong(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= MAX_METHOD_BYTES) return false;
  for (let at = start; at <= start + MAX_METHOD_BYTES; at++) if (bytes[at] === SP) return false;
  return true;
}

function parseWhole(
  bytes: Buffer,
  lineStart: number,
  headEnd: number,
  options: RequestHeadOptions,
): RequestHead | Refusal {
  const text = latin1(bytes, lineStart, headEnd - 2);
  const line = parseRequestLine(bytes, lineStart, text, options);
  if (!line.ok) return line;
  const fields = new FieldSection();
  const refusal = fields.read(
    { bytes, start: line.end, end: headEnd - 2, text, textStart: lineStart },
    options,
  );
  return refusal ?? assemble(line, fields, headEnd, options);
}

function assemble(
  line: RequestLine,
  fields: FieldSection,
  end: number,
  options: RequestHeadOptions,
): RequestHead | Refusal {
  if (fields.host === null) return refuseRequest(400, 'host is missing');
  const authority = canonicalAuthority(fields.host, options.secure);
  if (authority === null)
    return refuseRequest(400, 'host is malformed: it must be a name or address and maybe a port');
  if (line.authority !== null) {
    const other = canonicalAuthority(line.authority, options.secure);
    if (other?.authority !== authority.authority) {
      return refuseRequest(400, 'host differs from the target');
    }
  }

  let bodyLength = 0;
  if (fields.transferEncoding !== null) {
    if (fields.contentLength !== null) {
      return refuseRequest(400, 'content-length and transfer-encoding must not come together');
    }
    if (line.minorVersion === 0) return refuseRequest(400, 'transfer-encoding must not come with HTTP/1.0');
    const refusal = refuseTransferCoding(fields.transferEncoding);
    if (refusal !== null) return refusal;
    bodyLength = CHUNKED;
  } else if (fields.contentLength !== null) {
    bodyLength = parseContentLength(fields.contentLength);
    if (bodyLength < 0)
      return refuseRequest(400, 'content-length is malformed: it must be a number up to 2^53-1');
  }

  let expectContinue = false;
  if (fields.expect !== null && line.minorVersion === 1) {
    if (fields.expect.toLowerCase() !== '100-continue') {
      return refuseRequest(417, 'expect is not supported: it must be 100-continue');
    }
    expectContinue = bodyLength !== 0;
  }

  let upgrade: 'websocket' | null = null;
  if (fields.upgrade !== null && asksForWebSocket(line, fields) && bodyLength === 0) {
    if (fields.webSocketVersion !== '13') {
      return refuseRequest(426, 'sec-websocket-version must be 13', SWITCH_TO_13);
    }
    if (fields.webSocketKey === null || fields.webSocketKey === '' || fields.webSocketKey.includes(',')) {
      return refuseRequest(400, 'sec-websocket-key must be there once');
    }
    upgrade = 'websocket';
  }

  return {
    ok: true,
    method: line.method,
    path: line.path,
    query: line.query,
    authority: authority.authority,
    host: authority.host,
    minorVersion: line.minorVersion,
    headers: fields.headers,
    bodyLength,
    keepAlive: !fields.closeAsked && (line.minorVersion === 1 || fields.keepAliveAsked),
    expectContinue,
    teTrailers: fields.te !== null && asksForTrailers(fields.te),
    upgrade,
    end,
  };
}

/** Only then the rules of http1.md H7 apply; any other `upgrade` is ignored. RFC 9110 §7.8, RFC 6455 §4.1. */
function asksForWebSocket(line: RequestLine, fields: FieldSection): boolean {
  if (!fields.upgradeAsked || line.minorVersion === 0 || line.method !== 'GET') return false;
  return parseTokenList(fields.upgrade ?? '')?.includes('websocket') ?? false;
}
