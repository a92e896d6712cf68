import type { ClientInfo } from '../filters/filter.ts';
import type { Refusal } from '../http1/message.ts';
import { ByteStash } from '../lib/byte-stash.ts';
import { Timed } from '../lib/timer-wheel.ts';
import type { Lending, Wire, WireHandler } from '../lib/wire.ts';
import type { Exchange } from './exchange.ts';
import { FlushWatch } from './flush-watch.ts';
import type { WorkerContext } from './worker-context.ts';

/** A connection, as its listener sees it. */
export interface HostedConnection {
  /** Nothing new is wanted: ends as soon as nothing is under way. May be called again and again. */
  drain(): void;
  /** Ends at once. */
  destroy(): void;
}

/** What a connection needs of the listener that accepted it. */
export interface ConnectionHost {
  readonly worker: WorkerContext;
  /** 421: the name may not be served on this connection. */
  misdirected(host: string): boolean;
  /** The connection is gone. */
  closed(connection: HostedConnection): void;
  /**
   * It turned out that the client speaks HTTP/2 by prior knowledge (RFC 9113 §3.3): another connection takes over
   * its wire and these first bytes.
   */
  speaksHttp2(
    connection: HostedConnection,
    wire: Wire,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
  ): void;
}

/** `held`: the next request is here, and waits until the answer before it has left. */
type Phase = 'head' | 'held' | 'exchange' | 'tunnel' | 'lingering' | 'closed';

/** Unread input that is drained after an answer that ends a connection (RFC 9112 §9.6). */
const LINGER_BYTES = 64 * 1024;
const CHECK_MS = 5000;
/** How long an idle connection of a leaving worker may still bring a request. */
const LAST_LOOK_MS = 1000;
const HEAD_TIMEOUT: Refusal = {
  ok: false,
  status: 408,
  error: 'http_request_error',
  detail: 'the head took too long',
};

/**
 * The life of a client's connection that carries one request at a time: what it waits for, how long, and how it
 * ends. What is read and written is the business of `Http1Connection`.
 */
export abstract class ClientConnection extends Timed implements HostedConnection {
  protected readonly worker: WorkerContext;
  protected readonly client: ClientInfo;
  /** Null once it is gone. */
  protected wire: Wire | null = null;
  protected phase: Phase = 'head';
  /** Bytes that wait: a head that is not complete, or what came behind a request. */
  protected readonly stash = new ByteStash();
  protected exchange: Exchange | null = null;
  /** Has the wire after a switch of protocols. */
  protected tunnel: WireHandler | null = null;
  protected clientEnded = false;
  protected readonly bornMs: number;
  protected headSinceMs = 0;
  protected idleSinceMs: number;
  readonly #host: ConnectionHost;
  readonly #flush = new FlushWatch();
  #lingered = 0;

  constructor(host: ConnectionHost, client: ClientInfo) {
    super();
    this.#host = host;
    this.worker = host.worker;
    this.client = client;
    this.bornMs = host.worker.wheel.now;
    this.idleSinceMs = this.bornMs;
  }

  /** Answers a request that cannot be read on, and lingers. */
  protected abstract refuse(refusal: Refusal): void;

  get drained(): boolean {
    return this.wire === null || this.wire.drained;
  }

  whenDrained(callback: () => void): void {
    if (this.wire === null) callback();
    else this.wire.whenDrained(callback);
  }

  misdirected(host: string): boolean {
    return this.#host.misdirected(host);
  }

  /** Nothing is under way: it may be closed without anybody noticing. */
  get idle(): boolean {
    return this.phase === 'head' && this.stash.length === 0;
  }

  /** Leaves its wire to another connection: this one is over. */
  protected giveWire(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const { wire } = this;
    if (wire === null) return;
    this.phase = 'closed';
    this.wire = null;
    this.stash.clear();
    this.worker.wheel.cancel(this);
    this.#host.speaksHttp2(this, wire, bytes, start, end, lending);
  }

  // --- ends

  /** Ends the connection so that the peer gets what was written (RFC 9112 §9.6). */
  protected linger(): void {
    const wire = this.wire;
    if (wire === null || this.phase === 'closed') return;
    this.phase = 'lingering';
    this.exchange = null;
    this.stash.clear();
    wire.end();
    wire.resume();
    if (this.clientEnded) wire.whenDrained(() => wire.destroy());
    this.worker.wheel.schedule(this, this.worker.table.settings.delayedCloseMs);
  }

  /** While it lingers: input that nobody reads. */
  protected drainInput(bytes: number): void {
    this.#lingered += bytes;
    if (this.#lingered > LINGER_BYTES) this.wire?.destroy();
  }

  /** The answer cannot be completed: the client can see it. */
  abort(): void {
    const exchange = this.exchange;
    this.exchange = null;
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    exchange?.finish();
    this.wire?.destroy();
  }

  /** The body ended too early: nothing looks complete to the upstream (http1.md E19). */
  protected abortRequest(): void {
    const exchange = this.exchange;
    const sink = exchange?.sink ?? null;
    if (exchange !== null) exchange.sink = null;
    sink?.onClientGone();
    this.abort();
  }

  /** The socket is gone. */
  onClose(error: Error | null): void {
    const exchange = this.exchange;
    const phase = this.phase;
    this.phase = 'closed';
    this.exchange = null;
    this.worker.wheel.cancel(this);
    this.wire = null;
    if (phase === 'tunnel') this.tunnel?.onClose(error);
    exchange?.sink?.onClientGone();
    exchange?.finish();
    this.#host.closed(this);
  }

  /**
   * The listener drains: an idle connection ends in a moment; a request that is on its way to it is still
   * served, and its answer says `connection: close` (availability.md).
   */
  drain(): void {
    if (!this.idle || this.idleSinceMs === Number.NEGATIVE_INFINITY) return;
    this.idleSinceMs = Number.NEGATIVE_INFINITY;
    this.worker.wheel.schedule(this, LAST_LOOK_MS);
  }

  /** Ends at once. */
  destroy(): void {
    this.wire?.destroy();
  }

  // --- deadlines

  protected checkMs(): number {
    const { connectionIdleMs, flushTimeoutMs } = this.worker.table.settings;
    return Math.min(CHECK_MS, connectionIdleMs, flushTimeoutMs);
  }

  override onDeadline(nowMs: number): void {
    const { settings } = this.worker.table;
    const wire = this.wire;
    if (wire === null) return;
    if (this.#flush.isStuck(wire, nowMs, settings.flushTimeoutMs)) {
      this.abortRequest();
      return;
    }
    switch (this.phase) {
      case 'lingering':
        // A slow reader gets all of its answer.
        if (wire.drained) {
          wire.destroy();
          return;
        }
        break;
      case 'head':
        if (this.stash.length > 0) {
          if (nowMs >= this.headSinceMs + settings.headTimeoutMs) {
            this.refuse(HEAD_TIMEOUT);
            return;
          }
        } else if (nowMs >= this.idleSinceMs + settings.connectionIdleMs) {
          this.linger();
          return;
        }
        break;
      case 'held':
      case 'exchange':
        break;
      default:
        return;
    }
    this.worker.wheel.schedule(this, this.checkMs());
  }
}
