/**
 * Shared memory as the data plane sees it. A slot is a number that the main thread hands out for a name;
 * it stays with that name until every worker acknowledged a version without it. Behind a slot stand, for
 * each worker, `CELLS_PER_SLOT` numbers that this worker alone writes, and one 64-bit word for all of them.
 */
export interface Cells {
  /** Index of this worker, from 0; a replacement takes over the index of the dead. */
  readonly worker: number;
  /** The slot of a name (see `slot-names.ts`), or -1 when unknown: callers fail closed or do not count. */
  slot(name: string): number;
  /** Adds to this worker's own cell. Not atomic: it has one writer. Does nothing for slot -1. */
  add(slot: number, cell: number, amount: number): void;
  /** The sum of one cell over all workers; 0 for slot -1. */
  sum(slot: number, cell: number): number;
  /** The common word of a slot. */
  load(slot: number): bigint;
  /** @returns What the word was; equal to `expected` when the exchange took place. */
  compareExchange(slot: number, expected: bigint, replacement: bigint): bigint;
  /** This worker's own fixed cells; `telemetry/` gives them meaning. */
  readonly metrics: Float64Array;
}

/** Cells of a slot for each worker: `GAUGE_CELLS` gauges, then counters. */
export const CELLS_PER_SLOT = 8;
/** The first cells of a slot are gauges: set to 0 when their worker dies. The rest count for ever. */
export const GAUGE_CELLS = 4;
/** Size of `metrics` for each worker; its first `METRIC_GAUGES` cells are gauges too. */
export const METRIC_CELLS = 2048;
export const METRIC_GAUGES = 64;

/** Cells of an `upstream:` slot. */
export const UPSTREAM_CELL = {
  connections: 0,
  pending: 1,
  active: 2,
  activeRetries: 3,
  requests: 4,
  retries: 5,
  failures: 6,
  surplusBytes: 7,
} as const;

/** Cells of an `endpoint:` slot. */
export const ENDPOINT_CELL = { connections: 0, active: 2, requests: 4, connectFailures: 5 } as const;
