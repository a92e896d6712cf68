import { ChunkedReader } from './chunked.ts';
import { CHUNKED, type Refusal, UNTIL_CLOSE } from './message.ts';

/** A body with more than this to come is large. */
const LARGE_BODY_BYTES = 32 * 1024;
/** Where the length is not known, a read that fills the shared buffer tells. */
const FULL_READ_BYTES = 64 * 1024;

/**
 * Finds the end of the bodies of one direction of a connection, one after the other, whatever frames them
 * (RFC 9112 §6.3), and where their payload lies in what was read. Lives as long as the connection.
 */
export class BodyReader {
  /** The payload of the last `read` lies in `bytes[bodyStart, bodyEnd)`. */
  bodyStart = 0;
  bodyEnd = 0;
  /** The offset behind what the last `read` took: of another message, when it was 'done'. */
  next = 0;
  /** So much is to come that the next read deserves a buffer of its own. */
  large = false;
  #left = 0;
  #chunks: ChunkedReader | null = null;

  /** @param length Bytes, CHUNKED or UNTIL_CLOSE. A body of length 0 is done with its first `read`. */
  begin(length: number): void {
    this.#left = length;
    this.large = false;
    if (length !== CHUNKED) return;
    this.#chunks ??= new ChunkedReader();
    this.#chunks.reset();
  }

  /** Why the last `read` refused. */
  get refusal(): Refusal | null {
    return this.#chunks?.refusal ?? null;
  }

  /** Takes `bytes[start, end)`; moves the payload of chunks together, within the bytes given. */
  read(bytes: Buffer, start: number, end: number): 'more' | 'done' | 'refused' {
    if (this.#left >= 0) {
      const taken = Math.min(this.#left, end - start);
      this.#left -= taken;
      this.#took(start, start + taken, start + taken);
      this.large = this.#left > LARGE_BODY_BYTES;
      return this.#left === 0 ? 'done' : 'more';
    }
    this.large = end - start >= FULL_READ_BYTES;
    if (this.#left === UNTIL_CLOSE || this.#chunks === null) {
      this.#took(start, end, end);
      return 'more';
    }
    const chunks = this.#chunks;
    const state = chunks.read(bytes, start, end);
    this.#took(chunks.bodyStart, chunks.bodyEnd, chunks.next);
    return state;
  }

  #took(bodyStart: number, bodyEnd: number, next: number): void {
    this.bodyStart = bodyStart;
    this.bodyEnd = bodyEnd;
    this.next = next;
  }
}
