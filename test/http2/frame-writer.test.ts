import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FrameWriter, OutputBuffers } from '../../src/http2/frame-writer.ts';
import { BORROWED, type Lending, OWNED } from '../../src/lib/wire.ts';
import { parseFrames } from './frames.ts';

interface Piece {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly lending: Lending;
}

function writer(buffers = new OutputBuffers()): {
  frames: FrameWriter;
  flush: () => Piece[];
  told: () => number;
} {
  let told = 0;
  const frames = new FrameWriter(buffers, () => told++);
  const flush = (): Piece[] => {
    const pieces: Piece[] = [];
    frames.flush({ writeBytes: (bytes, start, end, lending) => pieces.push({ bytes, start, end, lending }) });
    return pieces;
  };
  return { frames, flush, told: () => told };
}

const joined = (pieces: readonly Piece[]): Buffer =>
  Buffer.concat(pieces.map(({ bytes, start, end }) => bytes.subarray(start, end)));

describe('FrameWriter', () => {
  test('gathers frames to one piece and tells once that there is something', () => {
    const { frames, flush, told } = writer();
    frames.settingsAck();
    frames.ping(Buffer.from('..12345678'), 2, true);
    frames.rstStream(5, 8);
    frames.goAway(7, 11);
    frames.windowUpdate(3, 9);
    frames.data(1, Buffer.from('xabc'), 1, 4, OWNED, true);
    assert.equal(told(), 1);
    assert.equal(frames.pendingParts, 1);
    assert.equal(frames.framesWaiting, 6);
    assert.equal(frames.answersWaiting, 3);
    const pieces = flush();
    assert.equal(pieces.length, 1);
    const seen = parseFrames(joined(pieces)).map(({ type, flags, streamId, payload }) =>
      [type, flags, streamId, payload.toString('latin1')].join(' '),
    );
    assert.deepEqual(seen, [
      '4 1 0 ',
      '6 1 0 12345678',
      '3 0 5 \0\0\0\x08',
      '7 0 0 \0\0\0\x07\0\0\0\x0b',
      '8 0 3 \0\0\0\x09',
      '0 1 1 abc',
    ]);
    frames.left(3);
    assert.deepEqual([frames.framesWaiting, frames.answersWaiting], [3, 3]);
    frames.left(6);
    frames.left(3);
    assert.deepEqual([frames.framesWaiting, frames.answersWaiting, frames.pendingBytes], [0, 0, 0]);
    frames.settingsAck();
    assert.equal(told(), 2);
  });

  test('keeps large data by reference, with all in order', () => {
    const { frames, flush } = writer();
    const large = Buffer.alloc(10_000, 'a');
    frames.settingsAck();
    frames.data(1, large, 0, 10_000, OWNED, false);
    frames.data(1, large, 5, 9_005, OWNED, true);
    frames.settingsAck();
    assert.equal(frames.pendingParts, 5);
    assert.equal(frames.pendingBytes, 9 + 9 + 10_000 + 9 + 9_000 + 9);
    const pieces = flush();
    assert.deepEqual(
      pieces.map(({ bytes, lending }) => [bytes === large, lending]),
      [
        [false, BORROWED],
        [true, OWNED],
        [false, BORROWED],
        [true, OWNED],
        [false, BORROWED],
      ],
    );
    assert.deepEqual(
      parseFrames(joined(pieces)).map(({ type, payload }) => `${type} ${payload.length}`),
      ['4 0', '0 10000', '0 9000', '4 0'],
    );
  });

  test('copies borrowed data, however large, over as many buffers as it takes', () => {
    const { frames, flush } = writer();
    const shared = Buffer.alloc(16_384);
    for (let i = 0; i < 5; i++) frames.data(1, shared.fill(65 + i), 0, 16_384 - i, BORROWED, false);
    frames.settingsAck();
    shared.fill(0);
    const seen = parseFrames(joined(flush()));
    assert.deepEqual(
      seen.map(
        ({ payload }) => `${payload.length} ${String.fromCharCode(payload[0] ?? 45, payload.at(-1) ?? 45)}`,
      ),
      ['16384 AA', '16383 BB', '16382 CC', '16381 DD', '16380 EE', '0 --'],
    );
  });

  test('uses its buffers again after the flush, and not before', () => {
    const buffers = new OutputBuffers();
    const { frames, flush } = writer(buffers);
    frames.settingsAck();
    const [first] = flush();
    frames.settingsAck();
    const [second] = flush();
    assert.equal(first?.bytes, second?.bytes);
    frames.settingsAck();
    frames.drop();
    assert.deepEqual(flush(), []);
    assert.equal(buffers.take(), first?.bytes);
  });

  for (const length of [0, 1, 16_384, 16_385, 40_000, 49_152]) {
    test(`endBlock() frames a block of ${length} bytes (RFC 9113 §6.10)`, () => {
      const { frames, flush } = writer();
      const block = Buffer.from(Array.from({ length }, (_, i) => (i * 7) & 255));
      const { bytes, at } = frames.beginBlock(length);
      block.copy(bytes, at);
      frames.endBlock(5, at + length, true);
      frames.settingsAck();
      const seen = parseFrames(joined(flush()));
      const parts = seen.slice(0, -1);
      assert.deepEqual(Buffer.concat(parts.map(({ payload }) => payload)), block);
      assert.deepEqual(
        parts.map(({ type }) => type),
        parts.map((_, i) => (i === 0 ? 1 : 9)),
      );
      assert.deepEqual(
        parts.map(({ flags }) => flags & 4),
        parts.map((_, i) => (i === parts.length - 1 ? 4 : 0)),
      );
      assert.equal((parts[0]?.flags ?? 0) & 1, 1);
      assert.equal(frames.framesWaiting, parts.length + 1);
    });
  }

  test('beginBlock() without endBlock() leaves nothing', () => {
    const { frames, flush } = writer();
    frames.beginBlock(100);
    frames.beginBlock(100_000);
    assert.deepEqual(flush(), []);
  });
});
