/** What counts for an entry beside its name and value. RFC 7541 §4.1. */
export const ENTRY_OVERHEAD = 32;

/** What the table must know of an entry: name and value in bytes, and `ENTRY_OVERHEAD`. */
export interface Sized {
  readonly size: number;
}

/**
 * The dynamic table of RFC 7541 §2.3.2, the newest entry first; entries that no longer fit leave from the
 * other end. A ring: nothing moves. The same for both directions.
 */
export class DynamicTable<E extends Sized> {
  readonly #ring: (E | undefined)[];
  readonly #mask: number;
  #maxBytes: number;
  #bytes = 0;
  #count = 0;
  #added = 0;

  /** @param limitBytes No size above this will be set: it bounds the ring. */
  constructor(limitBytes: number) {
    let places = 1;
    while (places < limitBytes / ENTRY_OVERHEAD) places *= 2;
    this.#ring = new Array(places).fill(undefined);
    this.#mask = places - 1;
    this.#maxBytes = limitBytes;
  }

  get maxBytes(): number {
    return this.#maxBytes;
  }

  /** The size of all entries, RFC 7541 §4.1. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#count;
  }

  /** The entry at a place: 0 is the newest. Undefined if there is none. */
  get(place: number): E | undefined {
    return place < this.#count ? this.#ring[(this.#added - 1 - place) & this.#mask] : undefined;
  }

  /**
   * Adds an entry; old ones make room. One that is larger than the table empties it and is not added: that
   * is no error (RFC 7541 §4.4).
   *
   * @returns Where it lies, for `placeOf`; -1 if it was not added.
   */
  add(entry: E): number {
    const room = this.#maxBytes - entry.size;
    this.#evictTo(room);
    if (room < 0) return -1;
    const at = this.#added++ & this.#mask;
    this.#ring[at] = entry;
    this.#count++;
    this.#bytes += entry.size;
    return at;
  }

  /** What lies where `add` once put an entry: that entry, another one, or nothing. */
  at(position: number): E | undefined {
    return this.#ring[position];
  }

  /** The place, 0 for the newest, of what lies at a position of `add`. */
  placeOf(position: number): number {
    return (this.#added - 1 - position) & this.#mask;
  }

  /** Changes the size of the table, up to the limit given at first. RFC 7541 §4.3. */
  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evictTo(maxBytes);
  }

  #evictTo(bytes: number): void {
    while (this.#bytes > bytes && this.#count > 0) {
      const oldest = (this.#added - this.#count) & this.#mask;
      this.#bytes -= this.#ring[oldest]?.size ?? 0;
      this.#ring[oldest] = undefined;
      this.#count--;
    }
  }
}
