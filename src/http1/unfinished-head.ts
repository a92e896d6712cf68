import { HEAD_BYTE } from './fields.ts';
import type { HeadLimits, Refusal } from './message.ts';
import { refuseRequest } from './refusal.ts';

const CR = 13;
const LF = 10;

/** Judges the first line of a head, in `bytes[start, end)` with its CRLF: null if it is fine. */
export type FirstLineCheck = (bytes: Buffer, start: number, end: number) => Refusal | null;

export interface UnfinishedHead {
  readonly bytes: Buffer;
  /** The first byte that counts towards `maxBytes`. */
  readonly start: number;
  /** The first byte of the first line. */
  readonly lineStart: number;
  /** Up to here an earlier call has looked. */
  readonly from: number;
  readonly end: number;
}

/**
 * Finds what is already wrong with a head whose blank line has not come yet, at the byte where it goes
 * wrong: control bytes, bare CR or LF, a bad first line, too many lines, too many bytes. A whole head may
 * be given too: so the same bytes get the same refusal, however they were cut.
 *
 * @returns null, or a refusal with the status of a request: 400 or 431, or that of `checkFirstLine`.
 */
export function refuseUnfinishedHead(
  head: UnfinishedHead,
  limits: HeadLimits,
  checkFirstLine: FirstLineCheck,
): Refusal | null {
  const { bytes, start, lineStart, from, end } = head;
  const limit = Math.min(end, start + limits.maxBytes);
  // Lines are counted only when one ends: at most `maxFields` short searches a call.
  let lines = -1;
  for (let at = from; at < limit; at++) {
    const byte = bytes[at] as number;
    const afterCr = at > lineStart && bytes[at - 1] === CR;
    if (HEAD_BYTE[byte] === 0) return refuseRequest(400, 'head holds a control byte');
    if ((byte === LF) !== afterCr) return refuseRequest(400, 'head holds a bare CR or a bare LF');
    if (byte !== LF) continue;
    if (at > lineStart + 2 && bytes[at - 2] === LF) return null;
    lines = (lines < 0 ? countLines(bytes, lineStart, from) : lines) + 1;
    if (lines === 1) {
      const refusal = checkFirstLine(bytes, lineStart, at + 1);
      if (refusal !== null) return refusal;
    } else if (lines - 1 > limits.maxFields) {
      return refuseRequest(431, 'head has too many fields');
    }
  }
  return end - start > limits.maxBytes ? refuseRequest(431, 'head is too large') : null;
}

function countLines(bytes: Buffer, start: number, end: number): number {
  let lines = 0;
  let at = bytes.indexOf(LF, start);
  while (at >= 0 && at < end) {
    lines++;
    at = bytes.indexOf(LF, at + 1);
  }
  return lines;
}
