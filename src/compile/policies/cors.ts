import { isIPv6 } from 'node:net';
import { parseDuration } from '../../lib/duration.ts';
import type { Cors } from '../../snapshot/filter.ts';
import type { CorsSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import { regexFault } from '../regex-check.ts';
import { isHeaderName } from './header-text.ts';

/** Longer than any browser remembers a preflight; what 32 bits hold. */
const MAX_AGE_SECONDS = 2_147_483_647;

/**
 * Compiles `corsPolicy` (httpproxy.md 1.2).
 *
 * @returns null when there is none or an error was reported.
 */
export function compileCors(policy: CorsSpec | null | undefined, place: Place): Cors | null {
  if (policy === undefined || policy === null) return null;
  const faults = corsFaults(policy);
  for (const fault of faults) place.error('CORSError/PolicyDidNotParse', fault);
  if (faults.length > 0) return null;
  const named = policy.allowOrigin.filter((origin) => origin !== '*');
  return {
    kind: 'cors',
    anyOrigin: policy.allowOrigin.includes('*'),
    origins: named.filter(isOrigin).map((origin) => origin.toLowerCase()),
    patterns: named.filter((origin) => !isOrigin(origin)),
    allowMethods: policy.allowMethods.join(','),
    allowHeaders: (policy.allowHeaders ?? []).join(','),
    exposeHeaders: (policy.exposeHeaders ?? []).join(','),
    allowCredentials: policy.allowCredentials === true,
    allowPrivateNetwork: policy.allowPrivateNetwork === true,
    maxAgeSeconds: maxAgeSeconds(policy.maxAge),
  };
}

/** @param maxAge One without fault. */
function maxAgeSeconds(maxAge: string | null | undefined): number | null {
  const age = maxAge ? parseDuration(maxAge) : null;
  return age?.ok ? Math.min(Math.floor(age.value / 1000), MAX_AGE_SECONDS) : null;
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
  return origin === '*' || isOrigin(origin) ? null : regexFault(origin);
}

/** Whether a text is `scheme://host[:port]` (RFC 6454 §6.2), without anything that makes it a pattern. */
function isOrigin(text: string): boolean {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:\[([^\]]+)\](?::\d+)?|[^/?#@\s*()[\]^$|\\]+)$/i.exec(text);
  return host !== null && (host[1] === undefined || isIPv6(host[1]));
}
