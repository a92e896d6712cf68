import { isIPv6 } from 'node:net';

/**
 * The one spelling of an IPv6 address (RFC 5952), without brackets; null for one with a zone, which
 * means nothing outside its own machine.
 */
export function canonicalIpv6(address: string): string | null {
  if (!isIPv6(address) || address.includes('%')) return null;
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
