/** Who read what: turns something that changed into the compilations that looked at it. */
export class ReadIndex {
  readonly #readsOf = new Map<string, ReadonlySet<string>>();
  readonly #readersOf = new Map<string, Set<string>>();

  /** Replaces what `reader` has read; an empty set forgets it. */
  set(reader: string, reads: ReadonlySet<string>): void {
    const before = this.#readsOf.get(reader) ?? new Set();
    for (const key of before) {
      if (reads.has(key)) continue;
      const readers = this.#readersOf.get(key);
      readers?.delete(reader);
      if (readers?.size === 0) this.#readersOf.delete(key);
    }
    for (const key of reads) {
      if (before.has(key)) continue;
      const readers = this.#readersOf.get(key);
      if (readers === undefined) this.#readersOf.set(key, new Set([reader]));
      else readers.add(reader);
    }
    if (reads.size === 0) this.#readsOf.delete(reader);
    else this.#readsOf.set(reader, reads);
  }

  readersOf(key: string): Iterable<string> {
    return this.#readersOf.get(key) ?? [];
  }
}
