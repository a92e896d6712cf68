import type { Cells } from '../../src/workers/cells.ts';

/** Words of shared memory for tests: `names` get the slots 0, 1, …; a buffer can be opened in many threads. */
export function sharedCells(
  names: readonly string[] = [],
  buffer = new SharedArrayBuffer(8 * Math.max(1, names.length)),
): Cells & { readonly buffer: SharedArrayBuffer; readonly words: BigInt64Array } {
  const words = new BigInt64Array(buffer);
  return {
    buffer,
    words,
    worker: 0,
    metrics: new Float64Array(0),
    slot: (name) => names.indexOf(name),
    add() {},
    sum: () => 0,
    load: (slot) => Atomics.load(words, slot),
    compareExchange: (slot, expected, replacement) =>
      Atomics.compareExchange(words, slot, expected, replacement),
  };
}
