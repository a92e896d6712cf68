import { ERROR } from './errors.ts';
import { MAX_UINT31 } from './frame.ts';
import type { SessionCore } from './session-core.ts';

/** Payloads of our PINGs: they tell what one that comes back was for. */
const DRAIN_PING = Buffer.from('sluice/d');
const OTHER_PING = Buffer.from('sluice/p');
const KIND_BYTE = 7;

/** Says good-bye in two steps (RFC 9113 §6.8; http2.md, GOAWAY in two steps), and sends PINGs. */
export class Drain<Owner> {
  readonly #core: SessionCore<Owner>;
  #step: 'open' | 'announced' | 'told' = 'open';
  #pinged = false;

  constructor(core: SessionCore<Owner>) {
    this.#core = core;
  }

  get begun(): boolean {
    return this.#step !== 'open';
  }

  /**
   * A server announces the end and goes on serving; after a round trip it tells the true last stream. A
   * client, which nobody sends streams to, needs one step.
   */
  begin(): void {
    const core = this.#core;
    if (this.#step !== 'open' || core.dead) return;
    if (core.server) {
      this.#step = 'announced';
      core.writer.goAway(MAX_UINT31, ERROR.noError);
      core.writer.ping(DRAIN_PING, 0, false);
    } else {
      this.#step = 'told';
      core.writer.goAway(0, ERROR.noError);
    }
    core.listener.onDraining();
  }

  /** The second step: streams above those that are there are refused from now on. */
  finish(): void {
    const core = this.#core;
    if (this.#step !== 'announced' || core.dead) return;
    this.#step = 'told';
    core.lastServedId = core.streams.lastId;
    core.writer.goAway(core.lastServedId, ERROR.noError);
  }

  /** Sends a PING; one at a time. */
  ping(): void {
    if (this.#pinged || this.#core.dead) return;
    this.#pinged = true;
    this.#core.writer.ping(OTHER_PING, 0, false);
  }

  /** A PING that came back; those that we did not send are ignored. */
  onPong(payload: Buffer, start: number): void {
    const kind = payload[start + KIND_BYTE];
    if (kind === DRAIN_PING[KIND_BYTE]) this.finish();
    else if (kind === OTHER_PING[KIND_BYTE] && this.#pinged) {
      this.#pinged = false;
      this.#core.listener.onPong();
    }
  }
}
