const RATIO = 0.2;
const FLOOR_PER_WINDOW = 3;
const WINDOW_MS = 1000;

/**
 * Retries of one upstream, over all workers, stay below 0.2 × its requests + 3 a second (availability.md):
 * without a budget they turn a fault into an overload. It is told the running totals, which are counted anyway,
 * and keeps only what they were when the running second began.
 */
export class RetryBudget {
  #requests = 0;
  #retries = 0;
  #begunMs = Number.NEGATIVE_INFINITY;

  /**
   * @param totals Requests and retries of the upstream so far, over all workers.
   * @param nowMs Monotonic milliseconds.
   * @returns Whether one more retry is within the budget.
   */
  admits(totals: { readonly requests: number; readonly retries: number }, nowMs: number): boolean {
    if (nowMs - this.#begunMs > WINDOW_MS) {
      this.#begunMs = nowMs;
      this.#requests = totals.requests;
      this.#retries = totals.retries;
    }
    const allowed = RATIO * (totals.requests - this.#requests) + FLOOR_PER_WINDOW;
    return totals.retries - this.#retries < allowed;
  }
}
