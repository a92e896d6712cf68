import { latin1 } from '../lib/latin1.ts';
import { endOfBlankLine } from './blank-line.ts';
import { FieldSection } from './field-section.ts';
import { parseContentLength, trimOws } from './fields.ts';
import type { HeadLimits, Refusal, ResponseHead } from './message.ts';
import { CHUNKED, UNTIL_CLOSE } from './message.ts';
import { asResponseRefusal, refuseResponse } from './refusal.ts';
import { refuseTransferCoding } from './transfer-coding.ts';
import { refuseUnfinishedHead } from './unfinished-head.ts';

export interface ResponseHeadOptions extends HeadLimits {
  /** Of the request that is answered: HEAD has no body to read. */
  readonly requestMethod: string;
  /** The request asked for a WebSocket: a 101 is acceptable. */
  readonly upgradeRequested: boolean;
}

const CR = 13;
const LF = 10;
const SP = 0x20;
const STATUS_LINE = 'status line is malformed: it must be HTTP/1.1, three digits and a reason';

/**
 * Reads the response head at `bytes[start, end)`: RFC 9112 with the house rules of http1.md K. What is
 * wrong is refused as soon as its bytes are there, and gives the same refusal however they were cut.
 *
 * @param scanned Bytes after `start` that were there in an earlier call, which returned null; 0 at first.
 * @returns null if the head is not complete and nothing is wrong with it so far; refusals have status 502.
 */
export function parseResponseHead(
  bytes: Buffer,
  start: number,
  end: number,
  scanned: number,
  options: ResponseHeadOptions,
): ResponseHead | Refusal | null {
  const from = start + scanned;
  // The blank line may have begun in bytes that were there before.
  const headEnd = endOfBlankLine(bytes, Math.max(start, from - 3), end);
  if (headEnd < 0 || headEnd - start > options.maxBytes) {
    return refuseUnfinished(bytes, { start, from, end }, options);
  }
  const result = parseWhole(bytes, start, headEnd, options);
  if (result.ok) return result;
  return refuseUnfinished(bytes, { start, from: start, end: headEnd }, options) ?? result;
}

interface Extent {
  readonly start: number;
  readonly from: number;
  readonly end: number;
}

function refuseUnfinished(bytes: Buffer, extent: Extent, limits: HeadLimits): Refusal | null {
  const { start, from, end } = extent;
  const refusal = refuseUnfinishedHead(
    { bytes, start, lineStart: start, from, end },
    limits,
    checkStatusLine,
  );
  return refusal === null ? null : asResponseRefusal(refusal);
}

function checkStatusLine(bytes: Buffer, start: number): Refusal | null {
  return statusLineEnd(bytes, start) < 0 ? refuseResponse(STATUS_LINE) : null;
}

/**
 * Offset after the CRLF of `HTTP/1.d ddd reason`, or -1. The reason may be missing, even with its space,
 * but must not begin with a space or hold a tab. RFC 9112 §4, http1.md K8.
 */
function statusLineEnd(bytes: Uint8Array, start: number): number {
  if (
    bytes[start] !== 0x48 ||
    bytes[start + 1] !== 0x54 ||
    bytes[start + 2] !== 0x54 ||
    bytes[start + 3] !== 0x50 ||
    bytes[start + 4] !== 0x2f ||
    bytes[start + 5] !== 0x31 ||
    bytes[start + 6] !== 0x2e ||
    !isDigit(bytes[start + 7]) ||
    bytes[start + 8] !== SP ||
    !isDigit(bytes[start + 9]) ||
    bytes[start + 9] === 0x30 ||
    !isDigit(bytes[start + 10]) ||
    !isDigit(bytes[start + 11])
  ) {
    return -1;
  }
  let at = start + 12;
  if (bytes[at] === SP) {
    at++;
    if (bytes[at] === SP) return -1;
    while (isReasonByte(bytes[at] as number)) at++;
  }
  return bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : -1;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isReasonByte(byte: number): boolean {
  return byte >= SP && byte !== 0x7f;
}

function parseWhole(
  bytes: Buffer,
  start: number,
  headEnd: number,
  options: ResponseHeadOptions,
): ResponseHead | Refusal {
  const lineEnd = statusLineEnd(bytes, start);
  if (lineEnd < 0) return refuseResponse(STATUS_LINE);
  const minorVersion = bytes[start + 7] === 0x30 ? 0 : 1;
  const status =
    (bytes[start + 9] as number) * 100 +
    (bytes[start + 10] as number) * 10 +
    (bytes[start + 11] as number) -
    0x30 * 111;
  const text = latin1(bytes, lineEnd, headEnd - 2);
  const fields = new FieldSection();
  const refusal = fields.read({ bytes, start: lineEnd, end: headEnd - 2, text, textStart: lineEnd }, options);
  if (refusal !== null) return asResponseRefusal(refusal);
  return assemble({ status, minorVersion, end: headEnd }, fields, options);
}

interface StatusLine {
  readonly status: number;
  readonly minorVersion: 0 | 1;
  readonly end: number;
}

function assemble(
  line: StatusLine,
  fields: FieldSection,
  options: ResponseHeadOptions,
): ResponseHead | Refusal {
  const { status, minorVersion, end } = line;
  let length = UNTIL_CLOSE;
  if (fields.transferEncoding !== null) {
    if (fields.contentLength !== null) {
      return refuseResponse('content-length and transfer-encoding must not come together');
    }
    if (minorVersion === 0) return refuseResponse('transfer-encoding must not come with HTTP/1.0');
    const refusal = refuseTransferCoding(fields.transferEncoding);
    if (refusal !== null) return refuseResponse(refusal.detail, 'http_response_transfer_coding');
    length = CHUNKED;
  } else if (fields.contentLength !== null) {
    length = parseContentLength(fields.contentLength);
    if (length < 0) return refuseResponse('content-length is malformed: it must be a number up to 2^53-1');
  }

  let upgrade: string | null = null;
  if (status === 101) {
    upgrade = fields.upgrade === null ? null : fields.upgrade.toLowerCase();
    const asked = options.upgradeRequested && minorVersion === 1;
    if (!asked || !fields.upgradeAsked || upgrade !== 'websocket') {
      return refuseResponse('101 is not what was asked for', 'http_upgrade_failed');
    }
  }

  const empty = status === 204 || status === 205;
  const bodiless = status < 200 || empty || status === 304 || options.requestMethod === 'HEAD';
  const persistent = !fields.closeAsked && (minorVersion === 1 || fields.keepAliveAsked);
  return {
    ok: true,
    status,
    minorVersion,
    headers: fields.headers,
    bodyLength: bodiless ? 0 : length,
    announcedLength: empty ? 0 : status >= 200 && length >= 0 && (bodiless || length === 0) ? length : -1,
    // An answer that has no body but announces one is followed by bytes that nobody asked for (http1.md K11).
    keepAlive:
      persistent && (bodiless ? !empty || length === 0 || length === UNTIL_CLOSE : length !== UNTIL_CLOSE),
    keepAliveMs: fields.keepAlive === null ? 0 : keepAliveMs(fields.keepAlive),
    upgrade,
    end,
  };
}

/** `timeout=n` of a `keep-alive` field in milliseconds; 0 if there is none or it is malformed. */
function keepAliveMs(text: string): number {
  for (const part of text.split(',')) {
    const parameter = trimOws(part).toLowerCase();
    if (!parameter.startsWith('timeout=')) continue;
    const seconds = parseContentLength(parameter.slice('timeout='.length));
    return seconds <= 0 ? 0 : Math.min(seconds, 86_400) * 1000;
  }
  return 0;
}
