import type { Lending } from '../lib/wire.ts';
import type { Attempt } from '../upstream/attempt.ts';

/** A body up to this size is kept, so that the request can be repeated or mirrored. */
const KEPT_BYTES = 64 * 1024;

/** What came of a request body so far, kept as long as the request may have to be sent again. */
export class RequestBody {
  /** Made with the first part: most requests have no body. */
  #kept: Buffer[] | null = null;
  #dropped = false;
  #bytes = 0;

  /** The whole body so far is here, be it none. */
  get replayable(): boolean {
    return !this.#dropped;
  }

  /**
   * Copies a part in.
   *
   * @param must Keep it however long the body is: no connection can take it yet.
   */
  add(bytes: Buffer, start: number, end: number, must: boolean): void {
    if (this.#dropped) return;
    this.#bytes += end - start;
    if (this.#bytes > KEPT_BYTES && !must) {
      this.drop();
      return;
    }
    this.#kept ??= [];
    this.#kept.push(Buffer.from(bytes.subarray(start, end)));
  }

  /** It will not be sent again. */
  drop(): void {
    this.#dropped = true;
    this.#kept = null;
  }

  /** Sends what is kept. */
  replay(attempt: Pick<Attempt, 'write'>, lending: Lending): void {
    for (const part of this.#kept ?? []) attempt.write(part, 0, part.length, lending);
    if (this.#bytes > KEPT_BYTES) this.drop();
  }
}
