import type { CookieChange, CookieRewrite } from '../../snapshot/filter.ts';
import type { CookieRewriteSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';
import { isHeaderName } from './header-text.ts';

const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SAME_SITE = new Set(['Strict', 'Lax', 'None']);

/**
 * Compiles `cookieRewritePolicies` of a route or service (httpproxy.md 1.4.7).
 *
 * @returns null when there are none or an error was reported.
 */
export function compileCookieRewrites(
  policies: readonly CookieRewriteSpec[] | null | undefined,
  place: Place,
): CookieRewrite | null {
  if (!policies || policies.length === 0) return null;
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
  return failed ? null : { kind: 'cookie-rewrite', cookies: policies.map(changeOf) };
}

/**
 * The rewrites of a service over those of its route, attribute by attribute (httpproxy.md 1.4.2).
 *
 * @returns null when the service has none: then the route's hold.
 */
export function mergeCookieRewrites(
  route: CookieRewrite | null,
  service: CookieRewrite | null,
): CookieRewrite | null {
  if (service === null) return null;
  const merged = new Map((route?.cookies ?? []).map((cookie) => [cookie.name, cookie]));
  for (const cookie of service.cookies) {
    const below = merged.get(cookie.name);
    merged.set(cookie.name, {
      name: cookie.name,
      path: cookie.path ?? below?.path ?? null,
      domain: cookie.domain ?? below?.domain ?? null,
      secure: cookie.secure ?? below?.secure ?? null,
      sameSite: cookie.sameSite ?? below?.sameSite ?? null,
    });
  }
  return { kind: 'cookie-rewrite', cookies: [...merged.values()] };
}

/** @param policy One without fault. */
function changeOf({ name, pathRewrite, domainRewrite, secure, sameSite }: CookieRewriteSpec): CookieChange {
  return {
    name,
    path: pathRewrite?.value ?? null,
    domain: domainRewrite?.value ?? null,
    secure: secure ?? null,
    sameSite: sameSite || null,
  };
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
