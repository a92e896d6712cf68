import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { takeFromBucket } from '../../src/limits/bucket.ts';
import { gcraLimit } from '../../src/limits/gcra.ts';
import { sharedCells } from './shared-cells.ts';

test('takeFromBucket() gives the burst, then tells how long until the next token', () => {
  const limit = gcraLimit({ tokens: 1, periodMs: 1000, burst: 3 });
  const cells = sharedCells(['a']);
  const take = (nowMs: number) => takeFromBucket(cells, 0, limit, nowMs);
  assert.deepEqual([take(5), take(5), take(5)], [0, 0, 0]);
  assert.equal(take(5), 1000);
  assert.equal(take(505), 500);
  assert.equal(take(1005), 0);
  assert.equal(take(1005), 1000);
});

test('takeFromBucket() takes nothing when it refuses', () => {
  const limit = gcraLimit({ tokens: 1, periodMs: 1000, burst: 1 });
  const cells = sharedCells(['a']);
  takeFromBucket(cells, 0, limit, 0);
  const before = cells.words[0];
  takeFromBucket(cells, 0, limit, 10);
  assert.equal(cells.words[0], before);
});

test('takeFromBucket() refuses for a slot that is not known', () => {
  const limit = gcraLimit({ tokens: 1, periodMs: 1, burst: 1 });
  assert.equal(takeFromBucket(sharedCells(), -1, limit, 0), Number.POSITIVE_INFINITY);
});

test('takeFromBucket() gives up, and refuses, when the word cannot be written', () => {
  const limit = gcraLimit({ tokens: 1, periodMs: 1, burst: 1 });
  const cells = { ...sharedCells(['a']), compareExchange: (_slot: number, expected: bigint) => ~expected };
  assert.equal(takeFromBucket(cells, 0, limit, 1), Number.POSITIVE_INFINITY);
});

test('takeFromBucket() is exact after years of uptime, and after a long time without requests', () => {
  const limit = gcraLimit({ tokens: 10, periodMs: 1000, burst: 10 });
  const cells = sharedCells(['a']);
  const year = 365 * 86_400_000;
  for (const startMs of [0, 86_400_000 * 3, year, 4 * year]) {
    let taken = 0;
    for (let i = 0; i < 100; i++) {
      if (takeFromBucket(cells, 0, limit, startMs + i) === 0) taken++;
    }
    assert.equal(taken, 10, `from ${startMs} ms`);
    assert.equal(takeFromBucket(cells, 0, limit, startMs + 100), 0);
    assert.ok(takeFromBucket(cells, 0, limit, startMs + 100) > 0);
  }
});

test('takeFromBucket() keeps the debt when an edit changes the unit, and cuts it to a lower burst', () => {
  const fine = gcraLimit({ tokens: 1, periodMs: 3_600_000, burst: 10 });
  const coarse = gcraLimit({ tokens: 1, periodMs: 3_600_000, burst: 1_000_000 });
  assert.notEqual(fine.shift, coarse.shift);
  const cells = sharedCells(['a']);
  for (let i = 0; i < 10; i++) assert.equal(takeFromBucket(cells, 0, fine, 0), 0);
  assert.equal(takeFromBucket(cells, 0, coarse, 0), 0);
  // Eleven were taken: of a burst of ten nothing is left, and the debt is cut to ten.
  assert.equal(takeFromBucket(cells, 0, fine, 0), 3_600_000);
});

test('takeFromBucket() admits exactly the bound when real threads race for one word', async () => {
  const limit = gcraLimit({ tokens: 10, periodMs: 1, burst: 5000 });
  const cells = sharedCells(['a']);
  const gate = new SharedArrayBuffer(4);
  const round = new Int32Array(gate);
  const workers = Array.from(
    { length: 4 },
    () =>
      new Worker(new URL('./bucket.worker.ts', import.meta.url), {
        workerData: { buffer: cells.buffer, limit, attempts: 4000, gate },
      }),
  );
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const hammer = async (nowMs: number): Promise<number> => {
      const answers = workers.map((worker) => once(worker, 'message'));
      const current = Atomics.load(round, 0);
      for (const worker of workers) worker.postMessage({ nowMs, current });
      Atomics.add(round, 0, 1);
      Atomics.notify(round, 0);
      const counts = await Promise.all(answers);
      return counts.reduce((sum, [taken]) => sum + (taken as number), 0);
    };
    assert.equal(await hammer(1000), 5000);
    assert.equal(await hammer(1000), 0);
    assert.equal(await hammer(1100), 1000);
    assert.equal(await hammer(1350), 2500);
    assert.equal(await hammer(9000), 5000);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
});
