import { isIP } from 'node:net';
import type { Result } from './result.ts';
import { err, ok } from './result.ts';

/** A range of IP addresses of one family. */
export interface Cidr {
  /** Its first address: 4 or 16 bytes. */
  readonly base: Uint8Array;
  /** Leading bits that must be the same. */
  readonly prefix: number;
}

/**
 * Parses `10.0.0.0/8`, `fd00::/8`, or an address alone, which is a range of one. Bits behind the prefix are
 * ignored. An IPv4 range written as IPv6 (`::ffff:10.0.0.0/104`) is the IPv4 range.
 */
export function parseCidr(text: string): Result<Cidr, string> {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const bytes = rawBytes(address);
  if (bytes === null) return err(`Cannot parse CIDR ${JSON.stringify(text)}: ${address} is no IP address`);
  const bits = bytes.length * 8;
  const length = slash < 0 ? String(bits) : text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits) {
    return err(`Cannot parse CIDR ${JSON.stringify(text)}: the prefix must be a number from 0 to ${bits}`);
  }
  const mapped = isMapped(bytes) && Number(length) >= 96;
  const prefix = Number(length) - (mapped ? 96 : 0);
  const base = Uint8Array.from(mapped ? bytes.subarray(12) : bytes);
  for (let i = 0; i < base.length; i++) base[i] = (base[i] ?? 0) & maskOf(prefix, i);
  return ok({ base, prefix });
}

/**
 * Whether an address lies in a range. An IPv4 address in IPv6 form (`::ffff:10.0.0.1`, as dual-stack sockets
 * have it) is that IPv4 address; a text that is no address lies nowhere.
 */
export function cidrContains(cidr: Cidr, address: string): boolean {
  const bytes = ipBytes(address);
  return bytes !== null && bytes.length === cidr.base.length && sharesPrefix(cidr, bytes);
}

/** Whether an address, as many bytes as the range's `base`, lies in the range. */
export function sharesPrefix({ base, prefix }: Cidr, bytes: Uint8Array): boolean {
  const whole = prefix >>> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== base[i]) return false;
  return whole === base.length || ((bytes[whole] ?? 0) & maskOf(prefix, whole)) === base[whole];
}

/** The 4 or 16 bytes of an address; 4 for IPv4 in IPv6 form. null for any other text, or one with a zone. */
export function ipBytes(address: string): Uint8Array | null {
  const bytes = rawBytes(address);
  return bytes !== null && isMapped(bytes) ? bytes.subarray(12) : bytes;
}

/**
 * The usual text of 4 or 16 bytes (RFC 5952 for IPv6); IPv4 in IPv6 form becomes IPv4.
 *
 * @throws {RangeError} For any other number of bytes.
 */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw new RangeError(`Cannot format an IP address of ${bytes.length} bytes`);
  if (isMapped(bytes)) return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  const text = `:${groups.join(':')}:`;
  // The longest run of two or more zero groups, the first of those, is left out.
  let run = '';
  for (const [zeros] of text.matchAll(/(?<=:)(?:0:){2,}/g)) if (zeros.length > run.length) run = zeros;
  if (run === '') return text.slice(1, -1);
  const at = text.indexOf(`:${run}`);
  const before = text.slice(1, at);
  const after = text.slice(at + 1 + run.length, -1);
  return `${before}::${after}`;
}

function maskOf(prefix: number, byte: number): number {
  const bits = Math.min(8, Math.max(0, prefix - 8 * byte));
  return (0xff << (8 - bits)) & 0xff;
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.length === 16 && bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
}

function rawBytes(address: string): Uint8Array | null {
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 0) return null;
  if (family === 4) return ipv4Bytes(address);
  // A dotted end stands for two groups.
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = hex.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...new Array<string>(8 - left.length - right.length).fill('0'), ...right];
  const bytes = new Uint8Array(16);
  groups.forEach((group, i) => {
    const value = Number.parseInt(group, 16);
    bytes[2 * i] = value >> 8;
    bytes[2 * i + 1] = value & 0xff;
  });
  return bytes;
}

/** @param address Four decimal numbers with dots between them: address filters ask for every request. */
function ipv4Bytes(address: string): Uint8Array {
  const bytes = new Uint8Array(4);
  let at = 0;
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code === 0x2e) at++;
    else bytes[at] = (bytes[at] as number) * 10 + code - 0x30;
  }
  return bytes;
}
