import { ERROR } from './errors.ts';
import { FLAG, FRAME, MAX_PAYLOAD_BYTES } from './frame.ts';

/** What is wrong with a frame's head. */
export type FrameFault =
  | 'its payload is too large'
  | 'its size is not the one it must have'
  | 'it must be on a stream'
  | 'it must be on the connection'
  | 'it has more entries than we look at'
  | 'it is not allowed';

/** The code of the connection error. RFC 9113 §4.2, §6; http2.md, Limits. */
export const FRAME_FAULT_CODE: Readonly<Record<FrameFault, number>> = {
  'its payload is too large': ERROR.frameSizeError,
  'its size is not the one it must have': ERROR.frameSizeError,
  'it must be on a stream': ERROR.protocolError,
  'it must be on the connection': ERROR.protocolError,
  'it has more entries than we look at': ERROR.enhanceYourCalm,
  'it is not allowed': ERROR.protocolError,
};

const SETTINGS_ENTRY_BYTES = 6;
const MAX_SETTINGS_ENTRIES = 32;
const MIN_GOAWAY_BYTES = 8;

/**
 * Checks what the head of a frame tells: size and stream. All are connection errors; the size of a PRIORITY,
 * which is one of its stream (RFC 9113 §6.3), is left to who knows the stream. PUSH_PROMISE is never allowed:
 * servers get none, and as a client we turn it off (§8.4).
 *
 * @returns null if nothing is wrong.
 */
export function checkFrameHead(
  length: number,
  type: number,
  flags: number,
  streamId: number,
): FrameFault | null {
  if (length > MAX_PAYLOAD_BYTES) return 'its payload is too large';
  switch (type) {
    case FRAME.data:
      if (streamId === 0) return 'it must be on a stream';
      return (flags & FLAG.padded) !== 0 && length === 0 ? 'its size is not the one it must have' : null;
    case FRAME.headers:
      if (streamId === 0) return 'it must be on a stream';
      return length < leastHeaders(flags) ? 'its size is not the one it must have' : null;
    case FRAME.priority:
    case FRAME.continuation:
      return streamId === 0 ? 'it must be on a stream' : null;
    case FRAME.rstStream:
      if (streamId === 0) return 'it must be on a stream';
      return length === 4 ? null : 'its size is not the one it must have';
    case FRAME.settings:
      return checkSettingsHead(length, flags, streamId);
    case FRAME.pushPromise:
      return 'it is not allowed';
    case FRAME.ping:
      if (streamId !== 0) return 'it must be on the connection';
      return length === 8 ? null : 'its size is not the one it must have';
    case FRAME.goAway:
      if (streamId !== 0) return 'it must be on the connection';
      return length >= MIN_GOAWAY_BYTES ? null : 'its size is not the one it must have';
    case FRAME.windowUpdate:
      return length === 4 ? null : 'its size is not the one it must have';
    default:
      return null;
  }
}

function leastHeaders(flags: number): number {
  return ((flags & FLAG.padded) === 0 ? 0 : 1) + ((flags & FLAG.priority) === 0 ? 0 : 5);
}

function checkSettingsHead(length: number, flags: number, streamId: number): FrameFault | null {
  if (streamId !== 0) return 'it must be on the connection';
  if ((flags & FLAG.ack) !== 0) return length === 0 ? null : 'its size is not the one it must have';
  if (length % SETTINGS_ENTRY_BYTES !== 0) return 'its size is not the one it must have';
  return length > MAX_SETTINGS_ENTRIES * SETTINGS_ENTRY_BYTES ? 'it has more entries than we look at' : null;
}
