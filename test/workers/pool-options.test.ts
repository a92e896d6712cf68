import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POOL_TIMES } from '../../src/workers/pool-options.ts';

test('POOL_TIMES judge nobody before several signs of life were missed', () => {
  const { heartbeatMs, silentMs, stallMs, startMs } = POOL_TIMES;
  assert.ok(silentMs >= 4 * heartbeatMs, 'one late beat is no silence');
  assert.ok(stallMs >= 4 * silentMs, 'a pause of the collector kills nobody');
  assert.ok(startMs > stallMs, 'loading modules takes longer than any turn of the loop');
});

test('POOL_TIMES replace within a second at first, and back off to less than the life that ends the back-off', () => {
  const { minBackoffMs, maxBackoffMs, stableMs } = POOL_TIMES;
  assert.ok(minBackoffMs > 0 && minBackoffMs < 1000);
  assert.ok(minBackoffMs < maxBackoffMs && maxBackoffMs < stableMs);
});
