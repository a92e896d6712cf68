import { hkdfSync } from 'node:crypto';
import type { SetTimer } from '../../lib/set-timer.ts';

/** How long one ticket key is in use, in milliseconds: 12 h. */
export const TICKET_EPOCH_MS = 12 * 3_600_000;
/** A wait is cut into pieces of this length, so that a wall clock that was set is noticed. */
const LONGEST_WAIT_MS = 60_000;

/** Which 12 hours since 1970 an instant belongs to: the same number in every worker and replica. */
export function ticketEpoch(wallMs: number): number {
  return Math.floor(wallMs / TICKET_EPOCH_MS);
}

export interface TicketKeyInput {
  /** 32 bytes shared by all replicas. */
  readonly secret: Uint8Array;
  readonly epoch: number;
  /** Tickets of one trust domain are noise to another (tls.md, the trap). */
  readonly domain: string;
}

/** The 48 bytes for `setTicketKeys` (HKDF with SHA-256, RFC 5869). */
export function deriveTicketKeys({ secret, epoch, domain }: TicketKeyInput): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `sluice tls tickets\n${epoch}\n${domain}`, 48));
}

export interface TicketRotationOptions {
  readonly wall: () => number;
  readonly setTimer: SetTimer;
  /** Called with each new epoch, not with the first. */
  readonly onEpoch: (epoch: number) => void;
}

/** Tells when a new epoch begins. Call `close()` in the end. */
export class TicketRotation {
  readonly #options: TicketRotationOptions;
  #epoch: number;
  #cancel: () => void = () => {};

  constructor(options: TicketRotationOptions) {
    this.#options = options;
    this.#epoch = ticketEpoch(options.wall());
    this.#wait();
  }

  get epoch(): number {
    return this.#epoch;
  }

  close(): void {
    this.#cancel();
  }

  #wait(): void {
    const left = TICKET_EPOCH_MS - (this.#options.wall() % TICKET_EPOCH_MS);
    this.#cancel = this.#options.setTimer(() => this.#look(), Math.min(left, LONGEST_WAIT_MS));
  }

  #look(): void {
    const epoch = ticketEpoch(this.#options.wall());
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#options.onEpoch(epoch);
    }
    this.#wait();
  }
}
