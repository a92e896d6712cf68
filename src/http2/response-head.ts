import { CHUNKED, type Refusal, type ResponseHead } from '../http1/message.ts';
import type { HeaderBlock } from './hpack/header-block.ts';
import { refuseMalformed, type SpecialFields } from './special-fields.ts';

/**
 * Makes a response of a decoded block: RFC 9113 §8.3.2, http2.md, HTTP/2 upstream.
 *
 * @param requestMethod HEAD has no body to read.
 * @returns `bodyLength` is CHUNKED where it is not announced, also if the stream ends with the head. What is
 *   wrong, whatever it is, is a refusal: the stream is to be reset.
 */
export function readResponseHead(
  block: HeaderBlock,
  endStream: boolean,
  requestMethod: string,
  special: SpecialFields,
): ResponseHead | Refusal {
  const status = parseStatus(block.status ?? '');
  if (status === 0 || status === 101 || hasRequestFields(block))
    return refuseMalformed(':status must come alone and be three digits but not 101');
  const refusal = special.read(block);
  if (refusal !== null) return refusal;
  const interim = status < 200;
  if (interim && endStream) return refuseMalformed('an interim response must not end the stream');
  const bodiless = interim || status === 204 || status === 205 || status === 304 || requestMethod === 'HEAD';
  const { contentLength } = special;
  if (endStream && !bodiless && contentLength > 0)
    return refuseMalformed('content-length announces data and the stream has ended');
  let bodyLength = contentLength < 0 ? CHUNKED : contentLength;
  if (bodiless) bodyLength = 0;
  let announcedLength = -1;
  if (status === 204 || status === 205) announcedLength = 0;
  else if (!interim && (bodiless || contentLength === 0)) announcedLength = contentLength;
  return {
    ok: true,
    status,
    minorVersion: 1,
    headers: block.headers,
    bodyLength,
    announcedLength,
    keepAlive: true,
    keepAliveMs: 0,
    upgrade: null,
    end: 0,
  };
}

function hasRequestFields(block: HeaderBlock): boolean {
  const { method, scheme, authority, path, protocol } = block;
  return method !== null || scheme !== null || authority !== null || path !== null || protocol !== null;
}

/** Three digits from 100 on; 0 if it is anything else. */
function parseStatus(text: string): number {
  if (text.length !== 3) return 0;
  let status = 0;
  for (let i = 0; i < 3; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    status = status * 10 + digit;
  }
  return status >= 100 ? status : 0;
}
