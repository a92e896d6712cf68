import { type Lending, OWNED } from '../lib/wire.ts';
import { ERROR } from './errors.ts';
import { FLAG, FRAME, readUint31, readUint32 } from './frame.ts';
import type { FrameHandler } from './frame-reader.ts';
import type { MessageReader } from './message-reader.ts';
import { RecvWindow } from './recv-window.ts';
import type { SessionCore } from './session-core.ts';
import type { Http2Stream } from './stream.ts';

const EMPTY = Buffer.alloc(0);

/** What a PING that comes back was for. */
export interface PongHandler {
  onPong(payload: Buffer, start: number): void;
}

/** Acts on the frames of the peer: states of streams, windows, settings, floods. RFC 9113 §5, §6. */
export class Inbound<Owner> implements FrameHandler {
  readonly #core: SessionCore<Owner>;
  readonly #messages: MessageReader<Owner>;
  readonly #pongs: PongHandler;
  readonly #window: RecvWindow;
  /** Of the DATA frame under way; null: its data is nobody's. */
  #dataStream: Http2Stream<Owner> | null = null;
  #dataLeft = 0;
  #dataEnds = false;

  constructor(
    core: SessionCore<Owner>,
    messages: MessageReader<Owner>,
    pongs: PongHandler,
    connectionWindow: number,
  ) {
    this.#core = core;
    this.#messages = messages;
    this.#pongs = pongs;
    this.#window = new RecvWindow(connectionWindow);
  }

  onFault(code: number, detail: string): void {
    this.#core.fail(code, detail);
  }

  onUnknown(): void {
    if (!this.#core.guard.idleTalk()) this.#core.calm('too many frames of unknown type');
  }

  onEmptyBlockFrame(): void {
    if (!this.#core.guard.emptyFrame()) this.#core.calm('too many empty frames');
  }

  onFieldBlock(id: number, endStream: boolean, bytes: Buffer, start: number, end: number): void {
    if (end > start) this.#core.guard.fullFrame();
    this.#messages.onBlock(id, endStream, bytes, start, end);
    this.#core.checkOutput();
  }

  // --- data

  onDataHead(id: number, payloadBytes: number, dataBytes: number, endStream: boolean): void {
    const core = this.#core;
    this.#dataStream = null;
    if (core.streams.isIdle(id)) {
      core.fail(ERROR.protocolError, 'DATA on a stream that was never opened');
      return;
    }
    if (!this.#window.take(payloadBytes)) {
      core.fail(ERROR.flowControlError, 'DATA beyond the window of the connection');
      return;
    }
    // Given back when it is taken in: a stream that stalls never stops the others (http2.md, Limits).
    const credit = this.#window.give(payloadBytes);
    if (credit > 0) core.writer.windowUpdate(0, credit);
    if (dataBytes > 0) core.guard.fullFrame();
    else if (!endStream && !core.guard.emptyFrame()) {
      core.calm('too many empty frames');
      return;
    }
    const stream = core.streams.get(id);
    if (stream === undefined) this.#onDataOfClosed(id);
    else if (this.#accepts(stream, payloadBytes, dataBytes, endStream)) {
      this.#dataStream = stream;
      this.#dataLeft = dataBytes;
      this.#dataEnds = endStream;
      const padding = payloadBytes - dataBytes;
      if (padding > 0 && !endStream) core.consumed(stream, padding);
      if (dataBytes === 0 && endStream) this.#deliver(stream, EMPTY, 0, 0, OWNED, true);
    }
  }

  onDataBytes(bytes: Buffer, start: number, end: number, lending: Lending): void {
    const stream = this.#dataStream;
    this.#dataLeft -= end - start;
    if (stream === null || stream.closed) return;
    this.#deliver(stream, bytes, start, end, lending, this.#dataEnds && this.#dataLeft === 0);
  }

  #deliver(
    stream: Http2Stream<Owner>,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    endStream: boolean,
  ): void {
    if (endStream) stream.remoteClosed = true;
    this.#core.listener.onData(stream, bytes, start, end, lending, endStream);
    if (endStream) this.#core.closeRemote(stream);
  }

  /** Checks states, the stream's window and what `content-length` announced. RFC 9113 §5.1, §6.9, §8.1.1. */
  #accepts(stream: Http2Stream<Owner>, payloadBytes: number, dataBytes: number, endStream: boolean): boolean {
    const core = this.#core;
    if (stream.remoteClosed) {
      core.resetByRule(stream, ERROR.streamClosed, 'DATA behind END_STREAM');
      return false;
    }
    if (!stream.recvWindow.take(payloadBytes)) {
      core.resetByRule(stream, ERROR.flowControlError, 'DATA beyond the window of the stream');
      return false;
    }
    stream.receivedBytes += dataBytes;
    const { expectedBytes, receivedBytes } = stream;
    const differs = endStream ? receivedBytes !== expectedBytes : receivedBytes > expectedBytes;
    const early = !core.server && !stream.responded;
    if (early || (expectedBytes >= 0 && differs)) {
      const detail = early ? 'DATA before the response head' : 'DATA and content-length differ';
      core.resetByRule(stream, ERROR.protocolError, detail);
      core.malformed();
      return false;
    }
    return true;
  }

