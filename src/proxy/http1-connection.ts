import type { ClientInfo } from '../filters/filter.ts';
import { BodyReader } from '../http1/body-reader.ts';
import { type Refusal, type RequestHead, UNTIL_CLOSE } from '../http1/message.ts';
import { parseRequestHead } from '../http1/request-head.ts';
import { responseHead } from '../http1/write.ts';
import { ByteStash } from '../lib/byte-stash.ts';
import { Timed } from '../lib/timer-wheel.ts';
import { type Lending, OWNED, type Wire, type WireHandler } from '../lib/wire.ts';
import type { Downstream } from './downstream.ts';
import { Exchange } from './exchange.ts';
import { FlushWatch } from './flush-watch.ts';
import { Http1Answer } from './http1-answer.ts';
import { serve } from './pipeline.ts';
import type { WorkerContext } from './worker-context.ts';

/** What a connection needs of the listener that accepted it. */
export interface ConnectionHost {
  readonly worker: WorkerContext;
  /** 421: the name may not be served on this connection. */
  misdirected(host: string): boolean;
  /** The connection is gone. */
  closed(connection: Http1Connection): void;
}

/** `held`: the next request is here, and waits until the answer before it has left. */
type Phase = 'head' | 'held' | 'exchange' | 'tunnel' | 'lingering' | 'closed';

/** Unread input that is drained after an answer that ends a connection (RFC 9112 §9.6). */
const LINGER_BYTES = 64 * 1024;
const CHECK_MS = 5000;
const HEAD_TIMEOUT: Refusal = {
  ok: false,
  status: 408,
  error: 'http_request_error',
  detail: 'the head took too long',
};
/** How long an idle connection of a leaving worker may still bring a request. */
const LAST_LOOK_MS = 1000;

/** One client connection that speaks HTTP/1.1: reads requests one at a time and writes their answers in order. */
export class Http1Connection extends Timed implements Downstream, WireHandler {
  readonly #host: ConnectionHost;
  readonly #worker: WorkerContext;
  readonly #client: ClientInfo;
  readonly #stash = new ByteStash();
  readonly #bornMs: number;
  #wire: Wire | null = null;
  #phase: Phase = 'head';
  #served = 0;
  #headSinceMs = 0;
  #idleSinceMs: number;
  #exchange: Exchange | null = null;
  // The request's body.
  readonly #body = new BodyReader();
  #requestDone = true;
  /** While the pipeline runs: all of it is in the read that brought its head. */
  #bodyAtHand = false;
  #paused = false;
  readonly #answer = new Http1Answer();
  #responseDone = false;
  #keepAlive = true;
  #clientEnded = false;
  #lingered = 0;
  #tunnel: WireHandler | null = null;
  readonly #flush = new FlushWatch();

  constructor(host: ConnectionHost, client: ClientInfo) {
    super();
    this.#host = host;
    this.#worker = host.worker;
    this.#client = client;
    this.#bornMs = host.worker.wheel.now;
    this.#idleSinceMs = this.#bornMs;
  }

