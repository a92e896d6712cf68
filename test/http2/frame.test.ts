import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readUint31, readUint32, writeFrameHead, writeUint32 } from '../../src/http2/frame.ts';

describe('numbers of frames', () => {
  const bytes = Buffer.alloc(12);
  for (const value of [0, 1, 255, 256, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    test(`readUint32() reads what writeUint32() wrote: ${value}`, () => {
      assert.equal(writeUint32(bytes, 3, value), 7);
      assert.equal(readUint32(bytes, 3), value);
      assert.equal(readUint31(bytes, 3), value % 0x8000_0000);
    });
  }

  test('writeFrameHead() writes length, type, flags and stream (RFC 9113 §4.1)', () => {
    assert.equal(writeFrameHead(bytes, 1, 0x012345, 9, 4, 0x7fff_fffe), 10);
    assert.equal(bytes.toString('hex', 1, 10), '01234509047ffffffe');
  });
});
