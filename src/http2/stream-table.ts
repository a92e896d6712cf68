import type { HeldFields } from './held-fields.ts';
import type { Http2Stream } from './stream.ts';

/** Resets of ours that are remembered, several times the streams that may be open. A power of two. */
const REMEMBERED = 256;
/** Decoded fields held by one connection (http2.md, Limits). */
const MAX_HEAD_BYTES = 2 * 1024 * 1024;
/** A connection may hold as much as one of HTTP/1.1, one head, whatever the others hold. */
const OWN_HEAD_BYTES = 32 * 1024;

/**
 * The streams of one connection. Of closed ones only the highest identifier is kept, and the last ones that
 * we reset, since frames for these may be on their way still (RFC 9113 §5.1).
 */
export class StreamTable<Owner> {
  readonly #open = new Map<number, Http2Stream<Owner>>();
  readonly #server: boolean;
  readonly #held: HeldFields;
  readonly #reset = new Uint32Array(REMEMBERED);
  #resets = 0;
  /** The highest identifier that the peer (server role) or we (client role) opened; 0 for none. */
  lastId = 0;
  /** Opened so far, refused ones included. */
  opened = 0;
  /** Decoded fields of the heads of open streams. */
  headBytes = 0;

  /** @param held Of all connections. */
  constructor(server: boolean, held: HeldFields) {
    this.#server = server;
    this.#held = held;
  }

  get count(): number {
    return this.#open.size;
  }

  get(id: number): Http2Stream<Owner> | undefined {
    return this.#open.get(id);
  }

  values(): IterableIterator<Http2Stream<Owner>> {
    return this.#open.values();
  }

  add(stream: Http2Stream<Owner>): void {
    this.#open.set(stream.id, stream);
    this.headBytes += stream.headBytes;
    this.#held.bytes += stream.headBytes;
  }

  remove(stream: Http2Stream<Owner>): void {
    this.#open.delete(stream.id);
    this.headBytes -= stream.headBytes;
    this.#held.bytes -= stream.headBytes;
  }

  /** Whether one head more may be held (http2.md, Limits). */
  mayHold(bytes: number): boolean {
    const total = this.headBytes + bytes;
    if (total <= OWN_HEAD_BYTES) return true;
    return total <= MAX_HEAD_BYTES && this.#held.bytes + bytes <= this.#held.maxBytes;
  }

  /** A stream that was never opened. Those that a server opens do not exist: nothing is pushed. RFC 9113 §5.1.1. */
  isIdle(id: number): boolean {
    return (id & 1) === 0 || id > this.lastId;
  }

  /** The identifier of the next stream of ours, or 0 when all are used. RFC 9113 §5.1.1. */
  get nextId(): number {
    if (this.#server) return 0;
    const next = this.lastId === 0 ? 1 : this.lastId + 2;
    return next > 0x7fff_ffff ? 0 : next;
  }

  rememberReset(id: number): void {
    this.#reset[this.#resets++ & (REMEMBERED - 1)] = id;
  }

  /** We reset it, not long ago. */
  wasReset(id: number): boolean {
    return this.#reset.includes(id);
  }

  /** Its last frame has come. */
  forgetReset(id: number): void {
    const at = this.#reset.indexOf(id);
    if (at >= 0) this.#reset[at] = 0;
  }
}
