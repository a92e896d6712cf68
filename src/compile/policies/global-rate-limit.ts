import { readHeaderCondition } from '../httpproxy/header-condition.ts';
import type { RateLimitSpec } from '../httpproxy/spec.ts';
import { Place } from '../place.ts';
import type { ReasonCode } from '../reasons.ts';

type GlobalSpec = NonNullable<RateLimitSpec['global']>;
type Entry = NonNullable<NonNullable<GlobalSpec['descriptors']>[number]['entries']>[number];

/**
 * Checks `rateLimitPolicy.global` (httpproxy.md 1.2). This release asks no rate limit service: descriptors
 * are inert, with a warning.
 */
export function checkGlobalRateLimit(
  policy: GlobalSpec | null | undefined,
  { place, code }: { readonly place: Place; readonly code: ReasonCode },
): void {
  const descriptors = policy?.descriptors ?? [];
  let failed = false;
  for (const [index, descriptor] of descriptors.entries()) {
    const at = place.at(`descriptors[${index}]`);
    const entries = descriptor.entries ?? [];
    const fault = entries.length === 0 ? 'it has no entries' : firstFault(entries);
    if (fault === null) continue;
    failed = true;
    at.error(code, fault);
  }
  if (!failed && descriptors.length > 0) {
    place.ignored('no rate limit service is asked in this release; the descriptors limit nothing');
  }
}

function firstFault(entries: readonly Entry[]): string | null {
  for (const [index, entry] of entries.entries()) {
    const fault = entryFault(entry);
    if (fault !== null) return `entries[${index}]: ${fault}`;
  }
  return null;
}

function entryFault({
  genericKey,
  requestHeader,
  requestHeaderValueMatch,
  remoteAddress,
}: Entry): string | null {
  const kinds = [genericKey, requestHeader, requestHeaderValueMatch, remoteAddress].filter(Boolean);
  if (kinds.length !== 1) {
    return 'set exactly one of genericKey, requestHeader, requestHeaderValueMatch, remoteAddress';
  }
  if (genericKey && !genericKey.value) return 'genericKey.value is empty';
  if (requestHeader && !(requestHeader.headerName && requestHeader.descriptorKey)) {
    return 'requestHeader needs headerName and descriptorKey';
  }
  if (!requestHeaderValueMatch) return null;
  if (!requestHeaderValueMatch.value) return 'requestHeaderValueMatch.value is empty';
  const headers = requestHeaderValueMatch.headers ?? [];
  if (headers.length === 0) return 'requestHeaderValueMatch.headers has no condition';
  // Only whether they can be read is asked; the problem is written under the limit's own reason.
  const probe = Place.of({ kind: 'HTTPProxy', namespace: '', name: '' }, [], 'route');
  return headers.every((header) => readHeaderCondition(header, probe) !== null)
    ? null
    : 'requestHeaderValueMatch.headers has a condition that cannot be read';
}
