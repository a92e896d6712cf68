/**
 * Knows when the event loop last looked at all sockets. Bytes that arrived since then are not seen yet, so an
 * idle connection is trusted at once only when that was a moment ago (http1.md, last section, 3).
 */
export class LoopWatch {
  /** A stall longer than this asks for another look. */
  static readonly trustMs = 5;
  #lastPollMs = 0;
  #armed = false;
  readonly #now: () => number;

  /** @param now Monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes the end of this turn's poll phase. Call it when a connection becomes idle; it costs one immediate a turn. */
  arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(() => {
      this.#armed = false;
      this.#lastPollMs = this.#now();
    });
  }

  /** @param nowMs The clock now. */
  isFresh(nowMs: number): boolean {
    return nowMs - this.#lastPollMs <= LoopWatch.trustMs;
  }

  /** Calls back when a whole poll phase has passed: two immediates, since one does not let it pass. */
  afterPoll(callback: () => void): void {
    setImmediate(() =>
      setImmediate(() => {
        this.#lastPollMs = this.#now();
        callback();
      }),
    );
  }
}
