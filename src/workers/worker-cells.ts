import { CELLS_PER_SLOT, type Cells } from './cells.ts';
import {
  FIXED_STRIDE,
  HEARTBEAT_CELL,
  LOG_TAKEN_CELL,
  type MemoryHandle,
  type PageView,
  slotShift,
  viewPage,
} from './memory-layout.ts';
import { metricsOf, sumCell } from './shared-memory.ts';

/** Shared memory as one worker sees it: `Cells`, and what only the channel to the main thread touches. */
export interface WorkerCells extends Cells {
  addPage(page: SharedArrayBuffer): void;
  /** From now on `name` stands for `slot`. */
  assign(name: string, slot: number): void;
  forget(name: string): void;
  /** A sign of life at `nowMs` of the monotonic clock. */
  beat(nowMs: number): void;
  /** Bytes of this worker's access log that the main thread has taken. */
  readonly logTakenBytes: number;
}

/** Opens the shared memory in a worker's own thread. */
export function openCells(handle: MemoryHandle, worker: number): WorkerCells {
  return new OpenCells(handle, worker);
}

class OpenCells implements WorkerCells {
  readonly worker: number;
  readonly metrics: Float64Array;
  readonly #seats: number;
  readonly #shift: number;
  readonly #mask: number;
  readonly #pages: PageView[];
  readonly #own: Float64Array;
  readonly #slots = new Map<string, number>();

  constructor(handle: MemoryHandle, worker: number) {
    this.worker = worker;
    this.metrics = metricsOf(handle, worker);
    this.#seats = handle.seats;
    this.#shift = slotShift(handle.seats);
    this.#mask = (1 << this.#shift) - 1;
    this.#pages = handle.pages.map((page) => viewPage(page, handle.seats));
    this.#own = new Float64Array(handle.fixed, worker * FIXED_STRIDE * 8, FIXED_STRIDE);
  }

  slot(name: string): number {
    return this.#slots.get(name) ?? -1;
  }

  add(slot: number, cell: number, amount: number): void {
    if (slot < 0) return;
    const page = this.#pages[slot >>> this.#shift];
    if (page === undefined) return;
    const at = ((slot & this.#mask) * this.#seats + this.worker) * CELLS_PER_SLOT + cell;
    page.cells[at] = (page.cells[at] as number) + amount;
  }

  sum(slot: number, cell: number): number {
    return slot < 0 ? 0 : sumCell(this.#pages[slot >>> this.#shift], slot & this.#mask, cell, this.#seats);
  }

  load(slot: number): bigint {
    const page = slot < 0 ? undefined : this.#pages[slot >>> this.#shift];
    return page === undefined ? 0n : Atomics.load(page.words, slot & this.#mask);
  }

  /** Without a slot nothing is exchanged, and the answer differs from `expected`. */
  compareExchange(slot: number, expected: bigint, replacement: bigint): bigint {
    const page = slot < 0 ? undefined : this.#pages[slot >>> this.#shift];
    if (page === undefined) return ~expected;
    return Atomics.compareExchange(page.words, slot & this.#mask, expected, replacement);
  }

  addPage(page: SharedArrayBuffer): void {
    this.#pages.push(viewPage(page, this.#seats));
  }

  assign(name: string, slot: number): void {
    this.#slots.set(name, slot);
  }

  forget(name: string): void {
    this.#slots.delete(name);
  }

  beat(nowMs: number): void {
    this.#own[HEARTBEAT_CELL] = nowMs;
  }

  get logTakenBytes(): number {
    return this.#own[LOG_TAKEN_CELL] as number;
  }
}
