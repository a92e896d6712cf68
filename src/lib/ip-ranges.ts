import type { Cidr } from './cidr.ts';
import { sharesPrefix } from './cidr.ts';

/**
 * Many address ranges that are asked often. Two ranges lie apart or one within the other, so those that are left
 * after the inner ones went are disjoint: a binary search finds the only one that can hold an address.
 */
export class IpRanges {
  readonly #ipv4: readonly Cidr[];
  readonly #ipv6: readonly Cidr[];

  /** @param ranges In any order; they may overlap. */
  constructor(ranges: readonly Cidr[]) {
    this.#ipv4 = disjoint(ranges.filter(({ base }) => base.length === 4));
    this.#ipv6 = disjoint(ranges.filter(({ base }) => base.length === 16));
  }

  /** Whether one of the ranges holds the address. @param address 4 or 16 bytes, as `ipBytes` gives them. */
  has(address: Uint8Array): boolean {
    const ranges = address.length === 4 ? this.#ipv4 : this.#ipv6;
    let low = 0;
    let high = ranges.length;
    // The last range that begins at the address or before it.
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes((ranges[middle] as Cidr).base, address) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && sharesPrefix(ranges[low - 1] as Cidr, address);
  }
}

/** In ascending order, without those that lie within another. */
function disjoint(ranges: readonly Cidr[]): Cidr[] {
  // Of two with the same beginning the wider one comes first.
  const sorted = ranges.toSorted((a, b) => compareBytes(a.base, b.base) || a.prefix - b.prefix);
  const kept: Cidr[] = [];
  for (const range of sorted) {
    const last = kept.at(-1);
    if (last === undefined || !sharesPrefix(last, range.base)) kept.push(range);
  }
  return kept;
}

/** @returns Below 0 when `a` comes first; both have the same length. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
