/** Something with one deadline in a wheel at a time. The wheel alone writes the fields behind `atMs`. */
export abstract class Timed {
  /** When it is due, in the wheel's milliseconds. */
  atMs = 0;
  /** @internal */ next: Timed | null = null;
  /** @internal */ previous: Timed | null = null;
  /** @internal */ slot = -1;

  /** Called once when due; the entry is out of the wheel then and may be scheduled again. */
  abstract onDeadline(nowMs: number): void;
}

/** Calls back once when due. */
export class Alarm extends Timed {
  readonly #ring: () => void;

  constructor(ring: () => void) {
    super();
    this.#ring = ring;
  }

  override onDeadline(): void {
    this.#ring();
  }
}

const SLOTS = 512;

/**
 * All deadlines of a worker in one hashed wheel: scheduling and cancelling cost two pointer writes and no
 * allocation. An entry fires in the first turn at or after its time, so up to one tick late.
 *
 * `now` is the time of the last turn: good enough to count timeouts from, and free.
 */
export class TimerWheel {
  readonly #tickMs: number;
  readonly #slots: (Timed | null)[] = new Array<Timed | null>(SLOTS).fill(null);
  #tick: number;
  /** Milliseconds at the last turn. */
  now: number;

  /** @param nowMs Monotonic milliseconds at the start. */
  constructor(tickMs: number, nowMs: number) {
    this.#tickMs = tickMs;
    this.now = nowMs;
    this.#tick = Math.floor(nowMs / tickMs);
  }

  /** (Re)schedules an entry for `delayMs` after the last turn. */
  schedule(entry: Timed, delayMs: number): void {
    this.cancel(entry);
    entry.atMs = this.now + delayMs;
    const tick = Math.max(this.#tick + 1, Math.ceil(entry.atMs / this.#tickMs));
    const slot = tick % SLOTS;
    const head = this.#slots[slot] ?? null;
    entry.slot = slot;
    entry.next = head;
    entry.previous = null;
    if (head !== null) head.previous = entry;
    this.#slots[slot] = entry;
  }

  /** Takes an entry out; nothing happens when it is not in. */
  cancel(entry: Timed): void {
    if (entry.slot < 0) return;
    if (entry.previous === null) this.#slots[entry.slot] = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next !== null) entry.next.previous = entry.previous;
    entry.slot = -1;
    entry.next = null;
    entry.previous = null;
  }

  /** Fires what is due. Call it every tick; a late call catches up. */
  turn(nowMs: number): void {
    this.now = nowMs;
    const last = Math.floor(nowMs / this.#tickMs);
    const first = Math.max(this.#tick + 1, last - SLOTS + 1);
    this.#tick = Math.max(this.#tick, last);
    for (let tick = first; tick <= last; tick++) {
      const due: Timed[] = [];
      for (let entry = this.#slots[tick % SLOTS] ?? null; entry !== null; entry = entry.next) {
        if (entry.atMs <= nowMs) due.push(entry);
      }
      for (const entry of due) {
        // An earlier one may have cancelled or moved this one.
        if (entry.slot < 0 || entry.atMs > nowMs) continue;
        this.cancel(entry);
        entry.onDeadline(nowMs);
      }
    }
  }
}
