import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FrameFollower, GOING_AWAY } from '../../src/proxy/websocket-frames.ts';

/** A frame of RFC 6455 §5.2; `wide`: with more bytes of length than it needs. */
function frame(length: number, options: { readonly masked: boolean; readonly wide?: 2 | 8 }): Buffer {
  const bit = options.masked ? 0x80 : 0;
  const width = options.wide ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const head = Buffer.alloc(2 + width + (options.masked ? 4 : 0));
  head[0] = 0x82;
  head[1] = bit | (width === 0 ? length : width === 2 ? 126 : 127);
  if (width === 2) head.writeUInt16BE(length, 2);
  if (width === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, Buffer.alloc(length, 0xff)]);
}

test('FrameFollower.betweenFrames holds exactly at the borders of frames, however they are cut', () => {
  const frames = fc.array(
    fc.record({
      length: fc.oneof(fc.nat(300), fc.constantFrom(125, 126, 127, 65_535, 65_536)),
      masked: fc.boolean(),
      wide: fc.constantFrom<2 | 8 | undefined>(undefined, 8),
    }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(frames, fc.array(fc.nat(2000), { maxLength: 20 }), (list, cuts) => {
      const borders = new Set([0]);
      const parts: Buffer[] = [];
      let total = 0;
      for (const { length, masked, wide } of list) {
        const part = frame(length, wide === undefined ? { masked } : { masked, wide });
        parts.push(part);
        total += part.length;
        borders.add(total);
      }
      const bytes = Buffer.concat(parts);
      const follower = new FrameFollower();
      let at = 0;
      const stops = [...cuts.filter((cut) => cut < total), ...borders].sort((a, b) => a - b);
      for (const stop of stops) {
        follower.push(bytes, at, stop);
        at = stop;
        assert.equal(follower.betweenFrames, borders.has(stop), `at ${stop} of ${[...borders]}`);
      }
    }),
  );
});

test('FrameFollower.betweenFrames is false for good once a length is none', () => {
  const follower = new FrameFollower();
  const bytes = Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x82, 0]);
  follower.push(bytes, 0, bytes.length);
  assert.equal(follower.betweenFrames, false);
  follower.push(Buffer.from([0x82, 0]), 0, 2);
  assert.equal(follower.betweenFrames, false);
});

test('GOING_AWAY is one whole unmasked close frame with code 1001', () => {
  const follower = new FrameFollower();
  follower.push(GOING_AWAY, 0, GOING_AWAY.length);
  assert.equal(follower.betweenFrames, true);
  assert.equal(GOING_AWAY[0], 0x88);
  assert.equal(GOING_AWAY.readUInt16BE(2), 1001);
});
