import { BodyReader } from '../http1/body-reader.ts';
import { type Refusal, type RequestHead, UNTIL_CLOSE } from '../http1/message.ts';
import { parseRequestHead } from '../http1/request-head.ts';
import { type Lending, OWNED, type Wire, type WireHandler } from '../lib/wire.ts';
import { ClientConnection } from './client-connection.ts';
import type { Downstream } from './downstream.ts';
import { Exchange } from './exchange.ts';
import { Http1Answer } from './http1-answer.ts';
import { prefaceAt } from './http2-preface.ts';
import { serve } from './pipeline.ts';

const NOTHING = Buffer.alloc(0);

/** One client connection that speaks HTTP/1.1: reads requests one at a time and writes their answers in order. */
export class Http1Connection extends ClientConnection implements Downstream, WireHandler {
  #served = 0;
  // The request's body.
  readonly #body = new BodyReader();
  #requestDone = true;
  /** While the pipeline runs: all of it is in the read that brought its head. */
  #bodyAtHand = false;
  #paused = false;
  readonly #answer = new Http1Answer();
  #responseDone = false;
  #keepAlive = true;

  /** Takes its wire. @param first Bytes that were read before. */
  open(wire: Wire, first: Buffer | null): void {
    this.wire = wire;
    this.worker.wheel.schedule(this, this.checkMs());
    if (first !== null && first.length > 0) this.onBytes(first, 0, first.length, OWNED);
    if (!wire.socket.destroyed) wire.start();
  }

  // --- reading

  onBytes(bytes: Buffer, start: number, end: number, lending: Lending): void {
    switch (this.phase) {
      case 'head':
        this.#onHead(bytes, start, end, lending);
        return;
      case 'exchange':
        if (this.#requestDone || (this.#paused && this.exchange?.sink == null))
          this.#hold(bytes, start, end, lending);
        else this.#onBody(bytes, start, end, lending);
        return;
      case 'tunnel':
        this.tunnel?.onBytes(bytes, start, end, lending);
        return;
      case 'held':
        this.#hold(bytes, start, end, lending);
        return;
      case 'lingering':
        this.drainInput(end - start);
        return;
      case 'closed':
        return;
      default:
        this.phase satisfies never;
    }
  }

  /** Bytes behind the request under way: at most one read of them, then the client waits. */
  #hold(bytes: Buffer, start: number, end: number, lending: Lending): void {
    // Thousands of small requests in one read: what is left of it is not copied for each.
    if (lending === OWNED && this.stash.length === 0) this.stash.adopt(bytes, start, end);
    else this.stash.add(bytes, start, end);
    this.wire?.pause();
  }

