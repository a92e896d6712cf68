import { parseDuration } from '../../lib/duration.ts';
import type { SlowStartSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';

/** Checks `slowStartPolicy` (httpproxy.md 1.4.2). This release does not ramp endpoints: a warning says so. */
export function checkSlowStart(
  policy: SlowStartSpec | null | undefined,
  { place, strategy }: { readonly place: Place; readonly strategy: string },
): void {
  if (policy === undefined || policy === null) return;
  const fault = slowStartFault(policy, strategy);
  if (fault === null) place.ignored('this release does not ramp new endpoints; they get their full share');
  else place.error('ServiceError/SlowStartInvalid', fault);
}

function slowStartFault(policy: SlowStartSpec, strategy: string): string | null {
  // An unknown strategy is round robin (⚠38).
  if (strategy === 'Random' || strategy === 'Cookie' || strategy === 'RequestHash') {
    return `slow start works with RoundRobin and WeightedLeastRequest only, not with ${strategy}`;
  }
  const window = parseDuration(policy.window ?? '');
  if (!window.ok) return window.error;
  if (window.value < 0) return `window ${JSON.stringify(policy.window)} must not be negative`;
  const aggression = policy.aggression ?? '1.0';
  if (!/^\d+(\.\d+)?$|^\.\d+$/.test(aggression) || Number(aggression) <= 0) {
    return `aggression ${JSON.stringify(aggression)} must be a decimal number above 0`;
  }
  const percent = policy.minWeightPercent ?? 10;
  if (!(percent >= 0 && percent <= 100)) return `minWeightPercent ${percent} must be from 0 to 100`;
  return null;
}
