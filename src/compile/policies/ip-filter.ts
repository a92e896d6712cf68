import { isIP } from 'node:net';
import type { IpFilterSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';

/** The two lists of a host or a route. */
export interface IpFilters {
  readonly ipAllowPolicy?: readonly IpFilterSpec[] | null;
  readonly ipDenyPolicy?: readonly IpFilterSpec[] | null;
}

/**
 * Checks `ipAllowPolicy` and `ipDenyPolicy` of a host or route (httpproxy.md 1.2): any bad item fails the whole
 * policy (⚠17).
 *
 * @returns Whether there is a filter, valid or not, and whether an item of it is bad.
 */
export function checkIpFilter(
  { ipAllowPolicy, ipDenyPolicy }: IpFilters,
  place: Place,
): { readonly present: boolean; readonly badItem: boolean } {
  const allow = ipAllowPolicy ?? [];
  const deny = ipDenyPolicy ?? [];
  if (allow.length > 0 && deny.length > 0) {
    place.error(
      'IPFilterError/IncompatibleIPAddressFilters',
      'ipAllowPolicy and ipDenyPolicy are both set; keep one',
    );
  }
  const badItems = checkItems(allow, place.at('ipAllowPolicy')) + checkItems(deny, place.at('ipDenyPolicy'));
  return { present: allow.length + deny.length > 0, badItem: badItems > 0 };
}

/** Reports bad items and counts them. */
function checkItems(items: readonly IpFilterSpec[], place: Place): number {
  let bad = 0;
  for (const { source, cidr = '' } of items) {
    const known = source === 'Peer' || source === 'Remote';
    if (!known || !isCidr(cidr)) bad += 1;
    if (!known) {
      place.error(
        'IPFilterError/InvalidCIDR',
        `source ${JSON.stringify(source)} of ${JSON.stringify(cidr)} must be Peer or Remote`,
      );
    } else if (!isCidr(cidr)) {
      place.error(
        'IPFilterError/InvalidCIDR',
        `${JSON.stringify(cidr)} is no address range, as 10.0.0.0/8 or 2001:db8::/32`,
      );
    }
  }
  return bad;
}

function isCidr(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
