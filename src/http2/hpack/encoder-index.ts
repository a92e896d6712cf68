import { DynamicTable } from './dynamic-table.ts';

/** A field of the encoder's table. */
export interface EncoderEntry {
  readonly name: string;
  readonly value: string;
  readonly size: number;
}

/** Sets of two positions each: 2^6. */
const SETS = 64;
const SET_SHIFT = 32 - 6;
/** 2^32 divided by the golden ratio: a product's high bits depend on all bits of its factor. */
const GOLDEN = 0x9e3779b1;
const SEEN = 64;

/**
 * The encoder's dynamic table, with a way to find a field in it that costs the same whatever is there: its
 * place is guessed from lengths and three characters, and at most two entries are compared. Fields that
 * share a place push each other out of the guess, not out of the table. So no input makes the search slow,
 * and no text must be put together or hashed for it.
 */
export class EncoderIndex {
  readonly #table: DynamicTable<EncoderEntry>;
  /** Where in the table an entry was put, plus one; what lies there may have changed since. */
  readonly #positions: number[] = new Array(2 * SETS).fill(0);
  /** Hashes of fields that were written once. */
  readonly #seen: number[] = new Array(SEEN).fill(0);

  /** @param limitBytes No size above this will be set. */
  constructor(limitBytes: number) {
    this.#table = new DynamicTable(limitBytes);
  }

  get maxBytes(): number {
    return this.#table.maxBytes;
  }

  get bytes(): number {
    return this.#table.bytes;
  }

  /** RFC 7541 §4.3. */
  resize(maxBytes: number): void {
    this.#table.resize(maxBytes);
  }

  /** The place of a field in the dynamic table, 0 for the newest; -1 if it was not found. */
  find(name: string, value: string): number {
    const set = setOf(name, value);
    const first = this.#placeAt(this.#positions[set] as number, name, value);
    return first >= 0 ? first : this.#placeAt(this.#positions[set + 1] as number, name, value);
  }

  #placeAt(positionPlusOne: number, name: string, value: string): number {
    if (positionPlusOne === 0) return -1;
    const entry = this.#table.at(positionPlusOne - 1);
    if (entry === undefined || entry.value !== value || entry.name !== name) return -1;
    return this.#table.placeOf(positionPlusOne - 1);
  }

  /** Adds a field, which must fit. */
  add(entry: EncoderEntry): void {
    const set = setOf(entry.name, entry.value);
    this.#positions[set + 1] = this.#positions[set] as number;
    this.#positions[set] = this.#table.add(entry) + 1;
  }

  /** Tells whether a field with that hash was seen lately, and keeps it in mind. */
  sawBefore(hash: number): boolean {
    const slot = hash & (SEEN - 1);
    if (this.#seen[slot] === hash) return true;
    this.#seen[slot] = hash;
    return false;
  }
}

function setOf(name: string, value: string): number {
  const { length } = value;
  // Beyond the ends of a text there is NaN, which counts as 0 here.
  let mixed = Math.imul(name.length, 31) + length;
  mixed = Math.imul(mixed, 31) + (name.charCodeAt(name.length - 1) | 0);
  mixed = Math.imul(mixed, 31) + (value.charCodeAt(length - 1) | 0);
  mixed = Math.imul(mixed, 31) + (value.charCodeAt(length >> 1) | 0);
  return 2 * (Math.imul(mixed, GOLDEN) >>> SET_SHIFT);
}