  /** Frames may be on their way to a stream that we reset; to others they must not be. RFC 9113 §5.1. */
  #onDataOfClosed(id: number): void {
    const core = this.#core;
    if (core.streams.wasReset(id)) return;
    core.rst(id, ERROR.streamClosed);
    core.offence('DATA on a closed stream');
    core.checkOutput();
  }

  // --- control

  onControl(type: number, flags: number, id: number, bytes: Buffer, start: number, end: number): void {
    switch (type) {
      case FRAME.priority:
        this.#onPriority(id, end - start);
        return;
      case FRAME.rstStream:
        this.#onRstStream(id, readUint32(bytes, start));
        return;
      case FRAME.settings:
        if ((flags & FLAG.ack) === 0) this.#onSettings(bytes, start, end);
        return;
      case FRAME.ping:
        if ((flags & FLAG.ack) !== 0) {
          this.#pongs.onPong(bytes, start);
          return;
        }
        this.#core.writer.ping(bytes, start, true);
        this.#core.checkOutput();
        return;
      case FRAME.goAway:
        this.#onGoAway(readUint31(bytes, start), readUint32(bytes, start + 4));
        return;
      default:
        this.#onWindowUpdate(id, readUint31(bytes, start));
    }
  }

  /** Priorities are of the past, also one that depends on itself: RFC 9113 §5.3.2. */
  #onPriority(id: number, length: number): void {
    const core = this.#core;
    if (!core.guard.idleTalk()) {
      core.calm('too many PRIORITY frames');
      return;
    }
    if (length === 5) return;
    const stream = core.streams.get(id);
    if (stream === undefined) core.fail(ERROR.frameSizeError, 'PRIORITY must have 5 bytes');
    else core.resetByRule(stream, ERROR.frameSizeError, 'PRIORITY must have 5 bytes');
  }

  #onRstStream(id: number, code: number): void {
    const core = this.#core;
    if (core.streams.isIdle(id)) {
      core.fail(ERROR.protocolError, 'RST_STREAM on a stream that was never opened');
      return;
    }
    const stream = core.streams.get(id);
    if (stream !== undefined) {
      core.listener.onReset(stream, code, 'peer', 'reset by the peer');
      core.close(stream);
    }
    core.offence('reset by the client');
  }

  #onSettings(bytes: Buffer, start: number, end: number): void {
    const core = this.#core;
    const { peer } = core;
    const windowBefore = peer.initialWindowBytes;
    const fault = peer.apply(bytes, start, end, !core.server);
    if (fault !== null) {
      core.fail(fault.code, fault.detail);
      return;
    }
    core.encoder.setPeerTableBytes(peer.headerTableSize);
    core.writer.settingsAck();
    core.checkOutput();
    const change = peer.initialWindowBytes - windowBefore;
    if (change !== 0 && !core.dead) this.#changeInitialWindow(change);
    if (!core.dead) core.listener.onSettings();
  }

  /** RFC 9113 §6.9.2. Windows may become negative. */
  #changeInitialWindow(change: number): void {
    const core = this.#core;
    for (const stream of core.streams.values()) {
      if (core.queue.enlargeStream(stream, change)) continue;
      core.fail(
        ERROR.flowControlError,
        'SETTINGS_INITIAL_WINDOW_SIZE makes the window of a stream too large',
      );
      return;
    }
    core.queue.pump();
  }

  #onGoAway(lastId: number, code: number): void {
    const core = this.#core;
    core.peerGone = true;
    if (!core.server) {
      // Nothing was done for these: they may be sent again elsewhere. RFC 9113 §6.8.
      for (const stream of [...core.streams.values()]) {
        if (stream.id <= lastId || stream.closed) continue;
        core.listener.onReset(stream, ERROR.refusedStream, 'peer', 'refused by GOAWAY');
        core.close(stream);
      }
    }
    core.listener.onGoAway(lastId, code);
  }

  #onWindowUpdate(id: number, increment: number): void {
    const core = this.#core;
    if (!core.guard.windowUpdate()) {
      core.calm('too many WINDOW_UPDATE frames');
      return;
    }
    if (id === 0) {
      if (increment === 0) core.fail(ERROR.protocolError, 'WINDOW_UPDATE must not be 0');
      else if (core.queue.enlargeConnection(increment)) core.queue.pump();
      else core.fail(ERROR.flowControlError, 'WINDOW_UPDATE makes the window of the connection too large');
      return;
    }
    if (core.streams.isIdle(id)) {
      core.fail(ERROR.protocolError, 'WINDOW_UPDATE on a stream that was never opened');
      return;
    }
    const stream = core.streams.get(id);
    if (stream === undefined) return;
    if (increment === 0) core.resetByRule(stream, ERROR.protocolError, 'WINDOW_UPDATE must not be 0');
    else if (core.queue.enlargeStream(stream, increment)) core.queue.pump();
    else
      core.resetByRule(
        stream,
        ERROR.flowControlError,
        'WINDOW_UPDATE makes the window of the stream too large',
      );
    core.checkOutput();
  }
}
