import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../snapshot/snapshot.ts';

/**
 * The values of one kind that the data plane has, by name, and what changed since it was last told. A value
 * equal to the one it has is no change.
 */
export class Published<T extends { readonly name: string }> {
  #values: ReadonlyMap<string, T> = new Map();
  readonly #next = new Map<string, T | null>();

  /** Immutable: each change makes a new map. */
  get values(): ReadonlyMap<string, T> {
    return this.#values;
  }

  /** @param value null to remove. */
  put(name: string, value: T | null): void {
    this.#next.set(name, value);
  }

  /** What changed since the last call, sorted by name. */
  flush(): Change<T> {
    const set: T[] = [];
    const remove: string[] = [];
    const values = new Map(this.#next.size === 0 ? [] : this.#values);
    for (const name of [...this.#next.keys()].sort()) {
      const value = this.#next.get(name) ?? null;
      const before = this.#values.get(name);
      if (value === null) {
        if (values.delete(name)) remove.push(name);
      } else if (before === undefined || !isDeepStrictEqual(before, value)) {
        values.set(name, value);
        set.push(value);
      }
    }
    this.#next.clear();
    if (set.length + remove.length > 0) this.#values = values;
    return { set, remove };
  }
}
