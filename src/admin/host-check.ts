import { isIP } from 'node:net';
import { canonicalAuthority } from '../http1/authority.ts';

/**
 * Whether a request with this `Host` may be answered: an IP address, `localhost`, or an allowed name, with any
 * port. Any other name may be one that a web page made to resolve to this machine (DNS rebinding).
 *
 * @param names Names in any letter case, without port.
 */
export function isAllowedHost(host: string | undefined, names: readonly string[]): boolean {
  const canonical = canonicalAuthority(host ?? '', false);
  if (canonical === null) return false;
  const name = canonical.host;
  if (name === 'localhost' || name.startsWith('[') || isIP(name) !== 0) return true;
  return names.some((allowed) => allowed.toLowerCase().replace(/\.$/, '') === name);
}
