import type { Refusal, RequestHead, ResponseHead } from '../http1/message.ts';
import type { Lending } from '../lib/wire.ts';
import type { ConnectionFault } from './errors.ts';
import type { HeaderBlock } from './hpack/header-block.ts';
import type { Http2Stream } from './stream.ts';

/** Who ended a stream before its time: the peer, the codec because the peer broke a rule, or the whole connection. */
export type ResetBy = 'peer' | 'rule' | 'connection';

/**
 * Receives what happens on a session, implemented by the driver. Called from inside the session's methods,
 * mostly `read`; every method of the session may be called from inside, except `read`. Bytes are those of
 * `read` and follow its lending.
 *
 * A stream tells, in this order: `onRequest` or `onRefused` (client: `onInterim`s and `onResponse`), any
 * `onData`, maybe `onTrailers`; and once, at whatever point, `onStreamEnd`, before which comes `onReset` where
 * something went wrong.
 */
export interface SessionListener<Owner> {
  /** Something waits for `flush`. Called once until then: let it leave at the end of the loop turn. */
  onOutput(): void;

  /** Server: a request that passed all rules. `block.neverIndexed` is for whoever encodes it again. */
  onRequest(stream: Http2Stream<Owner>, head: RequestHead, endStream: boolean, block: HeaderBlock): void;
  /** Server: a request that must be answered with this status; `block` is what could be read of it. */
  onRefused(stream: Http2Stream<Owner>, refusal: Refusal, endStream: boolean, block: HeaderBlock): void;
  /** Client: a 1xx. */
  onInterim(stream: Http2Stream<Owner>, head: ResponseHead): void;
  /** Client: the response's head. */
  onResponse(stream: Http2Stream<Owner>, head: ResponseHead, endStream: boolean, block: HeaderBlock): void;
  /** Body bytes; they count against the stream's window until `consumed`. May be empty at the end. */
  onData(
    stream: Http2Stream<Owner>,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    endStream: boolean,
  ): void;
  /** The message ends with these, flat. Not all are fit to be forwarded (http1.md F1). */
  onTrailers(stream: Http2Stream<Owner>, trailers: readonly string[]): void;
  /** All that `write` could not send at once is framed now: more is welcome. */
  onWritable(stream: Http2Stream<Owner>): void;
  /** The stream ended before its time; not called for resets by the driver. `onStreamEnd` follows. */
  onReset(stream: Http2Stream<Owner>, code: number, by: ResetBy, detail: string): void;
  /** The stream is over, in order or not: nothing may be done with it any more. */
  onStreamEnd(stream: Http2Stream<Owner>): void;

  /** The peer opens no more streams, or takes no more of ours; those it will not serve were reset before. */
  onGoAway(lastStreamId: number, code: number): void;
  /** The peer's settings are there, or have changed. */
  onSettings(): void;
  /** The end in order has begun: `finishGoAway` within 5 s, and `close` when no stream is open. */
  onDraining(): void;
  /** A PING of ours came back. */
  onPong(): void;
  /**
   * The peer sent a malformed message, or reset a stream or made us do so.
   *
   * @returns False if its address did so too often (http2.md, Limits): the connection ends.
   */
  onOffence(detail: string): boolean;
  /** The connection is over: flush what waits (a GOAWAY) and close. All streams were reset before. */
  onFault(fault: ConnectionFault): void;
}
