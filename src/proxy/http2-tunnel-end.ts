import { type Lending, OWNED, type WireHandler } from '../lib/wire.ts';
import type { RequestSink, TunnelEnd } from './downstream.ts';
import type { Http2Downstream } from './http2-downstream.ts';

const NOTHING = Buffer.alloc(0);
const BROKEN = new Error('the stream was reset');

/**
 * The client's end of a tunnel that is an HTTP/2 stream: DATA is what a socket would carry, END_STREAM its end,
 * RST_STREAM its reset (RFC 8441 §5). What the upstream does not take yet is held and credited by the downstream,
 * as a request's body is.
 */
export class Http2TunnelEnd implements TunnelEnd, RequestSink {
  readonly #downstream: Http2Downstream;
  readonly #handler: WireHandler;

  constructor(downstream: Http2Downstream, handler: WireHandler) {
    this.#downstream = downstream;
    this.#handler = handler;
  }

  // --- towards the client

  writeBytes(bytes: Buffer, start: number, end: number, lending: Lending): void {
    this.#downstream.write(bytes, start, end, lending, false);
  }

  get drained(): boolean {
    return this.#downstream.drained;
  }

  whenDrained(callback: () => void): void {
    this.#downstream.whenDrained(callback);
  }

  get acceptedBytes(): number {
    return this.#downstream.progress;
  }

  get writable(): boolean {
    return this.#downstream.writable;
  }

  pause(): void {
    this.#downstream.pauseRequest();
  }

  resume(): void {
    this.#downstream.resumeRequest();
  }

  /** RST_STREAM with NO_ERROR follows, as behind any answer: a server that has ended is through (RFC 6455 §7.1.1). */
  end(): void {
    this.#downstream.write(NOTHING, 0, 0, OWNED, true);
  }

  destroy(): void {
    this.#downstream.cancel();
  }

  // --- from the client

  onRequestBody(bytes: Buffer, start: number, end: number, lending: Lending): boolean {
    this.#handler.onBytes(bytes, start, end, lending);
    return !this.#downstream.requestPaused;
  }

  onRequestEnd(): void {
    this.#handler.onEnd();
  }

  /** Bytes of a stream are never lent. */
  whenRequestLeft(callback: () => void): void {
    callback();
  }

  /** Frames have no rules that the bytes in them could break. */
  onRequestRefused(): void {}

  /** The stream is over. Told in a turn of its own, as the close of a socket is. */
  onClientGone(): void {
    setImmediate(() => this.#handler.onClose(this.#downstream.broken ? BROKEN : null));
  }
}
