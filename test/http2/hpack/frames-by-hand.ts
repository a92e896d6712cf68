/** A frame as it is on the wire. RFC 9113 §4.1. */
export interface PlainFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export const HEADERS = 1;
export const SETTINGS = 4;
export const CONTINUATION = 9;
export const ACK = 1;
export const END_STREAM = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const PRIORITY = 32;
export const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Writes a frame. */
export function frame(type: number, flags: number, streamId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** Cuts whole frames off the front; the rest waits for more. */
export function cutFrames(bytes: Buffer): { readonly frames: readonly PlainFrame[]; readonly rest: Buffer } {
  const frames: PlainFrame[] = [];
  let at = 0;
  while (bytes.length - at >= 9) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    const payload = bytes.subarray(at + 9, end);
    frames.push({
      type: bytes[at + 3] ?? 0,
      flags: bytes[at + 4] ?? 0,
      streamId: bytes.readUInt32BE(at + 5),
      payload,
    });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}

/** The part of a field block in a frame, without padding and priority. RFC 9113 §6.2. */
export function fragmentOf({ type, flags, payload }: PlainFrame): Buffer {
  if (type === CONTINUATION) return payload;
  const pad = flags & PADDED ? (payload[0] ?? 0) : 0;
  const start = (flags & PADDED ? 1 : 0) + (flags & PRIORITY ? 5 : 0);
  return payload.subarray(start, payload.length - pad);
}
