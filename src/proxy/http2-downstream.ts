import type { ClientInfo } from '../filters/filter.ts';
import { NO_LENGTH, type RequestHead } from '../http1/message.ts';
import { ERROR } from '../http2/errors.ts';
import type { Http2Session } from '../http2/session.ts';
import type { ResetBy } from '../http2/session-listener.ts';
import type { Http2Stream } from '../http2/stream.ts';
import { ByteStash } from '../lib/byte-stash.ts';
import { LENT, type Lending, OWNED, type WireHandler } from '../lib/wire.ts';
import type { Downstream, TunnelEnd } from './downstream.ts';
import { Exchange } from './exchange.ts';
import { Http2TunnelEnd } from './http2-tunnel-end.ts';
import type { WorkerContext } from './worker-context.ts';

const NOTHING = Buffer.alloc(0);

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly worker: WorkerContext;
  readonly session: Http2Session<Http2Downstream>;
  /** The socket is gone: nothing leaves any more. */
  readonly gone: boolean;
  misdirected(host: string): boolean;
  /** Lets leave what waits, if it can at once. */
  flushNow(): void;
  /** Calls `wake` when output has left, until `forgets`. */
  waits(stream: Http2Downstream): void;
  forgets(stream: Http2Downstream): void;
}

/**
 * One request of an HTTP/2 connection on its way through the pipeline, and its answer on its way back. What the
 * upstream does not take yet is held, at most the stream's window of 64 KiB, and not credited to the client.
 */
export class Http2Downstream implements Downstream {
  readonly exchange: Exchange;
  readonly #host: StreamHost;
  readonly #stream: Http2Stream<Http2Downstream>;
  // The request.
  #requestDone: boolean;
  #paused: boolean;
  /** It asks for a tunnel: what comes behind its head waits for the switch. */
  #awaitsSwitch: boolean;
  #switched = false;
  /** Body bytes that came while it was paused. */
  #held: ByteStash | null = null;
  /** The end of the body waits behind them. */
  #endHeld = false;
  #trailers: readonly string[] | null = null;
  /** Bytes that were given on and are not credited to the client yet. */
  #uncredited = 0;
  // The answer.
  #continued = false;
  /** All of it was given, or it was given up. */
  #over = false;
  /** Bytes of it lie in an upstream's own read buffer. */
  #lent = false;
  #waiting: (() => void)[] = [];
  #progress = -1;
  #progressMs = 0;
  /** The stream ended before its time, not by us. */
  broken = false;

  /** @param endStream The request has no body. */
  constructor(
    host: StreamHost,
    stream: Http2Stream<Http2Downstream>,
    client: ClientInfo,
    head: RequestHead,
    endStream: boolean,
  ) {
    this.#host = host;
    this.#stream = stream;
    this.#awaitsSwitch = head.upgrade !== null;
    this.#paused = this.#awaitsSwitch;
    this.#requestDone = endStream || (head.bodyLength === 0 && !this.#awaitsSwitch);
    this.exchange = new Exchange(host.worker, this, client, head, 'HTTP/2');
  }

  // --- the request's body

  onData(bytes: Buffer, start: number, end: number, lending: Lending, endStream: boolean): void {
    if (start < end) {
      // A tunnel counts its bytes itself.
      if (this.exchange.upgrade === null) this.exchange.bytesReceived += end - start;
      if (this.#paused && (!this.#over || this.#switched)) this.#hold(bytes, start, end);
      else this.#give(bytes, start, end, lending);
    }
    if (endStream) this.onRequestEnd(null);
  }

  #hold(bytes: Buffer, start: number, end: number): void {
    this.#held ??= new ByteStash();
    this.#held.add(bytes, start, end);
  }

