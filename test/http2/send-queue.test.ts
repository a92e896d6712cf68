import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FrameWriter, OutputBuffers } from '../../src/http2/frame-writer.ts';
import { SendQueue } from '../../src/http2/send-queue.ts';
import { Http2Stream } from '../../src/http2/stream.ts';
import { BORROWED, OWNED } from '../../src/lib/wire.ts';
import { FrameTexts } from './frames.ts';

/** A queue whose peer takes much, and what it tells. */
function setUp(connectionWindow = 1 << 24) {
  const events: string[] = [];
  const writer = new FrameWriter(new OutputBuffers(), () => {});
  const queue = new SendQueue<null>(writer, {
    onDataSent: () => {},
    onQueueEmpty: (stream) => events.push(`empty ${stream.id}`),
    onLocalEnd: (stream) => events.push(`end ${stream.id}`),
  });
  queue.enlargeConnection(connectionWindow - 65_535);
  const texts = new FrameTexts();
  let flushed = 0;
  const left = (flush = flushed): void => {
    writer.left(flush);
    queue.pump();
  };
  const flush = (): string[] => {
    const parts: Buffer[] = [];
    flushed = writer.flush({
      writeBytes: (bytes, start, end) => parts.push(Buffer.from(bytes.subarray(start, end))),
    });
    queue.flushed();
    return texts.of(Buffer.concat(parts));
  };
  const stream = (id: number, window = 1 << 24): Http2Stream<null> => new Http2Stream(id, 'GET', 1, window);
  return { events, queue, writer, flush, left, stream };
}

const BODY = Buffer.alloc(400_000, 'b');

// Windows, turns and trailers of whole sessions are tested in session.test.ts and properties.test.ts.
describe('SendQueue', () => {
  test('frames at most 256 KiB a turn; the rest waits until they have left', () => {
    const { queue, flush, left, stream, events } = setUp();
    const one = stream(1);
    assert.equal(queue.write(one, BODY, 0, BODY.length, OWNED, true), false);
    assert.equal(flush().length, 16);
    queue.pump();
    assert.deepEqual(flush(), [], 'what was flushed has not left');
    left();
    assert.equal(flush().length, 9);
    assert.deepEqual(events, ['end 1']);
  });

  test('isClear() tells when data by reference is in use no more', () => {
    const { queue, flush, left, stream } = setUp();
    const one = stream(1);
    assert.ok(queue.isClear(one));
    queue.write(one, BODY, 0, 10_000, OWNED, false);
    assert.equal(queue.isClear(one), false);
    flush();
    assert.equal(queue.isClear(one), false);
    left();
    assert.ok(queue.isClear(one));
  });

  test('a frame that is no data does not hold data up, and an older flush frees nothing newer', () => {
    const { queue, writer, flush, left, stream } = setUp();
    const one = stream(1);
    writer.settingsAck();
    flush();
    assert.ok(queue.write(one, BODY, 0, 5000, OWNED, false));
    flush();
    left(1);
    assert.equal(queue.isClear(one), false);
    assert.equal(queue.write(one, BODY, 0, 5000, OWNED, false), false);
    left(2);
    assert.deepEqual(flush(), ['data 1 5000']);
  });

  test('copies borrowed data that waits', () => {
    const { queue, stream } = setUp();
    const one = stream(1, 0);
    const shared = Buffer.from('abc');
    queue.write(one, shared, 0, 3, BORROWED, false);
    shared.fill('x');
    assert.equal(one.firstQueued?.bytes.toString(), 'abc');
  });

  test('drop() gives up what waits, and its turn', () => {
    const { queue, flush, stream, events } = setUp(0);
    const [one, two] = [stream(1), stream(3)];
    queue.write(one, BODY, 0, 10, OWNED, true);
    queue.write(two, BODY, 0, 20, OWNED, false);
    one.closed = true;
    queue.drop(one);
    queue.enlargeConnection(100);
    queue.pump();
    assert.deepEqual(flush(), ['data 3 20']);
    assert.deepEqual(events, ['empty 3']);
  });

  test('windows must not pass 2^31-1 (RFC 9113 §6.9.1)', () => {
    const { queue, stream } = setUp(65_535);
    const one = stream(1, 1);
    assert.ok(queue.enlargeStream(one, 0x7fff_fffe));
    assert.equal(queue.enlargeStream(one, 1), false);
    assert.ok(queue.enlargeConnection(0x7fff_ffff - 65_535));
    assert.equal(queue.enlargeConnection(1), false);
  });
});
