/**
 * Shared memory as the data plane sees it. A slot is a number handed out by the main thread for a name;
 * it stays with that name until every worker acknowledged a version without it.
 */
export interface Cells {
  /** Index of this worker's own cells, from 0. */
  readonly worker: number;
  /** The slot of a name, or -1 when the name is unknown: callers then fail closed or skip counting. */
  slot(name: string): number;
  /** Adds to this worker's own cell of a slot; not atomic, since it has one writer. */
  add(slot: number, amount: number): void;
  /** Sum over the cells of all workers. */
  sum(slot: number): number;
  /** One cell for all workers: the raw 64-bit word of a slot, for compare-and-swap. */
  load(slot: number): bigint;
  /** @returns What the word was; equal to `expected` when the exchange took place. */
  compareExchange(slot: number, expected: bigint, replacement: bigint): bigint;
}
