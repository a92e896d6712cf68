import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FRAME } from '../../src/http2/frame.ts';
import { checkFrameHead } from '../../src/http2/frame-rules.ts';

// What is wrong is tested with its connection error in session.test.ts; here is what is right.
describe('checkFrameHead()', () => {
  for (const [name, length, type, flags, streamId] of [
    ['DATA without data', 0, FRAME.data, 0, 1],
    ['DATA of 16 KiB', 16_384, FRAME.data, 0, 1],
    ['padded DATA of its pad length alone', 1, FRAME.data, 8, 1],
    ['HEADERS without a block', 0, FRAME.headers, 4, 1],
    ['HEADERS of priority and pad length alone', 6, FRAME.headers, 0x2c, 1],
    ['PRIORITY of a wrong size, which its stream must tell', 4, FRAME.priority, 0, 1],
    ['SETTINGS of 32 entries', 192, FRAME.settings, 0, 0],
    ['an acknowledgement of SETTINGS', 0, FRAME.settings, 1, 0],
    ['PING', 8, FRAME.ping, 0, 0],
    ['GOAWAY with debug data', 100, FRAME.goAway, 0, 0],
    ['WINDOW_UPDATE of the connection', 4, FRAME.windowUpdate, 0, 0],
    ['WINDOW_UPDATE of a stream', 4, FRAME.windowUpdate, 0, 9],
    ['a type that is unknown', 16_384, 0xff, 0xff, 0],
  ] as const) {
    test(`takes ${name}`, () => {
      assert.equal(checkFrameHead(length, type, flags, streamId), null);
    });
  }
});
