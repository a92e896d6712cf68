import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trailersFrame } from '../../../src/proxy/grpc/trailers-frame.ts';

test('trailersFrame() is a byte 0x80, four of length, and lines', () => {
  const frame = trailersFrame(['grpc-status', '0', 'x-bin', 'é']);
  assert.deepEqual([...frame.subarray(0, 5)], [0x80, 0, 0, 0, 26]);
  assert.equal(frame.toString('latin1', 5), 'grpc-status: 0\r\nx-bin: é\r\n');
  assert.equal(frame.length, 31);
});

test('trailersFrame() of no trailers is empty', () => {
  assert.deepEqual([...trailersFrame([])], [0x80, 0, 0, 0, 0]);
});
