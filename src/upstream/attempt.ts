import type { ResponseHead } from '../http1/message.ts';
import type { Lending, Wire, WireHandler } from '../lib/wire.ts';
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
  /** A 101 to a request that asked for it. `rest` came behind the head. @returns Who has the wire from now on. */
  onSwitch(head: ResponseHead, wire: Wire, rest: Buffer): WireHandler;
  /** Called instead of anything further. */
  onFailure(error: ProxyError): void;
  /** The request body may go on after `write` said no. */
  onWritable(): void;
  /** Calls back when the body bytes given so far have left. */
  whenBodyLeft(callback: () => void): void;
}

/** A request as the connection needs it. */
export interface AttemptRequest {
  readonly method: string;
  /** The whole head as it goes on the wire. */
  readonly head: string;
  /** Bytes, 0 or CHUNKED. */
  readonly bodyLength: number;
  readonly upgrade: boolean;
  /** What a 101 must bring as `sec-websocket-accept`, when the key is ours; else the client looks at it. */
  readonly webSocketAccept?: string | null;
}
