import type { SetTimer } from './set-timer.ts';

const QUIET_BEFORE_MS = 40;
const QUIET_MS = 20;
const LONGEST_MS = 100;

/**
 * Turns bursts of events into few runs: after 40 ms of quiet an event runs at once; a burst gathers for
 * 20 ms of quiet and at most 100 ms in all (DESIGN.md, What flows).
 */
export class Gather {
  readonly #now: () => number;
  readonly #setTimer: SetTimer;
  readonly #run: () => void;
  #lastEventMs = Number.NEGATIVE_INFINITY;
  #burstSinceMs = 0;
  #cancel: (() => void) | null = null;

  /** @param options.now Monotonic milliseconds. @param run Takes everything that has gathered. */
  constructor(options: { readonly now: () => number; readonly setTimer: SetTimer }, run: () => void) {
    this.#now = options.now;
    this.#setTimer = options.setTimer;
    this.#run = run;
  }

  /** Something happened. */
  event(): void {
    const now = this.#now();
    const quietMs = now - this.#lastEventMs;
    this.#lastEventMs = now;
    if (this.#cancel === null) {
      if (quietMs >= QUIET_BEFORE_MS) {
        this.#run();
        return;
      }
      this.#burstSinceMs = now;
    } else {
      this.#cancel();
    }
    const waitMs = Math.min(QUIET_MS, this.#burstSinceMs + LONGEST_MS - now);
    this.#cancel = this.#setTimer(
      () => {
        this.#cancel = null;
        this.#run();
      },
      Math.max(waitMs, 0),
    );
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
