import { CELLS_PER_SLOT, GAUGE_CELLS, METRIC_CELLS, METRIC_GAUGES } from './cells.ts';
import {
  FIXED_STRIDE,
  HEARTBEAT_CELL,
  LOG_TAKEN_CELL,
  MAX_PAGES,
  MAX_SEATS,
  type MemoryHandle,
  PAGE_BYTES,
  type PageView,
  slotShift,
  viewPage,
} from './memory-layout.ts';

/**
 * Shared memory as the main thread sees it: it adds pages, reads sums, and cleans up behind the dead.
 * Cells are plain 64-bit floats with one writer each; aligned 64-bit loads do not tear on our platforms.
 */
export class SharedMemory {
  readonly seats: number;
  readonly #shift: number;
  readonly #fixed: SharedArrayBuffer;
  readonly #fixedCells: Float64Array;
  readonly #buffers: SharedArrayBuffer[] = [];
  readonly #pages: PageView[] = [];

  /**
   * @param seats Threads that may write at the same time.
   * @throws {RangeError} If `seats` is not from 1 to `MAX_SEATS`.
   */
  constructor(seats: number) {
    if (!Number.isInteger(seats) || seats < 1 || seats > MAX_SEATS) {
      throw new RangeError(`SharedMemory: seats must be from 1 to ${MAX_SEATS}, not ${seats}`);
    }
    this.seats = seats;
    this.#shift = slotShift(seats);
    this.#fixed = new SharedArrayBuffer(seats * FIXED_STRIDE * 8);
    this.#fixedCells = new Float64Array(this.#fixed);
  }

  /** What a new worker opens. */
  handle(): MemoryHandle {
    return { seats: this.seats, fixed: this.#fixed, pages: this.pagesFrom(0) };
  }

  /** How many pages there are. */
  get pages(): number {
    return this.#pages.length;
  }

  /** The pages from number `first` on: those that a worker does not have yet. */
  pagesFrom(first: number): readonly SharedArrayBuffer[] {
    return this.#buffers.slice(first);
  }

  /** Adds pages until slots 0 to `slots - 1` exist. @returns false when that is more than `MAX_PAGES` hold. */
  reserve(slots: number): boolean {
    while (this.#pages.length << this.#shift < slots) {
      if (this.#pages.length === MAX_PAGES) return false;
      const page = new SharedArrayBuffer(PAGE_BYTES);
      this.#buffers.push(page);
      this.#pages.push(viewPage(page, this.seats));
    }
    return true;
  }

  /** The sum of one cell over all seats; 0 for a slot that does not exist. */
  sum(slot: number, cell: number): number {
    return sumCell(this.#pages[slot >>> this.#shift], slot & ((1 << this.#shift) - 1), cell, this.seats);
  }

  /** The common word of a slot; 0 for a slot that does not exist. */
  load(slot: number): bigint {
    const page = this.#pages[slot >>> this.#shift];
    return page === undefined ? 0n : Atomics.load(page.words, slot & ((1 << this.#shift) - 1));
  }

  /** One fixed cell summed over all seats. */
  sumMetric(cell: number): number {
    let sum = 0;
    for (let seat = 0; seat < this.seats; seat++) sum += this.metric(seat, cell);
    return sum;
  }

  /** One fixed cell of one seat. */
  metric(seat: number, cell: number): number {
    return this.#fixedCells[seat * FIXED_STRIDE + cell] ?? 0;
  }

  /** Monotonic milliseconds of a worker's last sign of life. */
  heartbeat(seat: number): number {
    return this.metric(seat, HEARTBEAT_CELL);
  }

  /** Before a worker starts: its life begins now, and nothing of its log was taken. */
  openSeat(seat: number, nowMs: number): void {
    this.#fixedCells[seat * FIXED_STRIDE + HEARTBEAT_CELL] = nowMs;
    this.#fixedCells[seat * FIXED_STRIDE + LOG_TAKEN_CELL] = 0;
  }

  /** Tells a worker that `bytes` more of its log have arrived. */
  takeLog(seat: number, bytes: number): void {
    const at = seat * FIXED_STRIDE + LOG_TAKEN_CELL;
    this.#fixedCells[at] = (this.#fixedCells[at] ?? 0) + bytes;
  }

  /** Sets all gauges of a worker to 0. Only when its thread has ended; counters stay. */
  clearGauges(seat: number): void {
    this.#fixedCells.fill(0, seat * FIXED_STRIDE, seat * FIXED_STRIDE + METRIC_GAUGES);
    const slots = 1 << this.#shift;
    for (const page of this.#pages) {
      for (let slot = 0; slot < slots; slot++) {
        const at = (slot * this.seats + seat) * CELLS_PER_SLOT;
        page.cells.fill(0, at, at + GAUGE_CELLS);
      }
    }
  }

  /** No worker counts anything as present in this slot, so nobody will come back to count it out. */
  idle(slot: number): boolean {
    const page = this.#pages[slot >>> this.#shift];
    if (page === undefined) return true;
    const index = slot & ((1 << this.#shift) - 1);
    for (let seat = 0; seat < this.seats; seat++) {
      const at = (index * this.seats + seat) * CELLS_PER_SLOT;
      for (let cell = 0; cell < GAUGE_CELLS; cell++) if (page.cells[at + cell] !== 0) return false;
    }
    return true;
  }

  /** Empties a slot that no worker knows any more. */
  clearSlot(slot: number): void {
    const page = this.#pages[slot >>> this.#shift];
    if (page === undefined) return;
    const index = slot & ((1 << this.#shift) - 1);
    const stride = this.seats * CELLS_PER_SLOT;
    page.cells.fill(0, index * stride, (index + 1) * stride);
    Atomics.store(page.words, index, 0n);
  }
}

/** One cell of one slot, added up over all seats. */
export function sumCell(page: PageView | undefined, index: number, cell: number, seats: number): number {
  if (page === undefined) return 0;
  let sum = 0;
  let at = index * seats * CELLS_PER_SLOT + cell;
  for (let seat = 0; seat < seats; seat++, at += CELLS_PER_SLOT) sum += page.cells[at] as number;
  return sum;
}

/** The fixed cells of one seat, as a view. */
export function metricsOf(handle: MemoryHandle, seat: number): Float64Array {
  return new Float64Array(handle.fixed, seat * FIXED_STRIDE * 8, METRIC_CELLS);
}
