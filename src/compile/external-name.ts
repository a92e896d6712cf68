import { isIPv4, isIPv6 } from 'node:net';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';
import { canonicalIpv6 } from './ipv6.ts';

const REFUSED_NAMES = new Set(['localhost', 'localhost.localdomain', 'local.projectcontour.io']);

/**
 * Reads the target of an ExternalName Service: a DNS name or an IP literal. Whoever may write a Service must
 * not reach the gateway's own machine, so names and literals of loopback, unspecified and link-local
 * addresses are refused, in any letter case and with a trailing dot too (httpproxy.md 1.4.2).
 *
 * @returns The lower-case name without a trailing dot, or why it is refused.
 */
export function parseExternalName(text: string): Result<string, string> {
  const name = text.toLowerCase().replace(/\.$/, '');
  const refused = (why: string) => err(`externalName ${JSON.stringify(text)} is refused: ${why}`);
  if (REFUSED_NAMES.has(name) || name.endsWith('.localhost')) return refused('it names this machine');
  if (isIPv4(name)) return isLocalIpv4(name) ? refused('it is an address of this machine or link') : ok(name);
  if (isIPv6(name)) {
    const canonical = canonicalIpv6(name);
    if (canonical === null || isLocalIpv6(canonical)) {
      return refused('it is an address of this machine or link');
    }
    return ok(canonical);
  }
  if (
    name.length > 253 ||
    !/^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/.test(name)
  ) {
    return refused('it is no DNS name');
  }
  // Resolvers read 127.1, 0x7f.1 and 2130706433 as addresses.
  if (/(^|\.)(\d+|0x[0-9a-f]*)$/.test(name)) return refused('its last label is a number');
  return ok(name);
}

function isLocalIpv4(address: string): boolean {
  return /^(0|127)\.|^169\.254\./.test(address);
}

/** Takes the canonical form. Addresses of IPv4 in IPv6 are judged as IPv4. */
function isLocalIpv6(address: string): boolean {
  if (address === '::' || address === '::1' || /^fe[89ab]/.test(address)) return true;
  const mapped = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped === null) return false;
  const high = Number.parseInt(mapped[1] ?? '', 16);
  return isLocalIpv4(`${high >> 8}.${high & 255}.0.0`);
}
