import { FRAME } from '../../../src/http2/frame.ts';
import {
  block,
  END_HEADERS,
  END_STREAM,
  type Fields,
  frame,
  headers,
  PADDED,
  uint32,
} from '../../http2/frames.ts';

/** The host that the gateway under test serves. */
export const HOST = 'web.test';

/** A request that nothing is wrong with. */
export const GET: Fields = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/'],
  [':authority', HOST],
];
export const HEAD: Fields = [[':method', 'HEAD'], ...GET.slice(1)];
export const POST: Fields = [[':method', 'POST'], ...GET.slice(1)];

/** That request without one of its fields. */
export function without(name: string): Fields {
  return GET.filter(([each]) => each !== name);
}

/** A whole GET. */
export function get(streamId: number, ...more: Fields): Buffer {
  return headers(streamId, [...GET, ...more]);
}

/** The head of a POST whose body is still to come. */
export function post(streamId: number, ...more: Fields): Buffer {
  return headers(streamId, [...POST, ...more], false);
}

/** A GET whose field block is these bytes behind its fields, and others before them. */
export function getWithBlock(streamId: number, { before = '', behind = '' }): Buffer {
  const payload = Buffer.concat([Buffer.from(before, 'hex'), block(GET), Buffer.from(behind, 'hex')]);
  return frame(FRAME.headers, END_HEADERS | END_STREAM, streamId, payload);
}

/** HEADERS whose block goes on in CONTINUATION. */
export function openHeaders(streamId: number, fields: Fields, endStream = true): Buffer {
  return frame(FRAME.headers, endStream ? END_STREAM : 0, streamId, block(fields));
}

/** A piece of a field block. */
export function continuation(streamId: number, payload: Buffer, endHeaders: boolean): Buffer {
  return frame(FRAME.continuation, endHeaders ? END_HEADERS : 0, streamId, payload);
}

/** A block of one field, for CONTINUATION. */
export const MORE: Buffer = block([['x-more', 'x'.repeat(4000)]]);

export interface Priority {
  /** The stream that this one depends on. */
  readonly on?: number;
  readonly exclusive?: boolean;
  /** As on the wire: the weight less one. */
  readonly weight?: number;
}

/** The five bytes of a priority. RFC 7540 §6.3. */
export function priorityBytes({ on = 0, exclusive = false, weight = 255 }: Priority): Buffer {
  return Buffer.concat([uint32(exclusive ? on + 2 ** 31 : on), Buffer.from([weight])]);
}

export function priority(streamId: number, value: Priority = {}): Buffer {
  return frame(FRAME.priority, 0, streamId, priorityBytes(value));
}

/** A GET whose HEADERS frame carries a priority. */
export function getWithPriority(streamId: number, value: Priority): Buffer {
  const PRIORITY = 0x20;
  return frame(
    FRAME.headers,
    END_HEADERS | END_STREAM | PRIORITY,
    streamId,
    Buffer.concat([priorityBytes(value), block(GET)]),
  );
}

/** GOAWAY of a client that opens no more streams. */
export function goAway(code: number, debug = ''): Buffer {
  const payload = Buffer.concat([uint32(0), uint32(code), Buffer.from(debug, 'latin1')]);
  return frame(FRAME.goAway, 0, 0, payload);
}

/** A frame with padding: `pad` is what the length field says, zeros of `zeros` bytes are there. */
export function padded(
  type: number,
  flags: number,
  streamId: number,
  { payload, pad, zeros = pad }: { readonly payload: Buffer; readonly pad: number; readonly zeros?: number },
): Buffer {
  const bytes = Buffer.concat([Buffer.from([pad]), payload, Buffer.alloc(zeros)]);
  return frame(type, flags | PADDED, streamId, bytes);
}

/** Frames that are sent in one write. */
export function both(...frames: readonly Buffer[]): Buffer {
  return Buffer.concat(frames);
}
