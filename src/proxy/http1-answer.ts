import { CHUNKED, NO_LENGTH, type Refusal, UNTIL_CLOSE } from '../http1/message.ts';
import { chunkHead, LAST_CHUNK, responseHead } from '../http1/write.ts';
import type { Lending, Wire } from '../lib/wire.ts';

/** Writes the answers of one HTTP/1.1 connection, one after the other: interim ones, heads, bodies with their framing. */
export class Http1Answer {
  /** The final head has been written. */
  begun = false;
  #minorVersion: 0 | 1 = 1;
  #continued = false;
  #chunked = false;

  /** The next answer is for a request of this version. */
  reset(minorVersion: 0 | 1): void {
    this.begun = false;
    this.#minorVersion = minorVersion;
    this.#continued = false;
  }

  /** An interim answer; HTTP/1.0 knows none (RFC 9110 §15.2). */
  inform(wire: Wire, status: number, headers: readonly string[]): void {
    if (this.#minorVersion === 0 || this.begun) return;
    const text = responseHead({
      status,
      headers,
      bodyLength: NO_LENGTH,
      minorVersion: 1,
      connection: null,
      upgrade: null,
    });
    if (text !== null) wire.writeText(text);
  }

  /** Says 100, once. */
  sayContinue(wire: Wire): void {
    if (this.#continued || this.#minorVersion === 0) return;
    this.#continued = true;
    wire.writeText('HTTP/1.1 100 Continue\r\n\r\n');
  }

  /** Answers a request that was refused while its head was read; the connection ends with it. */
  refuse(wire: Wire, refusal: Refusal, date: string): void {
    const headers = ['proxy-status', `sluice; error=${refusal.error}`, ...(refusal.headers ?? [])];
    headers.push('server', 'sluice', 'date', date);
    const text = responseHead({
      status: refusal.status,
      headers,
      bodyLength: 0,
      minorVersion: 1,
      connection: 'close',
      upgrade: null,
    });
    if (text !== null) wire.writeText(text);
  }

  /** Answers 101 to a request for a WebSocket. @returns False when the writer refused the head. */
  switchProtocols(wire: Wire, headers: readonly string[]): boolean {
    const text = responseHead({
      status: 101,
      headers,
      bodyLength: NO_LENGTH,
      minorVersion: 1,
      connection: null,
      upgrade: 'websocket',
    });
    if (text !== null) wire.writeText(text);
    return text !== null;
  }

  /**
   * How the client can be told where a body ends.
   *
   * @param length As in `Downstream.respond`.
   * @param whole All of it, when it is there already, else -1.
   */
  framing(length: number, whole: number): number {
    if (length >= 0 || length === NO_LENGTH) return length;
    if (whole >= 0) return whole;
    return this.#minorVersion === 1 ? CHUNKED : UNTIL_CLOSE;
  }

  /**
   * The head and the first bytes of the body.
   *
   * @param head.bodyLength From `framing`.
   * @returns False when the writer refused the head; nothing was written then.
   */
  begin(
    wire: Wire,
    head: {
      readonly status: number;
      readonly headers: readonly string[];
      readonly bodyLength: number;
      readonly keepAlive: boolean;
    },
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): boolean {
    const { status, headers, bodyLength, keepAlive } = head;
    const text = responseHead({
      status,
      headers,
      bodyLength,
      minorVersion: this.#minorVersion,
      connection: keepAlive ? (this.#minorVersion === 0 ? 'keep-alive' : null) : 'close',
      upgrade: null,
    });
    if (text === null) return false;
    this.begun = true;
    this.#chunked = bodyLength === CHUNKED;
    this.#body(wire, text, bytes, start, end, lending, done);
    return true;
  }

  /** Further bytes of the body. */
  write(wire: Wire, bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
    if (this.#chunked) this.#body(wire, '', bytes, start, end, lending, done);
    else if (start < end) wire.writeBytes(bytes, start, end, lending);
  }

  /** @param before The head, or nothing. */
  #body(
    wire: Wire,
    before: string,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): void {
    let first = before;
    let last = '';
    if (this.#chunked) {
      if (start < end) {
        first += chunkHead(end - start);
        last = '\r\n';
      }
      if (done) last += LAST_CHUNK;
    }
    if (first !== '' || last !== '') wire.writeAround(first, bytes, start, end, lending, last);
  }
}
