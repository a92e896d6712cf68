/** Lets something through now and then, and counts what it kept back: for log lines that anybody can cause. */
export class Seldom {
  readonly #everyMs: number;
  #nextMs = Number.NEGATIVE_INFINITY;
  #keptBack = 0;

  /** @param everyMs Between one that is let through and the next. */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /**
   * One more happened.
   *
   * @param nowMs Monotonic.
   * @returns -1: keep it back. Else how many were kept back since the last that was let through.
   */
  ask(nowMs: number): number {
    if (nowMs < this.#nextMs) {
      this.#keptBack++;
      return -1;
    }
    const keptBack = this.#keptBack;
    this.#keptBack = 0;
    this.#nextMs = nowMs + this.#everyMs;
    return keptBack;
  }
}
