import type { Cidr } from '../lib/cidr.ts';
import { cidrContains, formatIp, ipBytes } from '../lib/cidr.ts';
import { latin1 } from '../lib/latin1.ts';

/** One end of the connection that a proxy before us accepted. */
export interface ProxyEnd {
  /** IP address in its usual text. */
  readonly address: string;
  readonly port: number;
}

/** What a PROXY header says. `local`: nothing; the addresses of the socket itself hold. */
export type ProxyHeader =
  | { readonly kind: 'local' }
  | { readonly kind: 'proxied'; readonly source: ProxyEnd; readonly destination: ProxyEnd };

/** A v1 line has at most 107 bytes with its line end (HAProxy, proxy-protocol.txt §2.1). */
const MAX_V1_BYTES = 107;
/** Addresses and TLVs of a v2 header; senders use some hundred bytes. */
const MAX_V2_BYTES = 4096;
const V1_SIGNATURE = Buffer.from('PROXY ');
const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_HEAD_BYTES = 16;
const TLV_CRC32C = 0x03;
const TLV_SSL = 0x20;
const EMPTY = Buffer.alloc(0);
const PORT = /^(?:0|[1-9]\d{0,4})$/;
const LOCAL: ProxyHeader = { kind: 'local' };

/**
 * Reads one PROXY header, version 1 or 2, from the start of a connection, however it is cut. Never throws;
 * the outcome depends on the bytes alone. Strict: what the text of the protocol does not allow is `refused`,
 * and so are datagram transports and headers above 4 KiB.
 */
export class ProxyHeaderReader {
  /** Set after `done`. */
  header: ProxyHeader | null = null;
  /** After `done`: what follows the header, the client's own bytes. */
  rest: Buffer = EMPTY;
  #bytes: Buffer = EMPTY;
  #outcome: 'more' | 'done' | 'refused' = 'more';

  push(segment: Buffer): 'more' | 'done' | 'refused' {
    if (this.#outcome === 'done') {
      this.rest = Buffer.concat([this.rest, segment]);
      return this.#outcome;
    }
    if (this.#outcome === 'refused') return this.#outcome;
    // A header is small and `more` never keeps more than one: joining anew is cheap.
    this.#bytes = this.#bytes.length === 0 ? segment : Buffer.concat([this.#bytes, segment]);
    if (beginsLike(this.#bytes, V1_SIGNATURE)) this.#readV1();
    else if (beginsLike(this.#bytes, V2_SIGNATURE)) this.#readV2();
    else this.#outcome = 'refused';
    return this.#outcome;
  }

  #readV1(): void {
    const end = this.#bytes.subarray(0, MAX_V1_BYTES).indexOf('\r\n');
    if (end >= 0) this.#finish(parseV1(latin1(this.#bytes, 0, end)), end + 2);
    else if (this.#bytes.length >= MAX_V1_BYTES) this.#outcome = 'refused';
  }

  #readV2(): void {
    if (this.#bytes.length < V2_HEAD_BYTES) return;
    const length = this.#bytes.readUInt16BE(14);
    if (length > MAX_V2_BYTES) {
      this.#outcome = 'refused';
      return;
    }
    const end = V2_HEAD_BYTES + length;
    if (this.#bytes.length >= end) this.#finish(parseV2(this.#bytes.subarray(0, end)), end);
  }

  #finish(header: ProxyHeader | null, end: number): void {
    this.#outcome = header === null ? 'refused' : 'done';
    if (header === null) return;
    this.header = header;
    this.rest = this.#bytes.subarray(end);
    this.#bytes = EMPTY;
  }
}

/** Whether a PROXY header of this peer is believed. An empty list trusts every peer. */
export function isTrustedProxy(address: string | undefined, cidrs: readonly Cidr[]): boolean {
  if (cidrs.length === 0) return true;
  return address !== undefined && cidrs.some((cidr) => cidrContains(cidr, address));
}

function beginsLike(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return bytes.compare(signature, 0, length, 0, length) === 0;
}

/** @param line Without its line end. */
function parseV1(line: string): ProxyHeader | null {
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = '', ...more] =
    line.split(' ');
  // What follows UNKNOWN must be ignored.
  if (family === 'UNKNOWN') return LOCAL;
  if ((family !== 'TCP4' && family !== 'TCP6') || more.length > 0) return null;
  const from = endOfV1(family, source, sourcePort);
  const to = endOfV1(family, destination, destinationPort);
  return from === null || to === null ? null : { kind: 'proxied', source: from, destination: to };
}

function endOfV1(family: 'TCP4' | 'TCP6', address: string, port: string): ProxyEnd | null {
  const bytes = ipBytes(address);
  if (bytes === null || address.includes(':') !== (family === 'TCP6')) return null;
  if (!PORT.test(port) || Number(port) > 65_535) return null;
  return { address: formatIp(bytes), port: Number(port) };
}

/** @param bytes The whole header. */
function parseV2(bytes: Buffer): ProxyHeader | null {
  const versionAndCommand = bytes[12];
  const transport = bytes[13] ?? 0;
  // LOCAL: everything behind is skipped unread.
  if (versionAndCommand === 0x20) return LOCAL;
  if (versionAndCommand !== 0x21) return null;
  const body = bytes.subarray(V2_HEAD_BYTES);
  const addressBytes = { 17: 12, 33: 36, 49: 216, 0: 0 }[transport];
  if (addressBytes === undefined || body.length < addressBytes) return null;
  // The length of a TLV block behind unspecified addresses is not known.
  if (transport === 0x00) return LOCAL;
  if (!tlvsAreSound(bytes, V2_HEAD_BYTES + addressBytes)) return null;
  // Unix sockets: the proxy's client was local to it.
  if (transport === 0x31) return LOCAL;
  const size = transport === 0x11 ? 4 : 16;
  const end = (index: 0 | 1): ProxyEnd => ({
    address: formatIp(body.subarray(index * size, (index + 1) * size)),
    port: body.readUInt16BE(2 * size + 2 * index),
  });
  return { kind: 'proxied', source: end(0), destination: end(1) };
}

/** Lengths must add up, and the checksum must be right when there is one (proxy-protocol.txt §2.2.4). */
function tlvsAreSound(header: Buffer, start: number): boolean {
  const tlvs = splitTlvs(header.subarray(start));
  if (tlvs === null) return false;
  const checksums = tlvs.filter(({ type }) => type === TLV_CRC32C);
  if (checksums.length > 1) return false;
  for (const { type, value } of tlvs) {
    // One byte of flags and four of the result of verification, then TLVs again.
    if (type === TLV_SSL && (value.length < 5 || splitTlvs(value.subarray(5)) === null)) return false;
  }
  const checksum = checksums[0]?.value;
  if (checksum === undefined) return true;
  if (checksum.length !== 4) return false;
  const at = checksum.byteOffset - header.byteOffset;
  const zeroed = Buffer.from(header).fill(0, at, at + 4);
  return crc32c(zeroed) === checksum.readUInt32BE(0);
}

/** @returns null when a length runs over the end. */
function splitTlvs(bytes: Buffer): { readonly type: number; readonly value: Buffer }[] | null {
  const tlvs = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 3 > bytes.length) return null;
    const end = at + 3 + bytes.readUInt16BE(at + 1);
    if (end > bytes.length) return null;
    tlvs.push({ type: bytes.readUInt8(at), value: bytes.subarray(at + 3, end) });
    at = end;
  }
  return tlvs;
}

/** The Castagnoli checksum (RFC 9260, appendix A), bit by bit: headers are short and few carry it. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
