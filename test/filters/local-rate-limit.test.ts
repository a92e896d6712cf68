import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalRateLimit } from '../../src/filters/local-rate-limit.ts';
import type { LocalRateLimit as Config } from '../../src/snapshot/filter.ts';
import { bucketSlot } from '../../src/snapshot/slot-names.ts';
import { sharedCells } from '../limits/shared-cells.ts';

const CONFIG: Config = {
  kind: 'local-rate-limit',
  bucket: 'shop',
  tokens: 1,
  periodMs: 3_600_000,
  burst: 1,
  status: 429,
  headers: ['x-limited', 'yes'],
};

function setUp(parts: Partial<Config> = {}, names = [bucketSlot('shop')]) {
  const clock = { nowMs: 1000, now: () => clock.nowMs, wall: () => 0 };
  const cells = sharedCells(names);
  const config = { ...CONFIG, ...parts };
  return { clock, cells, filter: new LocalRateLimit(config, { cells, clock }), config };
}

test('LocalRateLimit answers 429 when the bucket is empty, then lets pass when a token is back', () => {
  const { filter, clock } = setUp();
  assert.equal(filter.onRequest(), undefined);
  clock.nowMs += 1500;
  assert.deepEqual(filter.onRequest(), {
    status: 429,
    headers: ['x-limited', 'yes', 'retry-after', '3599'],
    body: '',
    error: 'http_request_denied',
    flags: 'RL',
  });
  clock.nowMs += 3_600_000;
  assert.equal(filter.onRequest(), undefined);
});

test('LocalRateLimit answers with the configured status, and keeps a retry-after of the user', () => {
  const { filter } = setUp({ status: 503, headers: ['retry-after', '7'] });
  filter.onRequest();
  const answer = filter.onRequest();
  assert.equal(answer?.status, 503);
  assert.deepEqual(answer.headers, ['retry-after', '7']);
});

test('LocalRateLimit makes one answer for all refusals of a second', () => {
  const { filter, clock } = setUp();
  filter.onRequest();
  const first = filter.onRequest();
  assert.equal(filter.onRequest(), first);
  clock.nowMs += 1000;
  assert.notEqual(filter.onRequest(), first);
});

test('LocalRateLimit shares its bucket with every filter of that name', () => {
  const { filter, cells, clock, config } = setUp({ burst: 2 });
  const other = new LocalRateLimit(config, { cells, clock });
  assert.equal(filter.onRequest(), undefined);
  assert.equal(other.onRequest(), undefined);
  assert.equal(filter.onRequest()?.status, 429);
  assert.equal(other.onRequest()?.status, 429);
});

test('LocalRateLimit refuses as long as its bucket is unknown, and finds it when it comes', () => {
  const names: string[] = [];
  const { filter } = setUp({}, names);
  assert.deepEqual(filter.onRequest()?.headers, ['x-limited', 'yes']);
  names.push(bucketSlot('shop'));
  assert.equal(filter.onRequest(), undefined);
});
