import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlushWatch } from '../../src/proxy/flush-watch.ts';

test('FlushWatch.isStuck() is true when something waits and no byte was accepted in its time', () => {
  const watch = new FlushWatch();
  const look = (nowMs: number, acceptedBytes: number, drained = false) =>
    watch.isStuck({ acceptedBytes, drained }, nowMs, 60_000);
  assert.equal(look(5000, 100), false);
  assert.equal(look(64_999, 100), false);
  // One byte is enough.
  assert.equal(look(65_000, 101), false);
  assert.equal(look(124_999, 101), false);
  assert.equal(look(125_000, 101), true);
});

test('FlushWatch.isStuck() is false for a connection that has nothing to send, however long', () => {
  const watch = new FlushWatch();
  for (const nowMs of [5000, 100_000, 200_000])
    assert.equal(watch.isStuck({ acceptedBytes: 100, drained: true }, nowMs, 60_000), false);
  // What was written just now has its whole time.
  assert.equal(watch.isStuck({ acceptedBytes: 100, drained: false }, 205_000, 60_000), false);
  assert.equal(watch.isStuck({ acceptedBytes: 100, drained: false }, 260_000, 60_000), true);
});
