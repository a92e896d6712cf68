import type { Lending } from '../lib/wire.ts';
import { Drain } from './drain.ts';
import { ERROR } from './errors.ts';
import { PREFACE } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import type { OutputBuffers, OutputSink } from './frame-writer.ts';
import { HeldFields } from './held-fields.ts';
import { fieldsRoom, type RequestFields, requestRoom } from './hpack/encoder.ts';
import { Inbound } from './inbound.ts';
import { MessageReader } from './message-reader.ts';
import { outgoingFields } from './outgoing-fields.ts';
import type { RequestRules } from './request-head.ts';
import { SessionCore } from './session-core.ts';
import { limitsFor, type SessionLimits } from './session-limits.ts';
import type { SessionListener } from './session-listener.ts';
import { SETTING, settingsFrame } from './settings.ts';
import { Http2Stream } from './stream.ts';

const NO_NAMES: readonly string[] = [];
/** RFC 9113 §6.9.2. */
const DEFAULT_CONNECTION_WINDOW = 65_535;

export interface SessionOptions {
  /** We are the server; else the client. */
  readonly server: boolean;
  /** Of the worker. */
  readonly buffers: OutputBuffers;
  /** Of a server; may be changed by `setRules`. */
  readonly rules: RequestRules;
  /** Of a server: what all connections of the worker hold. Without it this one alone is bounded. */
  readonly heldFields?: HeldFields;
  /** Of a client: streams that it may open before the first SETTINGS. */
  readonly streamsBeforeSettings?: number;
  /** Where they differ from those of the role. */
  readonly limits?: Partial<SessionLimits>;
}

export interface ResponseParts {
  /** 200 or above. */
  readonly status: number;
  /** Flat, lower-case names; without `content-length` and `te`. */
  readonly headers: readonly string[];
  /** Bytes to announce as `content-length`; below 0: none. */
  readonly bodyLength: number;
  /** Names whose values must stay literal, as the block they came from told (RFC 7541 §6.2.3). */
  readonly neverIndexed?: readonly string[];
}

export interface RequestParts extends RequestFields {
  /** Bytes to announce as `content-length`; below 0: none. */
  readonly bodyLength: number;
  /** Writes `te: trailers`. */
  readonly teTrailers: boolean;
}

/**
 * One HTTP/2 connection, either side: bytes in by `read`, frames out by `flush`, messages by the listener and
 * by the methods. RFC 9113, http2.md. It has no socket and no timer, and is told the time.
 *
 * The driver calls `open` first; `flush` at the end of a loop turn in which `onOutput` was called; `outputLeft`
 * when what was flushed has left; `consumed` as body bytes go on; `close` when the socket is gone. Methods on
 * streams that are closed, and all methods after the end of the connection, do nothing.
 */
export class Http2Session<Owner> {
  readonly #core: SessionCore<Owner>;
  readonly #reader: FrameReader;
  readonly #messages: MessageReader<Owner>;
  readonly #drain: Drain<Owner>;
  readonly #limits: SessionLimits;

