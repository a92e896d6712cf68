import type { ResponseHead } from '../http1/message.ts';
import type { RequestParts } from '../http2/session.ts';
import type { Lending, Wire, WireHandler } from '../lib/wire.ts';
import type { LiveEndpoint } from './endpoint.ts';
import type { ProxyError } from './proxy-error.ts';

/** Receives one attempt's answer. Called from the event loop; bytes as in `WireHandler`. */
export interface AttemptListener {
  /** A 1xx that is no switch. */
  onInterim(head: ResponseHead): void;
  /** The head and the first bytes of the body. `done`: this is all of it. */
  onResponse(
    head: ResponseHead,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): void;
  onBody(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void;
  /** The response is complete, with these trailers behind its body: flat, lower-case names. */
  onTrailers(trailers: readonly string[]): void;
  /** A 101 to a request that asked for it. `rest` came behind the head. @returns Who has the wire from now on. */
  onSwitch(head: ResponseHead, wire: Wire, rest: Buffer): WireHandler;
  /** Called instead of anything further. */
  onFailure(error: ProxyError): void;
  /** The request body may go on after `write` said no. */
  onWritable(): void;
  /** Calls back when the body bytes given so far have left. */
  whenBodyLeft(callback: () => void): void;
}

/** A request on its way to an endpoint: an HTTP/1.1 connection in use, or a stream of an HTTP/2 one. */
export interface Attempt {
  readonly endpoint: LiveEndpoint;
  /** A body that it has begun to send can be of use to no other attempt, unless the method is idempotent. */
  readonly committed: boolean;
  /** Local address of its socket, for the log; empty before it is connected. */
  readonly localAddress: string;
  /** Sends body bytes. @returns Whether more may follow at once; else `onWritable` tells. */
  write(bytes: Buffer, start: number, end: number, lending: Lending): boolean;
  /** The request is complete. @param trailers Flat, or null; HTTP/1.1 drops them (http1.md F1). */
  finish(trailers: readonly string[] | null): void;
  /** Calls back when all request bytes given so far have left, or never will. */
  whenDrained(callback: () => void): void;
  /** No more of the response until `resume()`. */
  pause(): void;
  resume(): void;
  /** Gives the attempt up; the listener hears nothing more. Nothing looks complete to the upstream. */
  abort(): void;
}

/** A request as its connection needs it, which one protocol decides. */
export interface AttemptRequest {
  readonly method: string;
  /** For HTTP/1.1: the whole head as it goes on the wire; else empty. */
  readonly head: string;
  /** For HTTP/2: what its head says; else null. */
  readonly fields: RequestParts | null;
  /** Bytes, 0 or CHUNKED. */
  readonly bodyLength: number;
  readonly upgrade: boolean;
  /** What a 101 must bring as `sec-websocket-accept`, when the key is ours; else the client looks at it. */
  readonly webSocketAccept?: string | null;
}
