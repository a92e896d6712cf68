import { FRAME, FRAME_HEAD_BYTES, PREFACE, readUint31, writeFrameHead } from '../../src/http2/frame.ts';
import { HpackDecoder } from '../../src/http2/hpack/decoder.ts';

/** A frame as bytes. */
export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array | string = '',
): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : Buffer.from(payload);
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  writeFrameHead(head, 0, bytes.length, type, flags, streamId);
  return Buffer.concat([head, bytes]);
}

/** Four bytes of a number. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export type Fields = readonly (readonly [name: string, value: string])[];

/** A field block of literals that touch no table: whatever is in them, no encoder of ours looks at it. */
export function block(fields: Fields): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let rest = bytes.length - 127;
    for (; rest > 127; rest >>>= 7) length.push((rest & 127) | 128);
    length.push(rest);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

export const END_STREAM = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const ACK = 1;

/** HEADERS with a complete block. */
export function headers(streamId: number, fields: Fields, endStream = true): Buffer {
  return frame(FRAME.headers, END_HEADERS | (endStream ? END_STREAM : 0), streamId, block(fields));
}

export function data(streamId: number, payload: Uint8Array | string, endStream = false): Buffer {
  return frame(FRAME.data, endStream ? END_STREAM : 0, streamId, payload);
}

export function settings(...entries: (readonly [id: number, value: number])[]): Buffer {
  const payload = entries.map(([id, value]) =>
    Buffer.concat([Buffer.from([id >> 8, id & 255]), uint32(value)]),
  );
  return frame(FRAME.settings, 0, 0, Buffer.concat(payload));
}

export const windowUpdate = (streamId: number, increment: number): Buffer =>
  frame(FRAME.windowUpdate, 0, streamId, uint32(increment));

export const rstStream = (streamId: number, code: number): Buffer =>
  frame(FRAME.rstStream, 0, streamId, uint32(code));

/** How a client begins. */
export const HELLO: Buffer = Buffer.concat([PREFACE, settings()]);

/** A request that nothing is wrong with. */
export const GET: Fields = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'a.test'],
  [':path', '/'],
];

export const POST: Fields = [[':method', 'POST'], ...GET.slice(1)];

export interface SeenFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** Cuts bytes into frames; what is not whole at the end is left out. */
export function parseFrames(bytes: Buffer): SeenFrame[] {
  const frames: SeenFrame[] = [];
  let at = 0;
  while (at + FRAME_HEAD_BYTES <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const end = at + FRAME_HEAD_BYTES + length;
    if (end > bytes.length) break;
    frames.push({
      type: bytes[at + 3] ?? 0,
      flags: bytes[at + 4] ?? 0,
      streamId: readUint31(bytes, at + 5),
      payload: bytes.subarray(at + FRAME_HEAD_BYTES, end),
    });
    at = end;
  }
  return frames;
}

const LIMITS = { maxListBytes: 1 << 20, maxFields: 1000, maxCookieFields: 1000 };
const NAMES = Object.fromEntries(Object.entries(FRAME).map(([name, type]) => [type, name]));

/** Frames as short texts, in order: `headers 1 end {":status":"200"}`, `rstStream 1 8`, `goAway 1 0`. */
export class FrameTexts {
  readonly #decoder = new HpackDecoder();

  of(bytes: Buffer): string[] {
    return parseFrames(bytes).map((seen) => this.#text(seen));
  }

  #text({ type, flags, streamId, payload }: SeenFrame): string {
    const name = NAMES[type] ?? `type${type}`;
    const end = (flags & END_STREAM) !== 0;
    switch (type) {
      case FRAME.headers: {
        const fields = this.#decoder.decode(payload, 0, payload.length, LIMITS);
        if (!fields.ok) return `headers ${streamId} ${fields.detail}`;
        const status = fields.status === null ? '' : ` ${fields.status}`;
        return `headers ${streamId}${status}${end ? ' end' : ''} ${fields.headers.join(' ')}`.trimEnd();
      }
      case FRAME.data:
        return `data ${streamId} ${payload.length}${end ? ' end' : ''}`;
      case FRAME.rstStream:
        return `rstStream ${streamId} ${payload.readUInt32BE()}`;
      case FRAME.goAway:
        return `goAway ${payload.readUInt32BE()} ${payload.readUInt32BE(4)}`;
      case FRAME.windowUpdate:
        return `windowUpdate ${streamId} ${payload.readUInt32BE()}`;
      default:
        return end ? `${name} ack` : name;
    }
  }
}