  #onHead(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const scanned = this.stash.length;
    let from = bytes;
    let at = start;
    let to = end;
    if (scanned > 0) {
      this.stash.add(bytes, start, end);
      from = this.stash.bytes;
      at = 0;
      to = this.stash.length;
    }
    // What lies in the stash may leave by reference: it is given up when a head was found.
    const rest = from === bytes ? lending : OWNED;
    const preface = this.#served === 0 && !this.client.secure ? prefaceAt(from, at, to) : 'none';
    if (preface === 'none') this.#parse(from, at, to, scanned, rest);
    else if (preface === 'whole') this.giveWire(from, at, to, rest);
    else this.#wait(from, at, to);
  }

  /** A head, or the preface of HTTP/2, that is not complete. */
  #wait(bytes: Buffer, start: number, end: number): void {
    if (this.stash.length > 0) return;
    this.stash.add(bytes, start, end);
    this.headSinceMs = this.worker.wheel.now;
    this.worker.wheel.schedule(this, this.worker.table.settings.headTimeoutMs);
  }

  #parse(bytes: Buffer, start: number, end: number, scanned: number, lending: Lending): void {
    const { settings } = this.worker.table;
    const head = parseRequestHead(bytes, start, end, scanned, {
      maxBytes: settings.requestHeadBytes,
      maxFields: settings.requestHeaders,
      mergeSlashes: settings.mergeSlashes,
      secure: this.client.secure,
    });
    if (head === null) {
      this.#wait(bytes, start, end);
      return;
    }
    if (!head.ok) {
      this.refuse(head);
      return;
    }
    this.#begin(head, bytes, end, lending);
  }

  #begin(head: RequestHead, bytes: Buffer, end: number, lending: Lending): void {
    const { settings } = this.worker.table;
    this.#served++;
    this.phase = 'exchange';
    this.#answer.reset(head.minorVersion);
    this.#responseDone = false;
    this.#keepAlive =
      head.keepAlive &&
      this.#served < settings.maxRequestsPerConnection &&
      !this.worker.draining &&
      this.worker.pressure() === 0 &&
      (settings.maxConnectionMs === 0 || this.worker.wheel.now - this.bornMs < settings.maxConnectionMs);
    const length = head.bodyLength;
    const at = head.end;
    this.#requestDone = length === 0;
    if (length !== 0) this.#body.begin(length);
    const exchange = new Exchange(this.worker, this, this.client, head);
    this.exchange = exchange;
    this.stash.clear();
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
    if (this.exchange !== exchange) return;
    if (this.#responseDone) {
      this.#requestDone = true;
      this.#afterAnswer();
    } else {
      this.onBytes(bytes, start, end, lending);
    }
  }

  /** What came behind a head or a body in the same read. */
  #onRest(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const wire = this.wire;
    if (this.phase !== 'head' || wire === null) {
      this.onBytes(bytes, start, end, lending);
    } else {
      this.#hold(bytes, start, end, lending);
      this.#next(wire);
    }
  }

  #onBody(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const exchange = this.exchange;
    if (exchange === null) return;
    const body = this.#body;
    const state = body.read(bytes, start, end);
    const { sink } = exchange;
    if (state === 'refused') {
      this.#badBody(exchange, body.refusal);
      return;
    }
    const done = state === 'done';
    if (!done && body.large) this.wire?.borrowOwn();
    const { bodyStart, bodyEnd, next } = body;
    exchange.bytesReceived += bodyEnd - bodyStart;
    if (bodyStart < bodyEnd && sink !== null) {
      if (!sink.onRequestBody(bytes, bodyStart, bodyEnd, lending) && !done) this.pauseRequest();
    }
    if (!done) return;
    this.#requestDone = true;
    this.wire?.returnOwn((callback) => {
      if (sink === null) callback();
      else sink.whenRequestLeft(callback);
    });
    exchange.sink?.onRequestEnd(null);
    if (next < end) this.#onRest(bytes, next, end, lending);
  }

  /** The body broke the rules: the upstream request is given up without a last chunk (http1.md E). */
  #badBody(exchange: Exchange, refusal: Refusal | null): void {
    const status = refusal?.status ?? 400;
    exchange.sink?.onRequestRefused({ status, code: 'http_request_error', flags: 'DPE' });
  }

  // --- Downstream

  inform(status: number, headers: readonly string[]): void {
    if (this.wire !== null) this.#answer.inform(this.wire, status, headers);
  }

  continueRequest(): void {
    if (this.wire !== null && !this.#requestDone) this.#answer.sayContinue(this.wire);
  }

  respond(
    head: { readonly status: number; readonly headers: readonly string[]; readonly bodyLength: number },
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): boolean {
    const wire = this.wire;
    if (wire === null || this.phase !== 'exchange') return true;
    const { status, headers } = head;
    const bodyLength = this.#answer.framing(head.bodyLength, done ? end - start : -1);
    // Early: what the client still sends would be read as its next request.
    const early = done && !this.#requestDone && !this.#bodyAtHand;
    if (early || bodyLength === UNTIL_CLOSE || this.clientEnded || this.worker.draining)
      this.#keepAlive = false;
    if (this.exchange?.upgrade != null) this.#keepAlive = false;
    const answer = { status, headers, bodyLength, keepAlive: this.#keepAlive };
    if (!this.#answer.begin(wire, answer, bytes, start, end, lending, done)) return false;
    if (done) this.#answered();
    return true;
  }

  write(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
    const wire = this.wire;
    if (wire === null || this.phase !== 'exchange') return;
    this.#answer.write(wire, bytes, start, end, lending, done);
    if (done) this.#answered();
  }

  end(): void {
    this.write(NOTHING, 0, 0, OWNED, true);
  }

  #answered(): void {
    this.#responseDone = true;
    if (!this.#bodyAtHand) this.#afterAnswer();
  }

  /** Both directions are through, or the answer came before the request did. */
  #afterAnswer(): void {
    const wire = this.wire;
    if (wire === null || this.phase !== 'exchange') return;
    if (!this.#keepAlive || !this.#requestDone) {
      // What is left of the body is not wanted by anybody, but the client may read its answer.
      this.linger();
      return;
    }
    this.exchange = null;
    this.phase = 'head';
    this.idleSinceMs = this.worker.wheel.now;
    if (this.stash.length > 0) this.#next(wire);
  }

  /** A pipelined request is parsed when the answer before it has left (http1.md J2). */
  #next(wire: Wire): void {
    this.phase = 'held';
    wire.pause();
    wire.whenDrained(() =>
      setImmediate(() => {
        if (this.phase !== 'held') return;
        this.phase = 'head';
        const held = this.stash.take();
        this.onBytes(held, 0, held.length, OWNED);
        this.#readOn();
      }),
    );
  }

  /** Reads again, unless bytes wait for their turn or the body is not wanted yet. */
  #readOn(): void {
    const waits = this.phase === 'exchange' && (this.#paused || this.stash.length > 0);
    if (this.phase !== 'held' && !waits) this.wire?.resume();
  }

  get requestPaused(): boolean {
    return this.#paused;
  }

  pauseRequest(): void {
    if (this.#requestDone) return;
    this.#paused = true;
    this.wire?.pause();
  }

  resumeRequest(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const held = this.stash.take();
    if (held.length > 0) this.onBytes(held, 0, held.length, OWNED);
    this.#readOn();
  }

  switchTo(headers: readonly string[], handler: WireHandler): { client: Wire; rest: Buffer; ended: boolean } {
    const wire = this.wire;
    if (wire === null) throw new Error('a connection without a wire cannot switch protocols');
    this.phase = 'tunnel';
    this.tunnel = handler;
    this.worker.wheel.cancel(this);
    const rest = this.stash.take();
    if (!this.#answer.switchProtocols(wire, headers)) wire.destroy();
    return { client: wire, rest, ended: this.clientEnded };
  }

  // --- ends

  onEnd(): void {
    this.clientEnded = true;
    this.#keepAlive = false;
    switch (this.phase) {
      case 'tunnel':
        this.tunnel?.onEnd();
        return;
      case 'exchange':
        // A half-closed client may still read its answer; one whose body broke off may not.
        if (!this.#requestDone) this.abortRequest();
        return;
      case 'held':
        return;
      default:
        // TLS announces the end of each side (RFC 8446 §6.1); on a plain socket closing says it all.
        if (this.client.secure) this.wire?.end();
        this.wire?.whenDrained(() => this.wire?.destroy());
    }
  }

  protected override refuse(refusal: Refusal): void {
    this.worker.refused(this.client, refusal.status);
    if (this.wire !== null) this.#answer.refuse(this.wire, refusal, this.worker.date());
    this.linger();
  }
}
