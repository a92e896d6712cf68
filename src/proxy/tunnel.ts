import { Timed } from '../lib/timer-wheel.ts';
import { type Lending, OWNED, type Wire, type WireHandler } from '../lib/wire.ts';
import type { TunnelEnd } from './downstream.ts';
import type { Exchange } from './exchange.ts';
import { FlushWatch } from './flush-watch.ts';
import { FrameFollower, GOING_AWAY } from './websocket-frames.ts';

const MAX_LINGER_MS = 2000;

/**
 * After a 101: bytes in both directions until both sides have ended, or nothing came for `idleMs`. A side that
 * ends in order may still be spoken to; one that breaks ends the other as soon as that has what was read for it.
 */
export class Tunnel extends Timed {
  readonly #exchange: Exchange;
  readonly #upstream: Wire;
  readonly #client: TunnelEnd;
  readonly #idleMs: number;
  readonly #onEnd: () => void;
  readonly #frames = new FrameFollower();
  #activeMs: number;
  #open = 2;
  /** Once the tunnel ends: the side that may still have bytes to take. */
  #last: TunnelEnd | null = null;
  readonly #flush = new FlushWatch();

  constructor(
    exchange: Exchange,
    upstream: Wire,
    options: { readonly rest: Buffer; readonly idleMs: number; readonly onEnd: () => void },
  ) {
    super();
    this.#exchange = exchange;
    this.#upstream = upstream;
    this.#idleMs = options.idleMs;
    this.#onEnd = options.onEnd;
    this.#activeMs = exchange.worker.wheel.now;
    const client = exchange.downstream.switchTo(exchange.responseHeaders, this.#clientHandler());
    this.#client = client.client;
    const { rest } = options;
    if (rest.length > 0) {
      this.#frames.push(rest, 0, rest.length);
      exchange.bytesSent += rest.length;
      this.#client.writeBytes(rest, 0, rest.length, OWNED);
    }
    if (client.rest.length > 0) this.#upstream.writeBytes(client.rest, 0, client.rest.length, OWNED);
    if (client.ended) this.#ended(this.#upstream);
    exchange.worker.tunnels.add(this);
    exchange.worker.recorder.tunnelOpened();
    if (this.#idleMs > 0) exchange.worker.wheel.schedule(this, this.#idleMs);
    this.#client.resume();
  }

  get upstreamHandler(): WireHandler {
    return {
      onBytes: (bytes, start, end, lending) => {
        this.#frames.push(bytes, start, end);
        this.#exchange.bytesSent += end - start;
        this.#pass(this.#upstream, this.#client, bytes, start, end, lending);
      },
      onEnd: () => this.#ended(this.#client),
      onClose: (error) => this.#closed(this.#client, error === null),
    };
  }

  #clientHandler(): WireHandler {
    return {
      onBytes: (bytes, start, end, lending) => {
        this.#exchange.bytesReceived += end - start;
        this.#pass(this.#client, this.#upstream, bytes, start, end, lending);
      },
      onEnd: () => this.#ended(this.#upstream),
      onClose: (error) => this.#closed(this.#upstream, error === null),
    };
  }

  #pass(from: TunnelEnd, to: TunnelEnd, bytes: Buffer, start: number, end: number, lending: Lending): void {
    this.#activeMs = this.#exchange.worker.wheel.now;
    to.writeBytes(bytes, start, end, lending);
    if (to.drained) return;
    from.pause();
    to.whenDrained(() => {
      this.#activeMs = this.#exchange.worker.wheel.now;
      from.resume();
    });
  }

  /** One side said FIN: the other one gets it too, and may still speak. */
  #ended(other: TunnelEnd): void {
    other.end();
  }

  /** @param inOrder False: the side broke, and the other one shall not take what it got for all. */
  #closed(other: TunnelEnd, inOrder: boolean): void {
    this.#open--;
    if (this.#open > 0) {
      this.#linger(other, inOrder);
      return;
    }
    this.#exchange.worker.wheel.cancel(this);
    this.#exchange.worker.tunnels.delete(this);
    this.#exchange.worker.recorder.tunnelClosed();
    this.#onEnd();
  }

  #linger(last: TunnelEnd, inOrder = true): void {
    this.#last = last;
    this.#exchange.worker.wheel.schedule(this, MAX_LINGER_MS);
    if (inOrder) last.end();
    else last.whenDrained(() => last.destroy());
  }

  override onDeadline(nowMs: number): void {
    const { wheel, table } = this.#exchange.worker;
    const restMs = this.#activeMs + this.#idleMs - nowMs;
    if (this.#last !== null) {
      // A slow reader gets all that was read for it.
      const stuck = this.#flush.isStuck(this.#last, nowMs, table.settings.flushTimeoutMs);
      if (stuck || this.#last.drained) this.#destroy();
      else wheel.schedule(this, MAX_LINGER_MS);
    } else if (restMs <= 0) {
      this.#destroy();
    } else {
      wheel.schedule(this, restMs);
    }
  }

  #destroy(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  /** The gateway leaves: a WebSocket close frame 1001 where one fits in, then both sides end (availability.md). */
  close(): void {
    if (this.#last !== null) return;
    if (this.#frames.betweenFrames && this.#client.writable)
      this.#client.writeBytes(GOING_AWAY, 0, GOING_AWAY.length, OWNED);
    this.#upstream.end();
    this.#linger(this.#client);
  }
}