  /** Takes its wire. @param first Bytes that were read before. */
  open(wire: Wire, first: Buffer | null): void {
    this.#wire = wire;
    this.#worker.wheel.schedule(this, this.#checkMs());
    if (first !== null && first.length > 0) this.onBytes(first, 0, first.length, OWNED);
    if (this.#phase !== 'closed') wire.start();
  }

  // --- reading

  onBytes(bytes: Buffer, start: number, end: number, lending: Lending): void {
    switch (this.#phase) {
      case 'head':
        this.#onHead(bytes, start, end, lending);
        return;
      case 'exchange':
        if (this.#requestDone || (this.#paused && this.#exchange?.sink == null))
          this.#hold(bytes, start, end, lending);
        else this.#onBody(bytes, start, end, lending);
        return;
      case 'tunnel':
        this.#tunnel?.onBytes(bytes, start, end, lending);
        return;
      case 'held':
        this.#hold(bytes, start, end, lending);
        return;
      case 'lingering':
        this.#lingered += end - start;
        if (this.#lingered > LINGER_BYTES) this.#wire?.destroy();
        return;
      case 'closed':
        return;
      default:
        this.#phase satisfies never;
    }
  }

  /** Bytes behind the request under way: at most one read of them, then the client waits. */
  #hold(bytes: Buffer, start: number, end: number, lending: Lending): void {
    // Thousands of small requests in one read: what is left of it is not copied for each.
    if (lending === OWNED && this.#stash.length === 0) this.#stash.adopt(bytes, start, end);
    else this.#stash.add(bytes, start, end);
    this.#wire?.pause();
  }

  #onHead(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const scanned = this.#stash.length;
    let from = bytes;
    let at = start;
    let to = end;
    if (scanned > 0) {
      this.#stash.add(bytes, start, end);
      from = this.#stash.bytes;
      at = 0;
      to = this.#stash.length;
    }
    // What lies in the stash may leave by reference: it is given up when a head was found.
    this.#parse(from, at, to, scanned, from === bytes ? lending : OWNED);
  }

  #parse(bytes: Buffer, start: number, end: number, scanned: number, lending: Lending): void {
    const { settings } = this.#worker.table;
    const head = parseRequestHead(bytes, start, end, scanned, {
      maxBytes: settings.requestHeadBytes,
      maxFields: settings.requestHeaders,
      mergeSlashes: settings.mergeSlashes,
      secure: this.#client.secure,
    });
    if (head === null) {
      if (this.#stash.length === 0) {
        this.#stash.add(bytes, start, end);
        this.#headSinceMs = this.#worker.wheel.now;
        this.#worker.wheel.schedule(this, settings.headTimeoutMs);
      }
      return;
    }
    if (!head.ok) {
      this.#refuse(head);
      return;
    }
    this.#begin(head, bytes, end, lending);
  }

  #begin(head: RequestHead, bytes: Buffer, end: number, lending: Lending): void {
    const { settings } = this.#worker.table;
    this.#served++;
    this.#phase = 'exchange';
    this.#answer.reset(head.minorVersion);
    this.#responseDone = false;
    this.#keepAlive =
      head.keepAlive &&
      this.#served < settings.maxRequestsPerConnection &&
      !this.#worker.draining &&
      this.#worker.pressure() === 0 &&
      (settings.maxConnectionMs === 0 || this.#worker.wheel.now - this.#bornMs < settings.maxConnectionMs);
    const length = head.bodyLength;
    const at = head.end;
    this.#requestDone = length === 0;
    if (length !== 0) this.#body.begin(length);
    const exchange = new Exchange(this.#worker, this, this.#client, head);
    this.#exchange = exchange;
    this.#stash.clear();
    // A body that is here whole needs no further reading, whoever answers.
    const whole = length > 0 && end - at >= length && !head.expectContinue;
    if (whole) this.#wholeBody(exchange, bytes, at, at + length, lending);
    else serve(exchange);
    const next = whole ? at + length : at;
    if (next < end) this.#onRest(bytes, next, end, lending);
  }

  /** The pipeline runs with the body at hand: an answer of our own need not end the connection. */
  #wholeBody(exchange: Exchange, bytes: Buffer, start: number, end: number, lending: Lending): void {
    this.#bodyAtHand = true;
    serve(exchange);
    this.#bodyAtHand = false;
    if (this.#exchange !== exchange) return;
    if (this.#responseDone) {
      this.#requestDone = true;
      this.#afterAnswer();
    } else {
      this.onBytes(bytes, start, end, lending);
    }
  }

  /** What came behind a head or a body in the same read. */
  #onRest(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const wire = this.#wire;
    if (this.#phase !== 'head' || wire === null) {
      this.onBytes(bytes, start, end, lending);
    } else {
      this.#hold(bytes, start, end, lending);
      this.#next(wire);
    }
  }

  #onBody(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const exchange = this.#exchange;
    if (exchange === null) return;
    const body = this.#body;
    const state = body.read(bytes, start, end);
    const { sink } = exchange;
    if (state === 'refused') {
      this.#badBody(exchange, body.refusal);
      return;
    }
    const done = state === 'done';
    if (!done && body.large) this.#wire?.borrowOwn();
    const { bodyStart, bodyEnd, next } = body;
    exchange.bytesReceived += bodyEnd - bodyStart;
    if (bodyStart < bodyEnd && sink !== null) {
      if (!sink.onRequestBody(bytes, bodyStart, bodyEnd, lending) && !done) this.pauseRequest();
    }
    if (!done) return;
    this.#requestDone = true;
    this.#wire?.returnOwn((callback) => {
      if (sink === null) callback();
      else sink.whenRequestLeft(callback);
    });
    exchange.sink?.onRequestEnd();
    if (next < end) this.#onRest(bytes, next, end, lending);
  }

  /** The body broke the rules: the upstream request is given up without a last chunk (http1.md E). */
  #badBody(exchange: Exchange, refusal: Refusal | null): void {
    const status = refusal?.status ?? 400;
    exchange.sink?.onRequestRefused({ status, code: 'http_request_error', flags: 'DPE' });
  }

  // --- requests refused while parsing

  #refuse(refusal: Refusal): void {
    this.#worker.refused(this.#client, refusal.status);
    const headers = ['proxy-status', `sluice; error=${refusal.error}`, ...(refusal.headers ?? [])];
    headers.push('server', 'sluice', 'date', this.#worker.date());
    const text = responseHead({
      status: refusal.status,
      headers,
      bodyLength: 0,
      minorVersion: 1,
      connection: 'close',
      upgrade: null,
    });
    if (text !== null) this.#wire?.writeText(text);
    this.#linger();
  }

  /** Ends the connection so that the peer gets what was written (RFC 9112 §9.6). */
  #linger(): void {
    const wire = this.#wire;
    if (wire === null || this.#phase === 'closed') return;
    this.#phase = 'lingering';
    this.#exchange = null;
    this.#lingered = 0;
    this.#stash.clear();
    wire.end();
    wire.resume();
    if (this.#clientEnded) wire.whenDrained(() => wire.destroy());
    this.#worker.wheel.schedule(this, this.#worker.table.settings.delayedCloseMs);
  }

  // --- Downstream

  get drained(): boolean {
    return this.#wire === null || this.#wire.drained;
  }

  whenDrained(callback: () => void): void {
    if (this.#wire === null) callback();
    else this.#wire.whenDrained(callback);
  }

  misdirected(host: string): boolean {
    return this.#host.misdirected(host);
  }

  inform(status: number, headers: readonly string[]): void {
    if (this.#wire !== null) this.#answer.inform(this.#wire, status, headers);
  }

  continueRequest(): void {
    if (this.#wire !== null && !this.#requestDone) this.#answer.sayContinue(this.#wire);
  }

  respond(
    head: { readonly status: number; readonly headers: readonly string[]; readonly bodyLength: number },
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): boolean {
    const wire = this.#wire;
    if (wire === null || this.#phase !== 'exchange') return true;
    const { status, headers } = head;
    const bodyLength = this.#answer.framing(head.bodyLength, done ? end - start : -1);
    // Early: what the client still sends would be read as its next request.
    const early = done && !this.#requestDone && !this.#bodyAtHand;
    if (early || bodyLength === UNTIL_CLOSE || this.#clientEnded || this.#worker.draining)
      this.#keepAlive = false;
    if (this.#exchange?.upgrade != null) this.#keepAlive = false;
    const answer = { status, headers, bodyLength, keepAlive: this.#keepAlive };
    if (!this.#answer.begin(wire, answer, bytes, start, end, lending, done)) return false;
    if (done) this.#answered();
    return true;
  }

  write(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
    const wire = this.#wire;
    if (wire === null || this.#phase !== 'exchange') return;
    this.#answer.write(wire, bytes, start, end, lending, done);
    if (done) this.#answered();
  }

  #answered(): void {
    this.#responseDone = true;
    if (!this.#bodyAtHand) this.#afterAnswer();
  }

  /** Both directions are through, or the answer came before the request did. */
  #afterAnswer(): void {
    const wire = this.#wire;
    if (wire === null || this.#phase !== 'exchange') return;
    if (!this.#keepAlive || !this.#requestDone) {
      // What is left of the body is not wanted by anybody, but the client may read its answer.
      this.#linger();
      return;
    }
    this.#exchange = null;
    this.#phase = 'head';
    this.#idleSinceMs = this.#worker.wheel.now;
    if (this.#stash.length > 0) this.#next(wire);
  }

  /** A pipelined request is parsed when the answer before it has left (http1.md J2). */
  #next(wire: Wire): void {
    this.#phase = 'held';
    wire.pause();
    wire.whenDrained(() =>
      setImmediate(() => {
        if (this.#phase !== 'held') return;
        this.#phase = 'head';
        const held = this.#stash.take();
        this.onBytes(held, 0, held.length, OWNED);
        this.#readOn();
      }),
    );
  }

  /** Reads again, unless bytes wait for their turn or the body is not wanted yet. */
  #readOn(): void {
    const waits = this.#phase === 'exchange' && (this.#paused || this.#stash.length > 0);
    if (this.#phase !== 'held' && !waits) this.#wire?.resume();
  }

  abort(): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    exchange?.finish();
    this.#wire?.destroy();
  }

  get requestPaused(): boolean {
    return this.#paused;
  }

  pauseRequest(): void {
    if (this.#requestDone) return;
    this.#paused = true;
    this.#wire?.pause();
  }

  resumeRequest(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const held = this.#stash.take();
    if (held.length > 0) this.onBytes(held, 0, held.length, OWNED);
    this.#readOn();
  }

  switchTo(headers: readonly string[], handler: WireHandler): { wire: Wire; rest: Buffer; ended: boolean } {
    const wire = this.#wire;
    if (wire === null) throw new Error('a connection without a wire cannot switch protocols');
    const text = responseHead({
      status: 101,
      headers,
      bodyLength: -1,
      minorVersion: 1,
      connection: null,
      upgrade: 'websocket',
    });
    this.#phase = 'tunnel';
    this.#tunnel = handler;
    this.#worker.wheel.cancel(this);
    const rest = this.#stash.take();
    if (text === null) wire.destroy();
    else wire.writeText(text);
    wire.resume();
    return { wire, rest, ended: this.#clientEnded };
  }

  // --- ends

  onEnd(): void {
    this.#clientEnded = true;
    this.#keepAlive = false;
    switch (this.#phase) {
      case 'tunnel':
        this.#tunnel?.onEnd();
        return;
      case 'exchange':
        // A half-closed client may still read its answer; one whose body broke off may not.
        if (!this.#requestDone) this.abortRequest();
        return;
      case 'held':
        return;
      default:
        // TLS announces the end of each side (RFC 8446 §6.1); on a plain socket closing says it all.
        if (this.#client.secure) this.#wire?.end();
        this.#wire?.whenDrained(() => this.#wire?.destroy());
    }
  }

  /** The body ended too early: nothing looks complete to the upstream (http1.md E19). */
  abortRequest(): void {
    const exchange = this.#exchange;
    const sink = exchange?.sink ?? null;
    if (exchange !== null) exchange.sink = null;
    sink?.onClientGone();
    this.abort();
  }

  onClose(error: Error | null): void {
    const exchange = this.#exchange;
    const phase = this.#phase;
    this.#phase = 'closed';
    this.#exchange = null;
    this.#worker.wheel.cancel(this);
    this.#wire = null;
    if (phase === 'tunnel') this.#tunnel?.onClose(error);
    exchange?.sink?.onClientGone();
    exchange?.finish();
    this.#host.closed(this);
  }

  /** Nothing is under way: it may be closed without anybody noticing. */
  get idle(): boolean {
    return this.#phase === 'head' && this.#stash.length === 0;
  }

  /**
   * The listener drains: an idle connection ends in a moment; a request that is on its way to it is still
   * served, and its answer says `connection: close` (availability.md).
   */
  drain(): void {
    if (!this.idle || this.#idleSinceMs === Number.NEGATIVE_INFINITY) return;
    this.#idleSinceMs = Number.NEGATIVE_INFINITY;
    this.#worker.wheel.schedule(this, LAST_LOOK_MS);
  }

  destroy(): void {
    this.#wire?.destroy();
  }

  // --- deadlines

  #checkMs(): number {
    return Math.min(CHECK_MS, this.#worker.table.settings.connectionIdleMs);
  }

  override onDeadline(nowMs: number): void {
    const { settings } = this.#worker.table;
    const wire = this.#wire;
    if (wire === null) return;
    if (this.#flush.isStuck(wire, nowMs)) {
      this.abortRequest();
      return;
    }
    switch (this.#phase) {
      case 'lingering':
        // A slow reader gets all of its answer.
        if (wire.drained) {
          wire.destroy();
          return;
        }
        break;
      case 'head':
        if (this.#stash.length > 0) {
          if (nowMs >= this.#headSinceMs + settings.headTimeoutMs) {
            this.#refuse(HEAD_TIMEOUT);
            return;
          }
        } else if (nowMs >= this.#idleSinceMs + settings.connectionIdleMs) {
          this.#linger();
          return;
        }
        break;
      case 'held':
      case 'exchange':
        break;
      default:
        return;
    }
    this.#worker.wheel.schedule(this, this.#checkMs());
  }
}
