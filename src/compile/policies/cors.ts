import { parseDuration } from '../../lib/duration.ts';
import type { CorsSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import { regexFault } from '../regex-check.ts';
import { isHeaderName } from './header-text.ts';

/** Checks `corsPolicy` (httpproxy.md 1.2). This release answers no preflight: a warning says so. */
export function checkCors(policy: CorsSpec | null | undefined, place: Place): void {
  if (policy === undefined || policy === null) return;
  const faults = corsFaults(policy);
  for (const fault of faults) place.error('CORSError/PolicyDidNotParse', fault);
  if (faults.length === 0) {
    place.ignored("this release does not have CORS; preflights and headers are the services' own");
  }
}

function corsFaults(policy: CorsSpec): string[] {
  const faults: string[] = [];
  const { allowOrigin = [], allowMethods = [], allowHeaders, exposeHeaders, maxAge } = policy;
  if (allowOrigin.length === 0) faults.push('allowOrigin is empty; list at least one origin');
  if (allowMethods.length === 0) faults.push('allowMethods is empty; list at least one method');
  for (const origin of allowOrigin) {
    const fault = originFault(origin);
    if (fault !== null) faults.push(`allowOrigin ${JSON.stringify(origin)}: ${fault}`);
  }
  for (const text of [...allowMethods, ...(allowHeaders ?? []), ...(exposeHeaders ?? [])]) {
    if (!isHeaderName(text)) faults.push(`${JSON.stringify(text)} is no method or header name`);
  }
  if (maxAge !== undefined && maxAge !== null && maxAge !== '') {
    const age = parseDuration(maxAge);
    if (!age.ok) faults.push(`maxAge: ${age.error}`);
    else if (age.value < 0) faults.push(`maxAge ${JSON.stringify(maxAge)} must not be negative`);
  }
  return faults;
}

/** `*`, an origin `scheme://host[:port]`, or a pattern. */
function originFault(origin: string): string | null {
  if (origin === '') return 'it is empty';
  if (origin === '*' || /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s*()[\]^$|\\]+$/i.test(origin)) return null;
  return regexFault(origin);
}
