/** What the allocator needs of shared memory. */
export interface SlotMemory {
  /** @returns false when there is no room for so many slots. */
  reserve(slots: number): boolean;
  /** No worker counts anything as present in the slot. */
  idle(slot: number): boolean;
  clearSlot(slot: number): void;
}

/** Slots that are new, and names that are gone, from one version to the next. */
export interface SlotChanges {
  readonly set: readonly (readonly [name: string, slot: number])[];
  readonly remove: readonly string[];
}

/**
 * Hands out slots of shared memory by name, on the main thread. Owners (a host, an upstream, a set of
 * endpoints) say which names they need; a name without owners is taken back. Its slot rests until every
 * worker acknowledged a version without it and nobody is counted as present in it: a request keeps the
 * table it began with, and counts itself out later. A name that returns while its slot rests gets it back.
 */
export class SlotAllocator {
  readonly #memory: SlotMemory;
  readonly #owners = new Map<string, readonly string[]>();
  readonly #references = new Map<string, number>();
  readonly #slots = new Map<string, number>();
  readonly #resting = new Map<string, { readonly slot: number; readonly version: number }>();
  #touched = new Set<string>();
  readonly #free: number[] = [];
  #next = 0;

  constructor(memory: SlotMemory) {
    this.#memory = memory;
  }

  /** From the next commit on `owner` needs exactly these names (no repeats); an empty list lets it go. */
  need(owner: string, names: readonly string[]): void {
    for (const name of names) this.#count(name, 1);
    for (const name of this.#owners.get(owner) ?? []) this.#count(name, -1);
    if (names.length === 0) this.#owners.delete(owner);
    else this.#owners.set(owner, names);
  }

  /**
   * Turns all needs since the last commit into changes that belong to `version`. A name for which there is
   * no room is left out and tried again at the next commit.
   */
  commit(version: number): SlotChanges {
    const set: [string, number][] = [];
    const remove: string[] = [];
    const missing = new Set<string>();
    for (const name of this.#touched) {
      const slot = this.#slots.get(name);
      if (!this.#references.has(name)) {
        if (slot === undefined) continue;
        this.#slots.delete(name);
        this.#resting.set(name, { slot, version });
        remove.push(name);
      } else if (slot === undefined) {
        const taken = this.#take(name);
        if (taken === -1) {
          missing.add(name);
          continue;
        }
        this.#slots.set(name, taken);
        set.push([name, taken]);
      }
    }
    this.#touched = missing;
    return { set, remove };
  }

  /** @param acknowledged The lowest version that any worker still serves. */
  reclaim(acknowledged: number): void {
    for (const [name, { slot, version }] of this.#resting) {
      if (version > acknowledged || !this.#memory.idle(slot)) continue;
      this.#resting.delete(name);
      this.#memory.clearSlot(slot);
      this.#free.push(slot);
    }
  }

  /** The slot of a name in use, or -1. */
  slot(name: string): number {
    return this.#slots.get(name) ?? -1;
  }

  /** All names in use, for a worker that starts. */
  all(): readonly (readonly [name: string, slot: number])[] {
    return [...this.#slots];
  }

  /** Names in use, slots that rest, and names that wanted a slot when memory was full. */
  get counts(): { readonly used: number; readonly resting: number; readonly missing: number } {
    return {
      used: this.#slots.size,
      resting: this.#resting.size,
      missing: this.#references.size - this.#slots.size,
    };
  }

  #count(name: string, by: 1 | -1): void {
    const count = (this.#references.get(name) ?? 0) + by;
    if (count === 0) this.#references.delete(name);
    else this.#references.set(name, count);
    this.#touched.add(name);
  }

  #take(name: string): number {
    const resting = this.#resting.get(name);
    if (resting !== undefined) {
      this.#resting.delete(name);
      return resting.slot;
    }
    const free = this.#free.pop();
    if (free !== undefined) return free;
    return this.#memory.reserve(this.#next + 1) ? this.#next++ : -1;
  }
}