  #give(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const { sink } = this.exchange;
    // What nobody wants is credited as well: the client may not read its answer before it has sent all.
    if (sink === null || sink.onRequestBody(bytes, start, end, lending)) {
      this.#host.session.consumed(this.#stream, end - start);
    } else {
      this.#uncredited += end - start;
      this.pauseRequest();
    }
  }

  /** The body is complete. @param trailers Behind it, or null. */
  onRequestEnd(trailers: readonly string[] | null): void {
    if (this.#requestDone) return;
    this.#trailers = trailers;
    const { sink } = this.exchange;
    if (this.#held !== null || this.#awaitsSwitch || (this.#paused && sink === null)) {
      this.#endHeld = true;
      return;
    }
    this.#requestDone = true;
    sink?.onRequestEnd(trailers);
  }

  get requestPaused(): boolean {
    return this.#paused;
  }

  pauseRequest(): void {
    if (!this.#requestDone) this.#paused = true;
  }

  resumeRequest(): void {
    if (!this.#paused || this.#awaitsSwitch) return;
    this.#paused = false;
    const credit = this.#uncredited;
    this.#uncredited = 0;
    if (credit > 0) this.#host.session.consumed(this.#stream, credit);
    const held = this.#held;
    this.#held = null;
    if (held !== null) {
      const bytes = held.take();
      this.#give(bytes, 0, bytes.length, OWNED);
    }
    if (this.#endHeld) this.onRequestEnd(this.#trailers);
  }

  // --- the answer

  misdirected(host: string): boolean {
    return this.#host.misdirected(host);
  }

  inform(status: number, headers: readonly string[]): void {
    if (!this.#over) this.#host.session.inform(this.#stream, status, headers);
  }

  continueRequest(): void {
    if (this.#continued || this.#requestDone) return;
    this.#continued = true;
    this.inform(100, []);
  }

  respond(
    head: { readonly status: number; readonly headers: readonly string[]; readonly bodyLength: number },
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): boolean {
    if (this.#over) return true;
    const { status, headers } = head;
    let { bodyLength } = head;
    // A stream that ends with its head needs no length; gRPC's answers by trailers alone shall have none.
    if (bodyLength < 0 && bodyLength !== NO_LENGTH && done && start < end) bodyLength = end - start;
    // The stream may end inside the call.
    this.#over = done;
    const whole = done && start === end;
    if (!this.#host.session.respond(this.#stream, { status, headers, bodyLength }, whole)) {
      this.#over = false;
      return false;
    }
    if (!whole) this.#send(bytes, start, end, lending, done);
    return true;
  }

  write(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
    if (this.#over) return;
    this.#over = done;
    this.#send(bytes, start, end, lending, done);
  }

  end(trailers: readonly string[]): void {
    if (this.#over) return;
    this.#over = true;
    this.#host.session.end(this.#stream, trailers);
  }

  #send(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
    if (start === end && !done) return;
    const lent = lending === LENT && start < end;
    if (lent) this.#lent = true;
    this.#host.session.write(this.#stream, bytes, start, end, lending, done);
    // The upstream reads on when these have left: the sooner the better.
    if (lent) this.#host.flushNow();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    const { exchange } = this;
    exchange.finish();
    const late = exchange.error === 'http_response_timeout' || exchange.flags === 'SI';
    this.#host.session.reset(this.#stream, late ? ERROR.cancel : ERROR.internalError);
  }

  switchTo(
    headers: readonly string[],
    handler: WireHandler,
  ): { client: TunnelEnd; rest: Buffer; ended: boolean } {
    const { session } = this.#host;
    const stream = this.#stream;
    const client = new Http2TunnelEnd(this, handler);
    this.exchange.sink = client;
    this.#awaitsSwitch = false;
    this.#switched = true;
    if (!session.respond(stream, { status: 200, headers, bodyLength: NO_LENGTH }, false))
      session.reset(stream, ERROR.internalError);
    // What was held is said when it resumes; of a request without a body the end is known.
    return { client, rest: NOTHING, ended: this.#requestDone };
  }

  /** Our side has not ended. */
  get writable(): boolean {
    return !this.#over;
  }

  /** Grows as frames of the answer go. */
  get progress(): number {
    return this.#stream.lastData;
  }

  // --- backpressure

  /** Bytes of a buffer that is only lent must have left; of others, what no window takes must be on its way. */
  get drained(): boolean {
    if (this.#host.gone) return true;
    return this.#lent ? this.#host.session.isClear(this.#stream) : this.#stream.queuedBytes === 0;
  }

  whenDrained(callback: () => void): void {
    if (this.drained) {
      callback();
      return;
    }
    this.#waiting.push(callback);
    this.#host.waits(this);
  }

  /** Output has left, or never will: tells those who wait for it. */
  wake(): void {
    if (this.#waiting.length === 0 || !this.drained) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#host.forgets(this);
    for (const callback of waiting) callback();
  }

  // --- ends

  /** The stream ended before its time, not by us. */
  onReset(by: ResetBy): void {
    this.broken = true;
    const { exchange } = this;
    if (this.#over || by !== 'rule') return;
    exchange.flags ||= 'DPE';
    exchange.error ??= 'http_request_error';
  }

  /** Nothing more happens on the stream. */
  onEnd(): void {
    this.#held = null;
    if (!this.#over || this.#switched) {
      this.#over = true;
      const { exchange } = this;
      const { sink } = exchange;
      exchange.sink = null;
      sink?.onClientGone();
      // A tunnel is finished when its other end is over, too.
      if (!this.#switched) exchange.finish();
    }
    this.wake();
  }

  /**
   * Called now and then while the stream is open.
   *
   * @returns True when the answer, or its rest, could not go on for `timeoutMs` because the client takes nothing.
   */
  isStuck(nowMs: number, timeoutMs: number): boolean {
    const { lastData, queuedBytes } = this.#stream;
    if ((queuedBytes === 0 && !this.#over) || lastData !== this.#progress) {
      this.#progress = lastData;
      this.#progressMs = nowMs;
      return false;
    }
    return nowMs >= this.#progressMs + timeoutMs;
  }

  /** Gives the stream up: the client takes nothing, or its tunnel ends. */
  cancel(): void {
    // `onEnd` follows and tells the upstream side.
    this.#host.session.reset(this.#stream, ERROR.cancel);
  }
}
