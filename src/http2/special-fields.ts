import { parseContentLength } from '../http1/fields.ts';
import type { Refusal } from '../http1/message.ts';
import { refuseRequest } from '../http1/refusal.ts';
import { FIELD, fieldMeaning } from './field-rules.ts';
import type { HeaderBlock } from './hpack/header-block.ts';

/** The status of a refusal that is no answer: the stream is reset with PROTOCOL_ERROR. RFC 9113 §8.1.1. */
export const MALFORMED = 0;

/** A message that is malformed in the sense of RFC 9113 §8.1.1. */
export function refuseMalformed(detail: string): Refusal {
  return refuseRequest(MALFORMED, detail);
}

/**
 * Judges the fields of a message that have rules of their own (http2.md, Messages). What ends at this hop or
 * what the codec itself uses is taken out of the block's `headers` and stands here, as the HTTP/1.1 codec has
 * it; cookies are joined. Used for one message after the other.
 */
export class SpecialFields {
  host: string | null = null;
  /** Bytes, or -1 if not announced. */
  contentLength = -1;
  teTrailers = false;
  expect: string | null = null;

  /** @returns null, or why not: MALFORMED before 400. */
  read(block: HeaderBlock): Refusal | null {
    this.host = null;
    this.contentLength = -1;
    this.teTrailers = false;
    this.expect = null;
    const { headers, special } = block;
    let refusal: Refusal | null = null;
    let cookieAt = -1;
    let removed = false;
    for (let i = 0; i < special.length; i++) {
      const at = special[i] as number;
      const name = headers[at] as string;
      const value = headers[at + 1] as string;
      const meaning = fieldMeaning(name);
      if (meaning === FIELD.ordinary) {
        if (refusal === null && isRepeated(headers, special, i))
          refusal = refuseRequest(400, `${name} must not be there twice`);
        continue;
      }
      if (meaning === FIELD.cookie && cookieAt < 0) {
        cookieAt = at;
        continue;
      }
      // No name is empty: this one is taken out below.
      headers[at] = '';
      removed = true;
      if (meaning === FIELD.cookie) {
        // RFC 9113 §8.2.3.
        headers[cookieAt + 1] = `${headers[cookieAt + 1]}; ${value}`;
        continue;
      }
      const malformed = this.#take(meaning, value);
      if (malformed !== null) return malformed;
    }
    if (removed) removeNameless(headers);
    return refusal;
  }

  #take(meaning: number, value: string): Refusal | null {
    switch (meaning) {
      case FIELD.forbidden:
        return refuseMalformed('a field of an HTTP/1.1 connection must not be there');
      case FIELD.te:
        if (value.toLowerCase() !== 'trailers') return refuseMalformed('te must be trailers');
        this.teTrailers = true;
        return null;
      case FIELD.host:
        if (this.host !== null) return refuseMalformed('host must not be there twice');
        this.host = value;
        return null;
      case FIELD.contentLength:
        if (this.contentLength >= 0) return refuseMalformed('content-length must not be there twice');
        this.contentLength = parseContentLength(value);
        return this.contentLength >= 0
          ? null
          : refuseMalformed('content-length must be a number up to 2^53-1');
      case FIELD.expect:
        this.expect = this.expect === null ? value : `${this.expect}, ${value}`;
        return null;
      default:
        return null;
    }
  }
}

/** Whether the name at place `index` stood at an earlier one. */
function isRepeated(headers: readonly string[], special: readonly number[], index: number): boolean {
  const name = headers[special[index] as number];
  for (let i = 0; i < index; i++) if (headers[special[i] as number] === name) return true;
  return false;
}

function removeNameless(headers: string[]): void {
  let kept = 0;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name === '') continue;
    headers[kept++] = name;
    headers[kept++] = headers[i + 1] as string;
  }
  headers.length = kept;
}
