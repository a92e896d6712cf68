import { parseDuration } from '../../lib/duration.ts';
import type { RetryCondition, RetryPolicy } from '../../snapshot/virtual-host.ts';
import type { RetrySpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';

const CONDITIONS: Readonly<Record<RetryCondition, true>> = {
  '5xx': true,
  'gateway-error': true,
  reset: true,
  'reset-before-request': true,
  'connect-failure': true,
  'envoy-ratelimited': true,
  'retriable-4xx': true,
  'refused-stream': true,
  'retriable-status-codes': true,
  'retriable-headers': true,
  'http3-post-connect-failure': true,
  cancelled: true,
  'deadline-exceeded': true,
  internal: true,
  'resource-exhausted': true,
  unavailable: true,
};

const MAX_TIMER_MS = 2_147_483_647;

/**
 * Compiles `retryPolicy` (httpproxy.md 1.4.4).
 *
 * @returns null for no retries: no policy, or a count of -1 (⚠43).
 */
export function compileRetry(policy: RetrySpec | null | undefined, place: Place): RetryPolicy | null {
  if (policy === undefined || policy === null) return null;
  const count = policy.count ?? 1;
  if (count < 0) return null;
  return {
    count: Math.max(1, Math.trunc(count)),
    perTryTimeoutMs: perTryTimeout(policy.perTryTimeout, place.at('perTryTimeout')),
    on: retryOn(policy.retryOn ?? [], place.at('retryOn')),
    statusCodes: (policy.retriableStatusCodes ?? []).filter(Number.isInteger),
  };
}

/** Unset, zero and what cannot be parsed mean no limit; the last with a warning (⚠38). */
function perTryTimeout(text: string | null | undefined, place: Place): number {
  if (text === undefined || text === null || text === '') return 0;
  const duration = parseDuration(text);
  if (duration.ok && duration.value >= 0) {
    return duration.value === 0 ? 0 : Math.min(Math.max(Math.round(duration.value), 1), MAX_TIMER_MS);
  }
  const reason = duration.ok ? `${JSON.stringify(text)} is negative` : duration.error;
  place.ignored(`${reason}; tries have no time limit of their own`);
  return 0;
}

function retryOn(list: readonly string[], place: Place): readonly RetryCondition[] {
  if (list.length === 0) return ['5xx'];
  const known = list.filter(isCondition);
  const unknown = list.filter((text) => !isCondition(text));
  if (unknown.length > 0) {
    place.ignored(
      `${unknown.map((text) => JSON.stringify(text)).join(', ')}: no such condition; it starts no retry`,
    );
  }
  return [...new Set(known)];
}

function isCondition(text: string): text is RetryCondition {
  return Object.hasOwn(CONDITIONS, text);
}
