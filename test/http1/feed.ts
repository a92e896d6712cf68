import type { ChunkedReader } from '../../src/http1/chunked.ts';
import type { Refusal } from '../../src/http1/message.ts';

/** Parses what lies in `bytes[start, end)`; null: more is needed. */
export type HeadParser<T> = (
  bytes: Buffer,
  start: number,
  end: number,
  scanned: number,
) => T | Refusal | null;

/** Something stands before and behind the input: a parser that looks there finds what would change its mind. */
const BEFORE = '\r\n\r';
const BEHIND = ['\n\r\n\r\nX: y\r\n\r\n', '\r\n\r\n0\r\n\r\n', '\0\0\0\0\0\0\0\0'];

/** Hands a head over in pieces, as a connection does: all that is there, and how much was there before. */
export function feedHead<T extends { readonly end: number }>(
  parse: HeadParser<T>,
  input: string,
  cuts: readonly number[],
): T | Refusal | null {
  let scanned = 0;
  let result: T | Refusal | null = null;
  for (const [index, cut] of [...cuts, input.length].entries()) {
    const behind = BEHIND[index % BEHIND.length] as string;
    const bytes = Buffer.from(BEFORE + input.slice(0, cut) + behind, 'latin1');
    result = parse(bytes, BEFORE.length, BEFORE.length + cut, scanned);
    if (result !== null) break;
    scanned = cut;
  }
  return result !== null && 'end' in result ? { ...result, end: result.end - BEFORE.length } : result;
}

export interface ChunkedOutcome {
  readonly state: 'more' | 'done' | 'refused';
  readonly payload: string;
  readonly trailers: readonly string[];
  readonly status: number;
  /** Bytes of the input that are left. */
  readonly rest: string;
}

/** Hands a chunked body over in pieces, each in bytes of its own. */
export function feedChunked(reader: ChunkedReader, input: string, cuts: readonly number[]): ChunkedOutcome {
  let payload = '';
  let from = 0;
  let state: ChunkedOutcome['state'] = 'more';
  let consumed = 0;
  for (const [index, cut] of [...cuts, input.length].entries()) {
    const behind = BEHIND[index % BEHIND.length] as string;
    const bytes = Buffer.from(BEFORE + input.slice(from, cut) + behind, 'latin1');
    const end = BEFORE.length + cut - from;
    state = reader.read(bytes, BEFORE.length, end);
    payload += bytes.toString('latin1', reader.bodyStart, reader.bodyEnd);
    consumed = from + reader.next - BEFORE.length;
    if (bytes.toString('latin1', end) !== behind) throw new Error('the reader wrote beyond the end');
    if (bytes.toString('latin1', 0, BEFORE.length) !== BEFORE)
      throw new Error('the reader wrote before the start');
    if (state !== 'more') break;
    if (reader.next !== end) throw new Error('the reader wants more and has not taken all');
    from = cut;
  }
  const rest = state === 'refused' ? '' : input.slice(consumed);
  return { state, payload, trailers: reader.trailers, status: reader.refusal?.status ?? 0, rest };
}

/**
 * The ways in which an input is cut: not at all, in two at every byte, and byte by byte. Of inputs above
 * `sampleAbove` bytes, only some cuts.
 */
export function* cutsOf(length: number, sampleAbove = 2000): Generator<readonly number[]> {
  yield [];
  const step = length > sampleAbove ? Math.ceil(length / 37) : 1;
  for (let cut = 1; cut < length; cut += step) yield [cut];
  if (step === 1) yield Array.from({ length: Math.max(0, length - 1) }, (_, index) => index + 1);
  else yield Array.from({ length: Math.floor(length / 1009) }, (_, index) => (index + 1) * 1009);
}
