import { CHUNKED } from '../../http1/message.ts';
import { getHeader, setHeader } from '../../lib/header-list.ts';
import { type Lending, OWNED, type WireHandler } from '../../lib/wire.ts';
import type { Downstream } from '../downstream.ts';
import type { Exchange } from '../exchange.ts';
import { grpcToWeb, isGrpc, type WebForm } from './content-type.ts';
import { trailersFrame } from './trailers-frame.ts';

type Head = Parameters<Downstream['respond']>[0];

/**
 * Stands before a client that speaks gRPC-web: gives it an answer in gRPC under the type that it knows, with the
 * trailers as the last frame of the body, in base64 where it wants text. Each part is encoded by itself and ends
 * with its padding, so that no message waits for the next (PROTOCOL-WEB, Text-encoded streams). An answer by
 * trailers alone stays one head. What is not gRPC passes as it is.
 */
export class WebDownstream implements Downstream {
  readonly #exchange: Exchange;
  readonly #client: Downstream;
  readonly #form: WebForm;
  #translates = false;

  /** @param form Of the answer. */
  constructor(exchange: Exchange, form: WebForm) {
    this.#exchange = exchange;
    this.#client = exchange.downstream;
    this.#form = form;
  }

  respond(head: Head, bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): boolean {
    const type = getHeader(head.headers, 'content-type');
    if (type === undefined || !isGrpc(type)) {
      return this.#client.respond(head, bytes, start, end, lending, done);
    }
    this.#translates = true;
    const headers = [...head.headers];
    setHeader(headers, 'content-type', grpcToWeb(type, this.#form));
    const bodyLength = done && start === end ? 0 : CHUNKED;
    const translated = { status: head.status, headers, bodyLength };
    if (this.#form === 'binary' || start === end) {
      return this.#client.respond(translated, bytes, start, end, lending, done);
    }
    const text = this.#encode(bytes, start, end);
    return this.#client.respond(translated, text, 0, text.length, OWNED, done);
  }

  write(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
    if (!this.#translates || this.#form === 'binary' || start === end) {
      this.#client.write(bytes, start, end, lending, done);
      return;
    }
    const text = this.#encode(bytes, start, end);
    this.#client.write(text, 0, text.length, OWNED, done);
  }

  end(trailers: readonly string[]): void {
    if (!this.#translates) {
      this.#client.end(trailers);
      return;
    }
    const frame = trailersFrame(trailers);
    this.#exchange.bytesSent += frame.length;
    this.write(frame, 0, frame.length, OWNED, true);
  }

  /** What goes to the client is counted, not what came. */
  #encode(bytes: Buffer, start: number, end: number): Buffer {
    const text = Buffer.from(bytes.toString('base64', start, end), 'latin1');
    this.#exchange.bytesSent += text.length - (end - start);
    return text;
  }

  // --- the rest is the client's own

  get drained(): boolean {
    return this.#client.drained;
  }

  whenDrained(callback: () => void): void {
    this.#client.whenDrained(callback);
  }

  misdirected(host: string): boolean {
    return this.#client.misdirected(host);
  }

  inform(status: number, headers: readonly string[]): void {
    this.#client.inform(status, headers);
  }

  continueRequest(): void {
    this.#client.continueRequest();
  }

  abort(): void {
    this.#client.abort();
  }

  get requestPaused(): boolean {
    return this.#client.requestPaused;
  }

  pauseRequest(): void {
    this.#client.pauseRequest();
  }

  resumeRequest(): void {
    this.#client.resumeRequest();
  }

  switchTo(headers: readonly string[], handler: WireHandler): ReturnType<Downstream['switchTo']> {
    return this.#client.switchTo(headers, handler);
  }
}
