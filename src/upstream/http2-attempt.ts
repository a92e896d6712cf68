import type { ResponseHead } from '../http1/message.ts';
import { ERROR } from '../http2/errors.ts';
import type { Http2Session } from '../http2/session.ts';
import type { Http2Stream } from '../http2/stream.ts';
import { BORROWED, LENT, type Lending, OWNED } from '../lib/wire.ts';
import type { Attempt, AttemptListener } from './attempt.ts';
import type { LiveEndpoint } from './endpoint.ts';
import type { ProxyError } from './proxy-error.ts';

const NOTHING = Buffer.alloc(0);

/** What an attempt needs of its connection. */
export interface AttemptHost {
  readonly endpoint: LiveEndpoint;
  readonly session: Http2Session<Http2Attempt>;
  readonly localAddress: string;
  /** An attempt was given up that waited in vain since then. */
  gaveUp(sinceMs: number): void;
}

/**
 * One request as a stream of an HTTP/2 connection. A client that does not read stops this stream alone: what came
 * is given on, but not credited, so that at most the stream's window of 64 KiB waits for it.
 */
export class Http2Attempt implements Attempt {
  readonly #host: AttemptHost;
  #listener: AttemptListener | null;
  /** Null until the head was written. */
  #stream: Http2Stream<Http2Attempt> | null = null;
  #requestDone: boolean;
  readonly #begunMs: number;
  /** A head that waits for the first bytes of its body, so that both leave together. */
  #head: ResponseHead | null = null;
  #paused = false;
  /** Bytes that were given on while it was paused. */
  #uncredited = 0;
  /** The answer has begun. */
  responded = false;
  /** The connection had served others before. */
  readonly reused: boolean;
  /** It was begun before the upstream said how many streams it takes. */
  readonly guessed: boolean;
  /** What its upstream did not take for good can be sent elsewhere, whatever the method. */
  readonly committed = false;

  constructor(
    host: AttemptHost,
    listener: AttemptListener,
    state: { readonly requestDone: boolean; readonly reused: boolean },
  ) {
    this.#host = host;
    this.#listener = listener;
    this.#requestDone = state.requestDone;
    this.reused = state.reused;
    this.guessed = !host.session.settled;
    this.#begunMs = host.endpoint.pool.runtime.wheel.now;
  }

  get endpoint(): LiveEndpoint {
    return this.#host.endpoint;
  }

  get localAddress(): string {
    return this.#host.localAddress;
  }

  /** Its head was written. */
  opened(stream: Http2Stream<Http2Attempt>): void {
    this.#stream = stream;
  }

  // --- the request

  write(bytes: Buffer, start: number, end: number, lending: Lending): boolean {
    const stream = this.#stream;
    if (stream === null || start === end) return true;
    // The stream may end while parts of it wait: what is only lent is copied, so that nobody has to wait for that.
    const kept = lending === LENT ? BORROWED : lending;
    return this.#host.session.write(stream, bytes, start, end, kept, false);
  }

  finish(trailers: readonly string[] | null): void {
    const stream = this.#stream;
    if (this.#requestDone || stream === null) return;
    this.#requestDone = true;
    this.#host.session.end(stream, trailers);
  }

  /** Nothing of the request is used by reference. */
  whenDrained(callback: () => void): void {
    callback();
  }

  onWritable(): void {
    if (!this.#requestDone) this.#listener?.onWritable();
  }

  // --- the response

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const count = this.#uncredited;
    this.#uncredited = 0;
    if (count > 0) this.#credit(count);
  }

  onInterim(head: ResponseHead): void {
    this.#listener?.onInterim(head);
  }

  onResponse(head: ResponseHead, endStream: boolean): void {
    this.responded = true;
    this.#head = head;
    if (endStream) this.#give(NOTHING, 0, 0, OWNED, true);
  }

  onData(bytes: Buffer, start: number, end: number, lending: Lending, endStream: boolean): void {
    this.#give(bytes, start, end, lending, endStream);
    if (start === end || endStream) return;
    if (this.#paused) this.#uncredited += end - start;
    else this.#credit(end - start);
  }

  onTrailers(trailers: readonly string[]): void {
    this.giveHead();
    const listener = this.#listener;
    if (listener === null) return;
    listener.onTrailers(trailers);
    this.#over();
  }

  /** The head does not wait any longer. */
  giveHead(): void {
    if (this.#head !== null) this.#give(NOTHING, 0, 0, OWNED, false);
  }

  #give(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
    const listener = this.#listener;
    const head = this.#head;
    this.#head = null;
    if (listener === null) return;
    if (head !== null) listener.onResponse(head, bytes, start, end, lending, done);
    else if (start < end || done) listener.onBody(bytes, start, end, lending, done);
    if (done) this.#over();
  }

  #credit(count: number): void {
    if (this.#stream !== null) this.#host.session.consumed(this.#stream, count);
  }

  /** The answer is complete. What is left of the request is not wanted. */
  #over(): void {
    this.#listener = null;
    if (!this.#requestDone) this.#reset(ERROR.cancel);
  }

  // --- ends

  abort(): void {
    if (this.#listener === null) return;
    this.#listener = null;
    if (!this.responded) this.#host.gaveUp(this.#begunMs);
    this.#reset(ERROR.cancel);
  }

  #reset(code: number): void {
    this.#requestDone = true;
    if (this.#stream !== null) this.#host.session.reset(this.#stream, code);
  }

  /** The stream ended before its time. */
  fail(error: ProxyError): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.onFailure(error);
  }
}
