import type { CookieRewriteSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import { isHeaderName } from './header-text.ts';

const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SAME_SITE = new Set(['Strict', 'Lax', 'None']);

/**
 * Checks `cookieRewritePolicies` of a route or service (httpproxy.md 1.4.7). This release does not rewrite
 * cookies: a warning says so.
 */
export function checkCookieRewrites(
  policies: readonly CookieRewriteSpec[] | null | undefined,
  place: Place,
): void {
  if (!policies || policies.length === 0) return;
  const seen = new Set<string>();
  let failed = false;
  for (const policy of policies) {
    const name = policy.name ?? '';
    const fault = seen.has(name)
      ? `cookie ${JSON.stringify(name)} stands twice; keep one item`
      : cookieFault(policy, name);
    seen.add(name);
    if (fault === null) continue;
    failed = true;
    place.error('RouteError/CookieRewritePoliciesInvalid', fault);
  }
  if (!failed) place.ignored('this release does not rewrite cookies; they pass unchanged');
}

function cookieFault(policy: CookieRewriteSpec, name: string): string | null {
  if (!isHeaderName(name) || name.length > 4096) return `${JSON.stringify(name)} is no cookie name`;
  const { pathRewrite, domainRewrite, secure, sameSite } = policy;
  const cookie = `cookie ${JSON.stringify(name)}`;
  if (!pathRewrite && !domainRewrite && (secure === undefined || secure === null) && !sameSite) {
    return `${cookie}: set one of pathRewrite, domainRewrite, secure, sameSite`;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls would end the cookie
  if (pathRewrite && !/^[^;\u0000-\u001f\u007f]{1,4096}$/.test(pathRewrite.value ?? '')) {
    return `${cookie}: pathRewrite must have 1 to 4096 characters without ";" and controls`;
  }
  if (domainRewrite && !DOMAIN.test(domainRewrite.value ?? '')) {
    return `${cookie}: domainRewrite ${JSON.stringify(domainRewrite.value)} is no lower-case DNS name`;
  }
  if (sameSite && !SAME_SITE.has(sameSite)) {
    return `${cookie}: sameSite ${JSON.stringify(sameSite)} must be Strict, Lax or None`;
  }
  return null;
}
