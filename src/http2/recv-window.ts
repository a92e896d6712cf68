/**
 * How much a peer may still send, and what was taken that it was not told of. It is told when that is half
 * of the window, not for each frame. RFC 9113 §6.9.
 */
export class RecvWindow {
  readonly #bytes: number;
  #left: number;
  #owed = 0;

  /** @param bytes All that may be on its way or held at once. */
  constructor(bytes: number) {
    this.#bytes = bytes;
    this.#left = bytes;
  }

  /** The peer sent this much. @returns False if that is more than it may. */
  take(count: number): boolean {
    if (count > this.#left) return false;
    this.#left -= count;
    return true;
  }

  /** This much may be sent again. @returns What to tell the peer by WINDOW_UPDATE; 0: nothing yet. */
  give(count: number): number {
    this.#owed += count;
    if (this.#owed < this.#bytes / 2) return 0;
    const increment = this.#owed;
    this.#left += increment;
    this.#owed = 0;
    return increment;
  }
}
