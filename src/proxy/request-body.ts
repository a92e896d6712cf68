import type { Lending } from '../lib/wire.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';

/** A body up to this size is kept, so that the request can be repeated or mirrored. */
const KEPT_BYTES = 64 * 1024;

/** What came of a request body so far, kept as long as the request may have to be sent again. */
export class RequestBody {
  #kept: Buffer[] | null;
  #bytes = 0;

  /** @param keep False: nothing will ever be repeated. */
  constructor(keep: boolean) {
    this.#kept = keep ? [] : null;
  }

  /** The whole body so far is here. */
  get replayable(): boolean {
    return this.#kept !== null;
  }

  /**
   * Copies a part in.
   *
   * @param must Keep it however long the body is: no connection can take it yet.
   */
  add(bytes: Buffer, start: number, end: number, must: boolean): void {
    if (this.#kept === null) return;
    this.#bytes += end - start;
    if (this.#bytes > KEPT_BYTES && !must) this.drop();
    else this.#kept.push(Buffer.from(bytes.subarray(start, end)));
  }

  /** It will not be sent again. */
  drop(): void {
    this.#kept = null;
  }

  /** Sends what is kept. */
  replay(connection: Pick<UpstreamConnection, 'write'>, lending: Lending): void {
    for (const part of this.#kept ?? []) connection.write(part, 0, part.length, lending);
    if (this.#bytes > KEPT_BYTES) this.drop();
  }
}
