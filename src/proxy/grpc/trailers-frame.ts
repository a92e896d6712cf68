const TRAILERS = 0x80;
const HEAD_BYTES = 5;

/**
 * The last frame of a gRPC-web body: a byte 0x80, the length in four bytes, and the trailers as lines
 * `name: value` with CR LF (PROTOCOL-WEB, Message framing).
 *
 * @param trailers Flat, lower-case names, latin1 values, valid as fields.
 */
export function trailersFrame(trailers: readonly string[]): Buffer {
  let text = '';
  for (let i = 0; i < trailers.length; i += 2) text += `${trailers[i]}: ${trailers[i + 1]}\r\n`;
  const frame = Buffer.allocUnsafe(HEAD_BYTES + text.length);
  frame[0] = TRAILERS;
  frame.writeUInt32BE(text.length, 1);
  frame.write(text, HEAD_BYTES, 'latin1');
  return frame;
}
