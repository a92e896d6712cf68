import type { Lending, WireHandler } from '../lib/wire.ts';
import type { Failure } from './answer.ts';

/**
 * One exchange's way back to its client, implemented by the driver of each protocol. Called by the pipeline and
 * by forwarding, in this order: any number of `inform`, one `respond`, any number of `write`; or `switchTo`.
 * After `abort`, or once the client is gone, every call does nothing.
 */
export interface Downstream {
  /** Everything written so far has left. */
  readonly drained: boolean;
  /** Calls back when it has, or when the client is gone. */
  whenDrained(callback: () => void): void;
  /** The name may not be served on this connection: it was made under another TLS policy (421). */
  misdirected(host: string): boolean;
  /** An interim response. Not to HTTP/1.0. */
  inform(status: number, headers: readonly string[]): void;
  /** The client waits for a word before it sends its body (RFC 9110 §10.1.1): says 100 once. */
  continueRequest(): void;
  /**
   * The response head with the first bytes of the body.
   *
   * @param head.bodyLength Bytes, or CHUNKED / UNTIL_CLOSE when unknown. For an answer without a body, as to HEAD or
   *   a 304: what to announce, or NO_LENGTH.
   * @param done This is all of it.
   * @returns False when the writer refused the head (http1.md K10); nothing was sent then.
   */
  respond(
    head: { readonly status: number; readonly headers: readonly string[]; readonly bodyLength: number },
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): boolean;
  write(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void;
  /**
   * Ends an answer that has begun. Trailers reach clients of HTTP/2 alone (http1.md F1).
   *
   * @param trailers Flat, lower-case names; those that must not be sent are all left out.
   */
  end(trailers: readonly string[]): void;
  /** The response cannot be completed: the client must be able to see it. */
  abort(): void;
  /** The request body waits for `resumeRequest`. */
  readonly requestPaused: boolean;
  /** No more of the request body until `resumeRequest`. */
  pauseRequest(): void;
  resumeRequest(): void;
  /**
   * Answers 101, over HTTP/2 200, and gives the connection, or the stream, away.
   *
   * @returns The client's end, which says nothing before `resume`; bytes that came behind the request and are not
   *   said by it; and whether the client has ended its side, which is not said either.
   */
  switchTo(
    headers: readonly string[],
    handler: WireHandler,
  ): { readonly client: TunnelEnd; readonly rest: Buffer; readonly ended: boolean };
}

/** One end of a tunnel: a socket's `Wire`, or an HTTP/2 stream. What each member means is told there. */
export interface TunnelEnd {
  writeBytes(bytes: Buffer, start: number, end: number, lending: Lending): void;
  readonly drained: boolean;
  whenDrained(callback: () => void): void;
  /** Grows as the peer takes what was written. */
  readonly acceptedBytes: number;
  readonly writable: boolean;
  pause(): void;
  resume(): void;
  /** Ends our side in order, once; the peer of a socket may still speak. */
  end(): void;
  /** Ends both sides at once. */
  destroy(): void;
}

/** Takes the request body of one exchange. */
export interface RequestSink {
  /** @returns Whether more may follow at once; else the sink calls `resumeRequest`. */
  onRequestBody(bytes: Buffer, start: number, end: number, lending: Lending): boolean;
  /** The body is complete. @param trailers Flat; null: there were none, or they end at this hop (http1.md F1). */
  onRequestEnd(trailers: readonly string[] | null): void;
  /** Calls back when the body bytes given so far have left, or never will. */
  whenRequestLeft(callback: () => void): void;
  /** The body broke the rules: the client is answered where it can be. Nothing further is called. */
  onRequestRefused(failure: Failure): void;
  /** The client is gone, or its body broke off. Nothing further is called. */
  onClientGone(): void;
}
