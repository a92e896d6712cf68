import type { Cells } from '../workers/cells.ts';
import { type GcraLimit, gcraConvert, gcraDebt, gcraNow, gcraWait } from './gcra.ts';

/**
 * The word of a bucket without keys: `tat` times 64, plus the shift of its unit, so that a limit whose unit
 * changed still reads its old debt. Without a fingerprint there is room for the whole `tat`: it never wraps
 * and idle words need no clearing. 0 is a full bucket.
 */
const SHIFT_BITS = 6n;
const SHIFT_MASK = 63n;
/** Far more losses in a row than threads can cause; a word that cannot be written must not hang a worker. */
const MAX_ATTEMPTS = 1000;

/**
 * Takes one token from a bucket that all workers share (rate-limits.md §6), exactly: a worker that loses the
 * race for the word decides again. Each loss is another worker's gain, so all together never stand still.
 *
 * @param slot Slot of the bucket. An unknown one (-1) refuses: a limit guards, so it fails closed.
 * @param nowMs Monotonic, the same clock in every thread.
 * @returns 0 when taken, else milliseconds until a token will be there; Infinity when the word cannot be had.
 */
export function takeFromBucket(cells: Cells, slot: number, limit: GcraLimit, nowMs: number): number {
  if (slot < 0) return Number.POSITIVE_INFINITY;
  const now = gcraNow(limit, nowMs);
  let word = cells.load(slot);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const shift = Number(word & SHIFT_MASK);
    const tat = gcraConvert(limit, Number(word >> SHIFT_BITS), shift);
    const debt = gcraDebt(limit, tat, now);
    const wait = gcraWait(limit, debt, 1);
    if (wait > 0) return wait / limit.unitsPerMs;
    const next = (BigInt(now + debt + limit.interval) << SHIFT_BITS) | BigInt(limit.shift);
    const seen = cells.compareExchange(slot, word, next);
    if (seen === word) return 0;
    word = seen;
  }
  return Number.POSITIVE_INFINITY;
}
