import { isToken, trimOws } from './fields.ts';
import type { Refusal } from './message.ts';
import { refuseRequest } from './refusal.ts';

/**
 * Decides on a `transfer-encoding` other than `chunked` alone: none is served. RFC 9112 §6.1, http1.md D14–D20.
 *
 * @param text The value, of several fields joined with commas.
 * @returns null for `chunked` in any case, else 501 for codings we do not know, 400 for what is malformed.
 */
export function refuseTransferCoding(text: string): Refusal | null {
  if (text === 'chunked') return null;
  const codings = text.split(',').map((coding) => trimOws(coding).toLowerCase());
  if (codings.length === 1 && codings[0] === 'chunked') return null;
  if (!codings.every(isToken)) {
    return refuseRequest(400, 'transfer-encoding is malformed: it must be a list of tokens');
  }
  const chunked = codings.indexOf('chunked');
  if (chunked >= 0 && chunked < codings.length - 1) {
    return refuseRequest(400, 'transfer-encoding is malformed: chunked must come once and last');
  }
  return refuseRequest(501, 'transfer-encoding has a coding that is not supported: send chunked alone');
}
