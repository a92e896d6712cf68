import type { Wire } from '../lib/wire.ts';

/** Sees whether a slow reader still takes anything of what waits for it (http1.md J5). */
export class FlushWatch {
  #acceptedBytes = 0;
  #sinceMs = 0;

  /**
   * Called now and then while the wire is open.
   *
   * @param timeoutMs `flushTimeoutMs` of the settings.
   * @returns True when something waits, and no byte was accepted for that long.
   */
  isStuck(wire: Pick<Wire, 'drained' | 'acceptedBytes'>, nowMs: number, timeoutMs: number): boolean {
    const accepted = wire.acceptedBytes;
    if (wire.drained || accepted !== this.#acceptedBytes) {
      this.#acceptedBytes = accepted;
      this.#sinceMs = nowMs;
      return false;
    }
    return nowMs >= this.#sinceMs + timeoutMs;
  }
}
