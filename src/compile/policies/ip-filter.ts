import { parseCidr } from '../../lib/cidr.ts';
import type { IpFilter } from '../../snapshot/filter.ts';
import type { IpFilterSpec } from '../httpproxy/spec.ts';
import type { Place } from '../place.ts';

/** The two lists of a host or a route. */
export interface IpFilters {
  readonly ipAllowPolicy?: readonly IpFilterSpec[] | null;
  readonly ipDenyPolicy?: readonly IpFilterSpec[] | null;
}

/**
 * Compiles `ipAllowPolicy` or `ipDenyPolicy` of a host or route (httpproxy.md 1.2): any bad item fails the whole
 * policy (⚠17).
 *
 * @returns `filter` is null when there is none or an error was reported.
 */
export function compileIpFilter(
  { ipAllowPolicy, ipDenyPolicy }: IpFilters,
  place: Place,
): { readonly filter: IpFilter | null; readonly badItem: boolean } {
  const allow = ipAllowPolicy ?? [];
  const deny = ipDenyPolicy ?? [];
  const both = allow.length > 0 && deny.length > 0;
  if (both) {
    place.error(
      'IPFilterError/IncompatibleIPAddressFilters',
      'ipAllowPolicy and ipDenyPolicy are both set; keep one',
    );
  }
  const badItems = checkItems(allow, place.at('ipAllowPolicy')) + checkItems(deny, place.at('ipDenyPolicy'));
  const items = allow.length > 0 ? allow : deny;
  if (both || badItems > 0 || items.length === 0) return { filter: null, badItem: badItems > 0 };
  const ranges = (source: IpFilterSpec['source']) =>
    items.filter((item) => item.source === source).map(({ cidr }) => cidr);
  const filter: IpFilter = {
    kind: 'ip-filter',
    action: allow.length > 0 ? 'allow' : 'deny',
    peer: ranges('Peer'),
    remote: ranges('Remote'),
  };
  return { filter, badItem: false };
}

/** Reports bad items and counts them. */
function checkItems(items: readonly IpFilterSpec[], place: Place): number {
  let bad = 0;
  for (const { source, cidr = '' } of items) {
    const fault = itemFault(source, cidr);
    if (fault === null) continue;
    bad += 1;
    place.error('IPFilterError/InvalidCIDR', fault);
  }
  return bad;
}

function itemFault(source: string, cidr: string): string | null {
  if (source !== 'Peer' && source !== 'Remote') {
    return `source ${JSON.stringify(source)} of ${JSON.stringify(cidr)} must be Peer or Remote`;
  }
  if (parseCidr(cidr).ok) return null;
  return `${JSON.stringify(cidr)} is no address range, as 10.0.0.0/8 or 2001:db8::/32`;
}
