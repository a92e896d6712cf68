import { parseDuration } from '../../lib/duration.ts';
import type { Result } from '../../lib/result.ts';
import { err, ok } from '../../lib/result.ts';
import type { RouteTimeouts } from '../../snapshot/virtual-host.ts';
import type { TimeoutSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import { DEFAULT_IDLE_CONNECTION_MS } from '../upstream-name.ts';

/** Longest time that a timer takes, 24.8 days; `infinity` for a connection's idle time is this long. */
const MAX_TIMER_MS = 2_147_483_647;

const DEFAULT_RESPONSE_MS = 15_000;

/** What a timeout field says. */
export type Timeout =
  | { readonly kind: 'default' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'value'; readonly ms: number };

/**
 * Parses a timeout (httpproxy.md 1): empty or any zero is the default, `infinity` or `infinite` disables.
 *
 * @returns Whole milliseconds, at least 1; or a text that names what is wrong.
 */
export function parseTimeout(text: string | null | undefined): Result<Timeout, string> {
  if (text === undefined || text === null || text === '') return ok({ kind: 'default' });
  if (text === 'infinity' || text === 'infinite') return ok({ kind: 'disabled' });
  const duration = parseDuration(text);
  if (!duration.ok) return duration;
  if (duration.value < 0) return err(`Cannot use timeout ${JSON.stringify(text)}: it must not be negative`);
  if (duration.value === 0) return ok({ kind: 'default' });
  const ms = Math.min(Math.max(Math.round(duration.value), 1), MAX_TIMER_MS);
  return ok({ kind: 'value', ms });
}

/** A route's timeouts and how long its unused upstream connections are kept. */
export interface CompiledTimeouts {
  readonly timeouts: RouteTimeouts;
  readonly idleConnectionMs: number;
}

/**
 * Compiles `timeoutPolicy` (httpproxy.md 1.4.3).
 *
 * @param streamIdleMs What holds for a route without an idle timeout of its own.
 * @returns null when an error was reported.
 */
export function compileTimeouts(
  policy: TimeoutSpec | null | undefined,
  { place, streamIdleMs }: { readonly place: Place; readonly streamIdleMs: number },
): CompiledTimeouts | null {
  const read = (field: 'response' | 'idle' | 'idleConnection'): Timeout | null => {
    const timeout = parseTimeout(policy?.[field]);
    if (timeout.ok) return timeout.value;
    place.at(field).error('RouteError/TimeoutPolicyNotValid', timeout.error);
    return null;
  };
  const response = read('response');
  const idle = read('idle');
  const idleConnection = read('idleConnection');
  if (response === null || idle === null || idleConnection === null) return null;
  return {
    timeouts: {
      responseMs: timeoutMs(response, { defaultMs: DEFAULT_RESPONSE_MS, disabledMs: 0 }),
      idleMs: timeoutMs(idle, { defaultMs: streamIdleMs, disabledMs: 0 }),
    },
    idleConnectionMs: timeoutMs(idleConnection, {
      defaultMs: DEFAULT_IDLE_CONNECTION_MS,
      disabledMs: MAX_TIMER_MS,
    }),
  };
}

function timeoutMs(timeout: Timeout, options: { defaultMs: number; disabledMs: number }): number {
  switch (timeout.kind) {
    case 'default':
      return options.defaultMs;
    case 'disabled':
      return options.disabledMs;
    case 'value':
      return timeout.ms;
  }
}
