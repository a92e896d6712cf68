/**
 * The generic cell rate algorithm as pure arithmetic (rate-limits.md §4.1). Its whole state is one number,
 * the theoretical arrival time `tat`, in units of a clock that starts anywhere; `tat ≤ now` is a full bucket.
 */
export interface GcraLimit {
  /** The unit is 2^shift / 64 µs. */
  readonly shift: number;
  readonly unitsPerMs: number;
  /** T, the time of one token, in units, rounded up so that rounding never admits one too many. */
  readonly interval: number;
  /** τ, the debt of an empty bucket, in units. */
  readonly capacity: number;
}

const FINEST_UNITS_PER_MS = 64_000;
const MAX_CAPACITY = 2 ** 42;

/**
 * A limit of `tokens` in each `periodMs`, evenly, and at most `burst` at once. The unit is 1/64 µs, doubled
 * until τ is at most 2^42 units (rate-limits.md §6).
 *
 * @throws {RangeError} Unless all three are finite, above 0, and `burst` at least 1.
 */
export function gcraLimit(options: { tokens: number; periodMs: number; burst: number }): GcraLimit {
  const { tokens, periodMs, burst } = options;
  if (!(tokens > 0 && periodMs > 0 && burst >= 1 && Number.isFinite(tokens + periodMs + burst))) {
    throw new RangeError(
      `Cannot limit to ${tokens} tokens in ${periodMs} ms with burst ${burst}: all must be above 0, burst at least 1`,
    );
  }
  for (let shift = 0; ; shift++) {
    const unitsPerMs = FINEST_UNITS_PER_MS / 2 ** shift;
    const interval = Math.ceil((periodMs * unitsPerMs) / tokens);
    const capacity = interval * Math.floor(burst);
    if (capacity <= MAX_CAPACITY || interval === 1) return { shift, unitsPerMs, interval, capacity };
  }
}

/** A time in whole units, rounded down: a request counts as a little early, so its debt is a little high. */
export function gcraNow(limit: GcraLimit, nowMs: number): number {
  return Math.floor(nowMs * limit.unitsPerMs);
}

/** What the bucket lacks to be full, in units. A debt above τ, left by a higher limit, is cut to it. */
export function gcraDebt(limit: GcraLimit, tat: number, now: number): number {
  return Math.min(Math.max(tat - now, 0), limit.capacity);
}

/**
 * How long until `cost` tokens are there, in units: 0 or less means now, and the new `tat` is then
 * `now + debt + interval * cost`. Time never helps when `interval * cost` is above the capacity.
 */
export function gcraWait(limit: GcraLimit, debt: number, cost: number): number {
  return debt + limit.interval * cost - limit.capacity;
}

/** Whole tokens in the bucket. */
export function gcraRemaining(limit: GcraLimit, debt: number): number {
  return Math.floor((limit.capacity - debt) / limit.interval);
}

/** A `tat` that was written in units of another shift, rounded up. */
export function gcraConvert(limit: GcraLimit, tat: number, shift: number): number {
  return shift === limit.shift ? tat : Math.ceil(tat * 2 ** (shift - limit.shift));
}