  constructor(listener: SessionListener<Owner>, options: SessionOptions) {
    const { server, buffers, rules } = options;
    const limits = { ...limitsFor(server), ...options.limits };
    this.#limits = limits;
    const held = options.heldFields ?? new HeldFields(Number.POSITIVE_INFINITY);
    const core = new SessionCore(listener, server, buffers, held);
    this.#core = core;
    if (options.streamsBeforeSettings !== undefined)
      core.peer.maxConcurrentStreams = options.streamsBeforeSettings;
    this.#drain = new Drain(core);
    this.#messages = new MessageReader(core, rules, limits);
    const inbound = new Inbound(core, this.#messages, this.#drain, limits.connectionWindowBytes);
    this.#reader = new FrameReader(inbound, server);
    core.reader = this.#reader;
  }

  /** Writes what comes first: a client's preface, SETTINGS, the window of the connection. RFC 9113 §3.4. */
  open(): void {
    const { server, writer } = this.#core;
    const { maxStreams, maxListBytes, streamWindowBytes, connectionWindowBytes } = this.#limits;
    const entries: [number, number][] = [
      [SETTING.initialWindowSize, streamWindowBytes],
      [SETTING.maxHeaderListSize, maxListBytes],
    ];
    if (server) entries.push([SETTING.maxConcurrentStreams, maxStreams]);
    if (server) entries.push([SETTING.enableConnectProtocol, 1]);
    if (!server) entries.push([SETTING.enablePush, 0]);
    if (!server) writer.raw(PREFACE);
    writer.raw(settingsFrame(entries));
    const increment = connectionWindowBytes - DEFAULT_CONNECTION_WINDOW;
    if (increment > 0) writer.windowUpdate(0, increment);
  }

  // --- the connection

  /** Takes what was read. @param nowMs Monotonic milliseconds. */
  read(bytes: Buffer, start: number, end: number, lending: Lending, nowMs: number): void {
    const core = this.#core;
    core.nowMs = nowMs;
    this.#reader.read(bytes, start, end, lending);
    if (core.server && core.streams.opened >= this.#limits.maxTotalStreams) this.#drain.begin();
  }

  /**
   * Hands over all that waits, also after the end of the connection. Data of which more is to come waits until
   * `outputLeft` tells that this has left.
   *
   * @returns For `outputLeft`.
   */
  flush(sink: OutputSink): number {
    const flush = this.#core.writer.flush(sink);
    this.#core.queue.flushed();
    return flush;
  }

  /** The kernel has taken what this `flush`, and those before it, handed over. */
  outputLeft(flush: number): void {
    this.#core.writer.left(flush);
    this.#core.queue.pump();
  }

  /** Pieces that `flush` will write: above one it is worth to cork the socket. */
  get pendingParts(): number {
    return this.#core.writer.pendingParts;
  }

  /** Streams that are not over. */
  get openStreams(): number {
    return this.#core.streams.count;
  }

  /** The streams that are open now. */
  streams(): readonly Http2Stream<Owner>[] {
    return [...this.#core.streams.values()];
  }

  /** Streams that the peer, or as a client we, opened so far. */
  get totalStreams(): number {
    return this.#core.streams.opened;
  }

  /** The peer's SETTINGS are there. */
  get settled(): boolean {
    return this.#core.peer.received;
  }

  /** The connection is over: `close` or a fault. */
  get dead(): boolean {
    return this.#core.dead;
  }

  /** `goAway` was called, or the connection has had all the streams it may have. */
  get draining(): boolean {
    return this.#drain.begun;
  }

  /** In the middle of a frame, a field block or the preface: an end now is not in order. */
  get midway(): boolean {
    return this.#reader.midway;
  }

  /** For requests that come from now on. */
  setRules(rules: RequestRules): void {
    this.#messages.rules = rules;
  }

  /** Begins the end in order; open streams are served. `finishGoAway` follows by itself after a round trip. */
  goAway(): void {
    this.#drain.begin();
  }

  /** The second GOAWAY, with the true last stream: for when no round trip ended within 5 s. */
  finishGoAway(): void {
    this.#drain.finish();
  }

  /** Ends the connection with this code at once: GOAWAY, `onReset` for every stream, `onFault`. */
  fail(code: number, detail: string): void {
    this.#core.fail(code, detail);
  }

  /** The socket is gone: `onReset` for every stream, buffers are given back. */
  close(): void {
    this.#core.end({ code: ERROR.cancel, detail: 'the connection is gone' });
    this.#core.writer.drop();
  }

  /** Asks for a sign of life: `onPong`. One at a time. */
  ping(): void {
    this.#drain.ping();
  }

  // --- streams

  /** Server: writes an interim response. @returns False if the encoder refused it; nothing was sent then. */
  inform(stream: Http2Stream<Owner>, status: number, headers: readonly string[]): boolean {
    return this.#respond(stream, status, headers, NO_NAMES, false);
  }

  /**
   * Server: writes the response's head; a body follows by `write` and `end`.
   *
   * @returns False if a field must not be sent (hpack/encoder.ts, the second lock); nothing was sent then.
   */
  respond(stream: Http2Stream<Owner>, parts: ResponseParts, endStream: boolean): boolean {
    const { status, headers, bodyLength, neverIndexed } = parts;
    const announced = status === 204 ? -1 : bodyLength;
    const fields = outgoingFields(headers, announced, false);
    return fields !== null && this.#respond(stream, status, fields, neverIndexed ?? NO_NAMES, endStream);
  }

  #respond(
    stream: Http2Stream<Owner>,
    status: number,
    headers: readonly string[],
    neverIndexed: readonly string[],
    endStream: boolean,
  ): boolean {
    const core = this.#core;
    if (core.dead || stream.closed || stream.localClosed) return true;
    const { writer } = core;
    const { bytes, at } = writer.beginBlock(fieldsRoom(headers));
    const end = core.encoder.encodeResponse({ status, headers, neverIndexed }, bytes, at);
    if (end < 0) return false;
    writer.endBlock(stream.id, end, endStream);
    if (endStream) core.closeLocal(stream);
    return true;
  }

  /** Client: another request may be sent now. */
  get canOpen(): boolean {
    const { dead, server, peerGone, streams } = this.#core;
    return (
      !(dead || server || peerGone || this.#drain.begun || streams.nextId === 0) &&
      streams.count < this.allowedStreams &&
      streams.opened < this.#limits.maxTotalStreams
    );
  }

  /** Client: streams that may be open at once, by the server's word and our own bound. */
  get allowedStreams(): number {
    return Math.min(this.#core.peer.maxConcurrentStreams, this.#limits.maxStreams);
  }

  /** The peer has said good-bye by GOAWAY. */
  get peerLeaves(): boolean {
    return this.#core.peerGone;
  }

  /** Client: the server takes an extended CONNECT. RFC 8441 §3. */
  get connectProtocol(): boolean {
    return this.#core.peer.connectProtocol;
  }

  /**
   * Client: opens a stream with this request; a body follows by `write` and `end`. Only while `canOpen`.
   *
   * @returns null if a part must not be sent (hpack/encoder.ts, the second lock); nothing was sent then.
   */
  request(parts: RequestParts, owner: Owner, endStream: boolean): Http2Stream<Owner> | null {
    if (!this.canOpen) throw new Error('no stream can be opened on this connection: ask canOpen first');
    const { method, scheme, authority, path, protocol, neverIndexed, bodyLength, teTrailers } = parts;
    const headers = outgoingFields(parts.headers, bodyLength, teTrailers);
    if (headers === null) return null;
    const core = this.#core;
    const { writer, streams } = core;
    const fields = { method, scheme, authority, path, protocol, headers, neverIndexed };
    const { bytes, at } = writer.beginBlock(requestRoom(fields));
    const end = core.encoder.encodeRequest(fields, bytes, at);
    if (end < 0) return null;
    const id = streams.nextId;
    writer.endBlock(id, end, endStream);
    const { streamWindowBytes } = this.#limits;
    const stream = new Http2Stream<Owner>(id, method, streamWindowBytes, core.peer.initialWindowBytes);
    stream.owner = owner;
    stream.localClosed = endStream;
    streams.lastId = id;
    streams.opened++;
    core.guard.streamOpened();
    streams.add(stream);
    return stream;
  }

  /**
   * Sends body bytes as far as windows allow, and holds the rest: borrowed bytes as a copy, others by
   * reference, until `isClear`.
   *
   * @param endStream This is the end of the message.
   * @returns Whether more is welcome at once; else `onWritable` tells.
   */
  write(
    stream: Http2Stream<Owner>,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    endStream: boolean,
  ): boolean {
    if (this.#core.dead || stream.closed || stream.localClosed) return true;
    return this.#core.queue.write(stream, bytes, start, end, lending, endStream);
  }

  /** Ends our side behind what is queued. @param trailers Flat; those that must not be sent are all left out. */
  end(stream: Http2Stream<Owner>, trailers: readonly string[] | null = null): void {
    if (this.#core.dead || stream.closed || stream.localClosed) return;
    this.#core.queue.end(stream, trailers);
  }

  /** Gives a stream up: RST_STREAM and `onStreamEnd`. No `onReset`. */
  reset(stream: Http2Stream<Owner>, code: number): void {
    if (this.#core.dead || stream.closed) return;
    this.#core.rst(stream.id, code);
    this.#core.close(stream);
  }

  /** Body bytes of the peer went on: it may send as many more. */
  consumed(stream: Http2Stream<Owner>, count: number): void {
    this.#core.consumed(stream, count);
  }

  /** Nothing that was given to `write` for this stream by reference is in use any more. */
  isClear(stream: Http2Stream<Owner>): boolean {
    return this.#core.queue.isClear(stream);
  }
}
