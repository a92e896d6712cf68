/** Resets by the client and those it makes us send: at once, and then a second. CVE-2023-44487, CVE-2025-8671. */
const RESET_BURST = 100;
const RESETS_PER_SECOND = 33;
const MAX_MALFORMED = 100;
/** Empty DATA, HEADERS or CONTINUATION in a row. CVE-2019-9518. */
const MAX_EMPTY = 1;
/** PRIORITY and frames of unknown type. CVE-2019-9513. */
const IDLE_TALK = 100;
const IDLE_TALK_PER_STREAM = 100;
const WINDOW_UPDATES = 100;
const WINDOW_UPDATES_PER_STREAM = 2;
const WINDOW_UPDATES_PER_DATA = 10;

/**
 * Counts what a peer can do for free and we pay for, on one connection (http2.md, Limits). Each method counts
 * one and tells whether it is still within the limit; beyond it the connection is ended with
 * ENHANCE_YOUR_CALM.
 */
export class FloodGuard {
  /** Resets that the bucket still holds, at `#resetsAtMs`. */
  #resets = RESET_BURST;
  #resetsAtMs = 0;
  #malformed = 0;
  #empty = 0;
  #idleTalk = IDLE_TALK;
  #windowUpdates = WINDOW_UPDATES;

  /** A reset that the peer sent or made us send. @param nowMs Monotonic. */
  reset(nowMs: number): boolean {
    const filled = this.#resets + ((nowMs - this.#resetsAtMs) / 1000) * RESETS_PER_SECOND;
    this.#resets = Math.min(RESET_BURST, filled) - 1;
    this.#resetsAtMs = nowMs;
    return this.#resets >= 0;
  }

  malformed(): boolean {
    return ++this.#malformed <= MAX_MALFORMED;
  }

  /** A frame that could bring something and brings nothing. */
  emptyFrame(): boolean {
    return ++this.#empty <= MAX_EMPTY;
  }

  /** A frame that brings something: the row of empty ones has ended. */
  fullFrame(): void {
    this.#empty = 0;
  }

  /** A PRIORITY frame or one of unknown type. */
  idleTalk(): boolean {
    return --this.#idleTalk >= 0;
  }

  windowUpdate(): boolean {
    return --this.#windowUpdates >= 0;
  }

  streamOpened(): void {
    this.#idleTalk += IDLE_TALK_PER_STREAM;
    this.#windowUpdates += WINDOW_UPDATES_PER_STREAM;
  }

  dataSent(): void {
    this.#windowUpdates += WINDOW_UPDATES_PER_DATA;
  }
}
