/** Objects by keys of which each may have several. Kept sorted by the place of the object when asked. */
export class MultiIndex<T> {
  /** By key, then by place. */
  readonly #entries = new Map<string, Map<string, T>>();

  /**
   * @param place Names the object, for replacing it and for the order.
   * @param before The keys under which it stood.
   * @param after The keys under which it shall stand.
   * @param object null when `after` is empty.
   */
  replace(place: string, before: readonly string[], after: readonly string[], object: T | null): void {
    for (const key of before) {
      const found = this.#entries.get(key);
      found?.delete(place);
      if (found?.size === 0) this.#entries.delete(key);
    }
    if (object === null) return;
    for (const key of after) {
      const found = this.#entries.get(key);
      if (found === undefined) this.#entries.set(key, new Map([[place, object]]));
      else found.set(place, object);
    }
  }

  /** Sorted by place. */
  get(key: string): readonly T[] {
    const found = this.#entries.get(key);
    if (found === undefined) return [];
    return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
  }

  /** Sorted. */
  keys(): readonly string[] {
    return [...this.#entries.keys()].sort();
  }
}
