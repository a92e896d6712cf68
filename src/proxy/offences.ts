import { clientNetwork } from './client-network.ts';

/** Ten times what one connection may do (http2.md, Limits): at once, and then a second. */
const BURST = 1000;
const PER_SECOND = 330;
const MAX_ADDRESSES = 4096;

interface Bucket {
  left: number;
  atMs: number;
}

/**
 * Adds up over the HTTP/2 connections of a client address what a peer can do for free and we pay for: resets
 * and malformed messages. Addresses of one network (`clientNetwork`) are one. A client that opens one connection after the other gains nothing by it.
 */
export class Offences {
  /** The address of the longest ago comes first. */
  readonly #buckets = new Map<string, Bucket>();
  readonly #maxAddresses: number;

  /** @param maxAddresses Beyond it the address of the longest ago is forgotten. */
  constructor(maxAddresses = MAX_ADDRESSES) {
    this.#maxAddresses = maxAddresses;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Counts one. @param nowMs Monotonic. @returns False when the address has used up what it may do. */
  note(address: string, nowMs: number): boolean {
    const network = clientNetwork(address);
    const bucket = this.#buckets.get(network) ?? { left: BURST, atMs: nowMs };
    const filled = Math.min(BURST, bucket.left + ((nowMs - bucket.atMs) / 1000) * PER_SECOND);
    bucket.left = Math.max(filled - 1, -1);
    bucket.atMs = nowMs;
    this.#buckets.delete(network);
    this.#buckets.set(network, bucket);
    if (this.#buckets.size > this.#maxAddresses) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    return bucket.left >= 0;
  }
}
