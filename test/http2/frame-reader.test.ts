import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FRAME, PREFACE } from '../../src/http2/frame.ts';
import { type FrameHandler, FrameReader } from '../../src/http2/frame-reader.ts';
import { BORROWED } from '../../src/lib/wire.ts';
import { block, data, END_HEADERS, frame, GET, HELLO, headers, PADDED, settings } from './frames.ts';

/** Writes down what a reader finds. */
class Finds implements FrameHandler {
  readonly found: string[] = [];
  readonly reader: FrameReader;

  constructor(fromClient = true) {
    this.reader = new FrameReader(this, fromClient);
  }

  feed(bytes: Buffer): void {
    this.reader.read(bytes, 0, bytes.length, BORROWED);
  }

  onControl(type: number, _: number, id: number, bytes: Buffer, start: number, end: number): void {
    this.found.push(`control ${type} ${id} ${bytes.toString('hex', start, end)}`);
  }

  onFieldBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number): void {
    this.found.push(`block ${id} ${endStream} ${bytes.toString('hex', start, end)}`);
  }

  onEmptyBlockFrame(): void {
    this.found.push('empty');
  }

  onDataHead(id: number, payloadBytes: number, dataBytes: number, endStream: boolean): void {
    this.found.push(`data ${id} ${payloadBytes} ${dataBytes} ${endStream}`);
  }

  onDataBytes(bytes: Buffer, start: number, end: number): void {
    this.found.push(bytes.toString('latin1', start, end));
  }

  onUnknown(type: number): void {
    this.found.push(`unknown ${type}`);
  }

  onFault(code: number): void {
    this.found.push(`fault ${code}`);
  }
}

describe('FrameReader', () => {
  test('hands data on as it comes, without waiting for the frame', () => {
    const finds = new Finds();
    finds.feed(HELLO);
    const bytes = data(1, 'abcdef', true);
    finds.feed(bytes.subarray(0, 9));
    finds.feed(bytes.subarray(9, 11));
    finds.feed(bytes.subarray(11));
    assert.deepEqual(finds.found.slice(1), ['data 1 6 6 true', 'ab', 'cdef']);
    assert.equal(finds.reader.midway, false);
  });

  test('skips padding, debug data of GOAWAY and frames of unknown type', () => {
    const finds = new Finds();
    finds.feed(HELLO);
    finds.feed(frame(FRAME.data, PADDED, 1, '\x02ab\0\0'));
    finds.feed(frame(FRAME.goAway, 0, 0, `${'\0'.repeat(8)}debug`));
    finds.feed(frame(0x50, 0, 7, 'whatever'));
    finds.feed(frame(FRAME.ping, 0, 0, '12345678'));
    assert.deepEqual(finds.found.slice(1), [
      'data 1 5 2 false',
      'ab',
      `control 7 0 ${'00'.repeat(8)}`,
      'unknown 80',
      `control 6 0 ${Buffer.from('12345678').toString('hex')}`,
    ]);
  });

  test('gathers a block over its continuations and keeps nothing of the bytes it was given', () => {
    const finds = new Finds();
    finds.feed(HELLO);
    const whole = block(GET);
    const input = Buffer.concat([
      frame(FRAME.headers, 1, 1, whole.subarray(0, 5)),
      frame(FRAME.continuation, END_HEADERS, 1, whole.subarray(5)),
    ]);
    for (const byte of input) {
      const one = Buffer.from([byte]);
      finds.feed(one);
      one.fill(0);
    }
    assert.deepEqual(finds.found.slice(1), [`block 1 true ${whole.toString('hex')}`]);
  });

  test('tells that it is in the middle of something', () => {
    const finds = new Finds();
    assert.ok(finds.reader.midway);
    finds.feed(HELLO);
    assert.equal(finds.reader.midway, false);
    finds.feed(frame(FRAME.headers, 0, 1, block(GET)));
    assert.ok(finds.reader.midway);
  });

  test('refuses another preface at the first byte that differs', () => {
    const finds = new Finds();
    finds.feed(Buffer.from('PRJ'));
    assert.deepEqual(finds.found, ['fault 1']);
    finds.feed(PREFACE);
    assert.equal(finds.found.length, 1);
  });

  test('expects no preface from a server', () => {
    const finds = new Finds(false);
    finds.feed(settings());
    assert.deepEqual(finds.found, ['control 4 0 ']);
  });

  test('stop() ends reading in the middle of a read', () => {
    const finds = new Finds();
    finds.onFieldBlock = () => finds.reader.stop();
    finds.feed(Buffer.concat([HELLO, headers(1, GET), headers(3, GET), data(1, 'x')]));
    assert.deepEqual(finds.found.slice(1), []);
    assert.ok(finds.reader.stopped);
  });
});
