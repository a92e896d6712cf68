import { type Lending, OWNED } from '../../lib/wire.ts';
import type { Failure } from '../answer.ts';
import type { RequestSink } from '../downstream.ts';
import { Base64Decoder } from './base64-decoder.ts';

const NOT_BASE64: Failure = { status: 400, code: 'http_request_error', flags: 'DPE' };

/** Stands before the taker of a request's body: decodes that of gRPC-web's text form, part by part. */
export class WebTextRequest implements RequestSink {
  readonly #sink: RequestSink;
  readonly #decoder = new Base64Decoder();
  #refused = false;

  constructor(sink: RequestSink) {
    this.#sink = sink;
  }

  onRequestBody(bytes: Buffer, start: number, end: number, _lending: Lending): boolean {
    if (this.#refused) return true;
    const decoded = this.#decoder.decode(bytes, start, end);
    if (decoded === null) {
      this.#refuse();
      return true;
    }
    return decoded.length === 0 || this.#sink.onRequestBody(decoded, 0, decoded.length, OWNED);
  }

  onRequestEnd(trailers: readonly string[] | null): void {
    if (this.#refused) return;
    if (this.#decoder.complete) this.#sink.onRequestEnd(trailers);
    else this.#refuse();
  }

  #refuse(): void {
    this.#refused = true;
    this.#sink.onRequestRefused(NOT_BASE64);
  }

  whenRequestLeft(callback: () => void): void {
    this.#sink.whenRequestLeft(callback);
  }

  onRequestRefused(failure: Failure): void {
    if (!this.#refused) this.#sink.onRequestRefused(failure);
  }

  onClientGone(): void {
    if (!this.#refused) this.#sink.onClientGone();
  }
}
