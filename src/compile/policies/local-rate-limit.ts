import type { LocalRateLimit } from '../../snapshot/filter.ts';
import type { RateLimitSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import type { ReasonCode } from '../reasons.ts';
import { hasControls, isHeaderName } from './header-text.ts';

const PERIOD_MS: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000 };
const MAX_UINT32 = 4_294_967_295;

/** Where a limit stands: `bucket` names what it limits. */
export interface LocalRateLimitContext {
  readonly place: Place;
  readonly code: ReasonCode;
  readonly bucket: string;
}

/**
 * Compiles `rateLimitPolicy.local` to a token bucket (httpproxy.md 1.2, rate-limits.md §10).
 *
 * @returns null when there is none or an error was reported.
 */
export function compileLocalRateLimit(
  local: RateLimitSpec['local'] | null,
  { place, code, bucket }: LocalRateLimitContext,
): LocalRateLimit | null {
  if (local === undefined || local === null) return null;
  const { requests, unit, burst = 0, responseStatusCode = 0 } = local;
  const refuse = (field: string, message: string): null => {
    place.at(field).error(code, message);
    return null;
  };
  if (!isCount(requests) || requests < 1)
    return refuse('requests', `${requests} must be from 1 to ${MAX_UINT32}`);
  const periodMs = Object.hasOwn(PERIOD_MS, unit) ? PERIOD_MS[unit] : undefined;
  if (periodMs === undefined) {
    return refuse('unit', `${JSON.stringify(unit)} must be second, minute or hour`);
  }
  if (!isCount(burst)) return refuse('burst', `${burst} must be from 0 to ${MAX_UINT32}`);
  const status = responseStatusCode === 0 ? 429 : responseStatusCode;
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    return refuse('responseStatusCode', `${status} must be from 400 to 599`);
  }
  const headers: string[] = [];
  const seen = new Set<string>();
  for (const [index, header] of (local.responseHeadersToAdd ?? []).entries()) {
    const field = `responseHeadersToAdd[${index}]`;
    const name = (header.name ?? '').toLowerCase();
    const value = header.value ?? '';
    if (!isHeaderName(name)) return refuse(field, `${JSON.stringify(name)} is no header name`);
    if (seen.has(name)) return refuse(field, `header ${JSON.stringify(name)} stands twice; keep one value`);
    if (hasControls(value))
      return refuse(field, `the value of header ${JSON.stringify(name)} has control characters`);
    seen.add(name);
    headers.push(name, value);
  }
  return {
    kind: 'local-rate-limit',
    bucket,
    tokens: requests,
    periodMs,
    burst: requests + burst,
    status,
    headers,
  };
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_UINT32;
}
