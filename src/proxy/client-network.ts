import { ipBytes } from '../lib/cidr.ts';

/** A provider gives a customer 2^64 addresses of IPv6 or more: they count as one. */
const NETWORK_BYTES = 8;

/**
 * What counts as one client where limits are kept by address: an IPv4 address, or the /64 of an IPv6 address.
 *
 * @param address As `ClientInfo` has it; a text that is no address stands for itself.
 */
export function clientNetwork(address: string): string {
  if (!address.includes(':')) return address;
  const bytes = ipBytes(address);
  if (bytes === null) return address;
  return bytes.length === 4 ? bytes.join('.') : Buffer.from(bytes.subarray(0, NETWORK_BYTES)).toString('hex');
}
