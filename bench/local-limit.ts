/** Times one decision of a local rate limit: `node bench/local-limit.ts`. Bar: below 1 µs without contention. */
import { LocalRateLimit } from '../src/filters/local-rate-limit.ts';
import { systemClock } from '../src/lib/clock.ts';
import { takeFromBucket } from '../src/limits/bucket.ts';
import { gcraLimit } from '../src/limits/gcra.ts';
import type { Cells } from '../src/workers/cells.ts';

const ROUNDS = 300_000;
const words = new BigInt64Array(new SharedArrayBuffer(8));
const cells: Cells = {
  worker: 0,
  metrics: new Float64Array(0),
  slot: () => 0,
  add() {},
  sum: () => 0,
  load: (slot) => Atomics.load(words, slot),
  compareExchange: (slot, expected, replacement) =>
    Atomics.compareExchange(words, slot, expected, replacement),
};

/** Prints nanoseconds a call, the best of five rounds after one to warm up. */
function time(name: string, call: (nowMs: number) => void): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round++) {
    words[0] = 0n;
    const startMs = systemClock.now();
    for (let i = 0; i < ROUNDS; i++) call(startMs);
    if (round > 0) best = Math.min(best, ((systemClock.now() - startMs) * 1e6) / ROUNDS);
  }
  console.log(`${name}: ${best.toFixed(0)} ns`);
}

const open = { tokens: 1e9, periodMs: 1000, burst: 1e9 };
const shut = { tokens: 1, periodMs: 3_600_000, burst: 1 };
for (const [name, options] of [
  ['taken', open],
  ['refused', shut],
] as const) {
  const limit = gcraLimit(options);
  time(`takeFromBucket, ${name}`, (nowMs) => takeFromBucket(cells, 0, limit, nowMs));
  const filter = new LocalRateLimit(
    { kind: 'local-rate-limit', bucket: 'b', status: 429, headers: [], ...options },
    { cells, clock: systemClock },
  );
  time(`filter with its clock, ${name}`, () => filter.onRequest());
}
