import type { Wire } from '../lib/wire.ts';

const FLUSH_TIMEOUT_MS = 60_000;

/** Sees whether a slow reader still takes anything of what waits for it (http1.md J5). */
export class FlushWatch {
  #acceptedBytes = 0;
  #sinceMs = 0;

  /**
   * Called now and then while the wire is open.
   *
   * @returns True when something waits, and no byte was accepted for 60 s.
   */
  isStuck(wire: Pick<Wire, 'drained' | 'acceptedBytes'>, nowMs: number): boolean {
    const accepted = wire.acceptedBytes;
    if (wire.drained || accepted !== this.#acceptedBytes) {
      this.#acceptedBytes = accepted;
      this.#sinceMs = nowMs;
      return false;
    }
    return nowMs >= this.#sinceMs + FLUSH_TIMEOUT_MS;
  }
}
