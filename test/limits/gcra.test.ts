import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type GcraLimit,
  gcraConvert,
  gcraDebt,
  gcraLimit,
  gcraNow,
  gcraRemaining,
  gcraWait,
} from '../../src/limits/gcra.ts';

/** What a caller does with the arithmetic. */
class Bucket {
  readonly limit: GcraLimit;
  tat = 0;
  constructor(options: { tokens: number; periodMs: number; burst: number }) {
    this.limit = gcraLimit(options);
  }
  take(nowMs: number, cost = 1): boolean {
    const now = gcraNow(this.limit, nowMs);
    const debt = gcraDebt(this.limit, this.tat, now);
    if (gcraWait(this.limit, debt, cost) > 0) return false;
    this.tat = now + debt + this.limit.interval * cost;
    return true;
  }
}

/** The plain token bucket, in floats. */
class NaiveBucket {
  readonly #ratePerMs: number;
  readonly #burst: number;
  tokens: number;
  #atMs = 0;
  constructor({ tokens, periodMs, burst }: { tokens: number; periodMs: number; burst: number }) {
    this.#ratePerMs = tokens / periodMs;
    this.#burst = burst;
    this.tokens = burst;
  }
  fillTo(nowMs: number): void {
    this.tokens = Math.min(this.#burst, this.tokens + (nowMs - this.#atMs) * this.#ratePerMs);
    this.#atMs = nowMs;
  }
}

const LIMITS = fc.record({
  tokens: fc.integer({ min: 1, max: 100_000 }),
  periodMs: fc.constantFrom(1000, 60_000, 3_600_000),
  burst: fc.integer({ min: 1, max: 500 }),
});

test('gcraLimit() decides like a plain token bucket, and never admits what that would refuse', () => {
  fc.assert(
    fc.property(
      LIMITS,
      fc.array(fc.tuple(fc.double({ min: 0, max: 3, noNaN: true }), fc.integer({ min: 0, max: 5 })), {
        maxLength: 300,
      }),
      (options, steps) => {
        const bucket = new Bucket(options);
        const naive = new NaiveBucket(options);
        const tokenMs = options.periodMs / options.tokens;
        let nowMs = 0;
        for (const [tokensLater, cost] of steps) {
          nowMs += tokensLater * tokenMs;
          naive.fillTo(nowMs);
          const taken = bucket.take(nowMs, cost);
          // Units are rounded, floats too: what lies within a hair of a whole token may go either way,
          // but what is counted is what was taken.
          if (taken) {
            assert.ok(naive.tokens >= cost - 1e-3, `took ${cost} of ${naive.tokens}`);
            naive.tokens -= cost;
          } else {
            assert.ok(naive.tokens < cost + roundingTokens(bucket.limit, options, nowMs), `refused ${cost}`);
          }
        }
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

/** How far rounding T up may leave the bucket behind the plain one after `nowMs`. */
function roundingTokens(
  limit: GcraLimit,
  options: { tokens: number; periodMs: number; burst: number },
  nowMs: number,
) {
  const exact = (options.periodMs * limit.unitsPerMs) / options.tokens;
  const lost = 1 - exact / limit.interval;
  return 0.01 + lost * (options.burst + (nowMs / options.periodMs) * options.tokens) + 2 / exact;
}

test('gcraLimit() admits at most rate times length plus burst in every window', () => {
  fc.assert(
    fc.property(
      LIMITS,
      fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { maxLength: 400 }),
      (options, gaps) => {
        const bucket = new Bucket(options);
        const admittedMs: number[] = [];
        let nowMs = 12_345.678;
        for (const gap of gaps) {
          nowMs += (gap * options.periodMs) / options.tokens;
          if (bucket.take(nowMs)) admittedMs.push(nowMs);
        }
        for (let first = 0; first < admittedMs.length; first++) {
          for (let last = first; last < admittedMs.length; last++) {
            const lengthMs = (admittedMs[last] as number) - (admittedMs[first] as number);
            const bound = (lengthMs * options.tokens) / options.periodMs + options.burst;
            assert.ok(
              last - first + 1 <= bound + 0.01,
              `${last - first + 1} in ${lengthMs} ms, bound ${bound}`,
            );
          }
        }
      },
    ),
    { numRuns: 30, seed: 2 },
  );
});

test('gcraLimit() takes the finest unit in which the capacity fits in 42 bits', () => {
  const cases = [
    [{ tokens: 1, periodMs: 1000, burst: 1 }, 0],
    [{ tokens: 1, periodMs: 3_600_000, burst: 1 }, 0],
    [{ tokens: 1, periodMs: 3_600_000, burst: 20 }, 1],
    [{ tokens: 1, periodMs: 3_600_000, burst: 8_000_000_000 }, 29],
  ] as const;
  for (const [options, shift] of cases) {
    const limit = gcraLimit(options);
    assert.equal(limit.shift, shift, JSON.stringify(options));
    assert.equal(limit.unitsPerMs, 64_000 / 2 ** shift);
    assert.ok(limit.capacity <= 2 ** 42);
  }
});

test('gcraLimit() rounds the time of one token up', () => {
  assert.equal(gcraLimit({ tokens: 3, periodMs: 1000, burst: 1 }).interval, 21_333_334);
  assert.equal(gcraLimit({ tokens: 10_000_000_000, periodMs: 1000, burst: 1 }).interval, 1);
});

test('gcraLimit() refuses what is no limit', () => {
  for (const options of [
    { tokens: 0, periodMs: 1000, burst: 1 },
    { tokens: 1, periodMs: 0, burst: 1 },
    { tokens: 1, periodMs: 1000, burst: 0 },
    { tokens: Number.NaN, periodMs: 1000, burst: 1 },
    { tokens: 1, periodMs: Number.POSITIVE_INFINITY, burst: 1 },
  ]) {
    assert.throws(() => gcraLimit(options), RangeError, JSON.stringify(options));
  }
});

test('gcraWait() says never for a cost above the burst, and cost 0 only looks', () => {
  const limit = gcraLimit({ tokens: 1, periodMs: 1000, burst: 2 });
  assert.ok(gcraWait(limit, 0, 3) > 0);
  assert.ok(gcraWait(limit, limit.capacity, 0) <= 0);
});

test('gcraDebt() cuts a debt to the capacity of a lowered limit', () => {
  const limit = gcraLimit({ tokens: 1, periodMs: 1000, burst: 2 });
  assert.equal(gcraDebt(limit, 1e12, 0), limit.capacity);
  assert.equal(gcraDebt(limit, 5, 10), 0);
});

test('gcraRemaining() counts whole tokens', () => {
  const limit = gcraLimit({ tokens: 1, periodMs: 1000, burst: 5 });
  assert.equal(gcraRemaining(limit, 0), 5);
  assert.equal(gcraRemaining(limit, 1), 4);
  assert.equal(gcraRemaining(limit, limit.capacity), 0);
});

test('gcraConvert() carries a time from one unit to another, rounded up', () => {
  const limit = gcraLimit({ tokens: 1, periodMs: 3_600_000, burst: 20 });
  assert.equal(limit.shift, 1);
  assert.equal(gcraConvert(limit, 7, 1), 7);
  assert.equal(gcraConvert(limit, 7, 0), 4);
  assert.equal(gcraConvert(limit, 7, 3), 28);
});
