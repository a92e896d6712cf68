import { CELLS_PER_SLOT, METRIC_CELLS } from './cells.ts';

/** Size of one page of slots. */
export const PAGE_BYTES = 1 << 20;
/** Pages are added up to here; a name that finds no slot any more gets none (`Cells.slot` says -1). */
export const MAX_PAGES = 512;
/** More workers than this are refused: a page must hold a useful number of slots. */
export const MAX_SEATS = 257;

/** Cells of one seat in the fixed buffer: its metrics, then one cache line for what stands below. */
export const FIXED_STRIDE = METRIC_CELLS + 8;
/** Monotonic milliseconds of the last sign of life; written by the worker. */
export const HEARTBEAT_CELL = METRIC_CELLS;
/** Bytes of access log that the main thread took from this worker; written by the main thread. */
export const LOG_TAKEN_CELL = METRIC_CELLS + 1;

/**
 * What a worker needs to open the shared memory; survives structured clone without copying.
 * A seat is the place of one thread in it: there is one more than workers, for a planned replacement.
 */
export interface MemoryHandle {
  readonly seats: number;
  readonly fixed: SharedArrayBuffer;
  readonly pages: readonly SharedArrayBuffer[];
}

/** One page: for each slot and seat a cache line of cells, then one word for each slot. */
export interface PageView {
  readonly cells: Float64Array;
  readonly words: BigInt64Array;
}

/** Binary logarithm of the slots in a page: a power of two, so that finding a cell needs no division. */
export function slotShift(seats: number): number {
  const slotBytes = seats * CELLS_PER_SLOT * 8 + 8;
  return Math.floor(Math.log2(PAGE_BYTES / slotBytes));
}

export function viewPage(page: SharedArrayBuffer, seats: number): PageView {
  const slots = 1 << slotShift(seats);
  const cells = slots * seats * CELLS_PER_SLOT;
  return { cells: new Float64Array(page, 0, cells), words: new BigInt64Array(page, cells * 8, slots) };
}
