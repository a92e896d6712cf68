/** How many connections each client network (`clientNetwork`) has open in one worker. */
export class ConnectionsByNetwork {
  readonly #open = new Map<string, number>();

  /** Networks with a connection. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Counts one more; `leave` follows once.
   *
   * @param most Connections at once; 0: any number.
   * @returns False, and counts nothing, when the network has as many already.
   */
  enter(network: string, most: number): boolean {
    const open = this.#open.get(network) ?? 0;
    if (most > 0 && open >= most) return false;
    this.#open.set(network, open + 1);
    return true;
  }

  leave(network: string): void {
    const open = this.#open.get(network) ?? 0;
    if (open > 1) this.#open.set(network, open - 1);
    else this.#open.delete(network);
  }
}
