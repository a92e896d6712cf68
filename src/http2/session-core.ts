import { OWNED } from '../lib/wire.ts';
import { type ConnectionFault, ERROR } from './errors.ts';
import { FloodGuard } from './flood-guard.ts';
import { FrameWriter, type OutputBuffers } from './frame-writer.ts';
import type { HeldFields } from './held-fields.ts';
import { fieldsRoom, HpackEncoder } from './hpack/encoder.ts';
import { SendQueue } from './send-queue.ts';
import type { SessionListener } from './session-listener.ts';
import { PeerSettings } from './settings.ts';
import type { Http2Stream } from './stream.ts';
import { StreamTable } from './stream-table.ts';

/** http2.md, Limits. */
const MAX_ANSWERS_WAITING = 1000;
const MAX_FRAMES_WAITING = 10_000;
const NO_NAMES: readonly string[] = [];
const EMPTY = Buffer.alloc(0);

/** What reading and writing of one connection share: its streams, its output, and how things end. */
export class SessionCore<Owner> {
  readonly listener: SessionListener<Owner>;
  readonly server: boolean;
  readonly streams: StreamTable<Owner>;
  readonly writer: FrameWriter;
  readonly queue: SendQueue<Owner>;
  readonly encoder = new HpackEncoder();
  readonly guard = new FloodGuard();
  readonly peer = new PeerSettings();
  /** Of the read under way, or the last one. */
  nowMs = 0;
  /** Nothing more is read or written. */
  dead = false;
  /** The true last identifier was announced: streams above it are refused. */
  lastServedId = -1;
  /** The peer takes no more streams of ours. */
  peerGone = false;
  reader: { stop(): void } | null = null;

  constructor(listener: SessionListener<Owner>, server: boolean, buffers: OutputBuffers, held: HeldFields) {
    this.listener = listener;
    this.server = server;
    this.streams = new StreamTable(server, held);
    this.writer = new FrameWriter(buffers, () => listener.onOutput());
    this.queue = new SendQueue(this.writer, {
      onDataSent: () => this.guard.dataSent(),
      onQueueEmpty: (stream) => listener.onWritable(stream),
      onLocalEnd: (stream) => this.#onLocalEnd(stream),
    });
  }

  /** The connection cannot go on: GOAWAY, and every stream is reset. RFC 9113 §5.4.1. */
  fail(code: number, detail: string): void {
    if (this.dead) return;
    this.writer.goAway(this.server ? this.streams.lastId : 0, code);
    this.end({ code, detail });
    this.listener.onFault({ code, detail });
  }

  /** Every stream is reset without a frame; nothing further is read or written. */
  end(fault: ConnectionFault): void {
    if (this.dead) return;
    this.dead = true;
    this.reader?.stop();
    for (const stream of [...this.streams.values()]) {
      this.listener.onReset(stream, fault.code, 'connection', fault.detail);
      this.close(stream);
    }
  }

  /** The peer broke a rule on this stream: RST_STREAM, and the driver is told. RFC 9113 §5.4.2. */
  resetByRule(stream: Http2Stream<Owner>, code: number, detail: string): void {
    if (stream.closed) return;
    this.rst(stream.id, code);
    this.listener.onReset(stream, code, 'rule', detail);
    this.close(stream);
    this.offence(detail);
  }

  /** RST_STREAM for a stream that may not exist (any more); frames on their way to it will be ignored. */
  rst(id: number, code: number): void {
    this.writer.rstStream(id, code);
    this.streams.rememberReset(id);
  }

  /** A reset that the peer sent or made us send: counts against it. CVE-2023-44487, CVE-2025-8671. */
  offence(detail: string): void {
    // A server's resets harm nobody but itself.
    if (!this.server || this.dead) return;
    if (!this.guard.reset(this.nowMs)) this.calm('too many resets');
    else if (!this.listener.onOffence(detail)) this.calm('too many resets by this address');
  }

  /** A message broke the rules: counts against the peer beside the reset. */
  malformed(): void {
    if (!this.guard.malformed()) this.calm('too many malformed messages');
  }

  calm(detail: string): void {
    this.fail(ERROR.enhanceYourCalm, detail);
  }

  /** Ends the connection when too much waits to be written. http2.md, Limits. */
  checkOutput(): void {
    if (this.writer.answersWaiting > MAX_ANSWERS_WAITING) this.calm('too many answers wait to be written');
    else if (this.writer.framesWaiting > MAX_FRAMES_WAITING) this.calm('too many frames wait to be written');
  }

  /** Bytes of the stream went on: the peer may send as many more. */
  consumed(stream: Http2Stream<Owner>, count: number): void {
    const increment = stream.recvWindow.give(count);
    if (increment > 0 && !stream.remoteClosed && !stream.closed && !this.dead)
      this.writer.windowUpdate(stream.id, increment);
  }

  /** The peer has ended its side, which the driver knows. */
  closeRemote(stream: Http2Stream<Owner>): void {
    if (stream.localClosed && !stream.closed) this.close(stream);
  }

  /** Our END_STREAM was written. */
  closeLocal(stream: Http2Stream<Owner>): void {
    if (stream.closed) return;
    stream.localClosed = true;
    if (stream.remoteClosed) {
      this.close(stream);
    } else if (this.server && stream.expectedBytes !== stream.receivedBytes) {
      // The rest of the request is not wanted by anybody. RFC 9113 §8.1. No fault of the client.
      this.rst(stream.id, ERROR.noError);
      this.close(stream);
    }
  }

  close(stream: Http2Stream<Owner>): void {
    if (stream.closed) return;
    stream.closed = true;
    this.queue.drop(stream);
    this.streams.remove(stream);
    this.listener.onStreamEnd(stream);
  }

  /** END_STREAM was written with data, or is due with trailers; trailers that the encoder refuses are left out. */
  #onLocalEnd(stream: Http2Stream<Owner>): void {
    const { trailers } = stream;
    if (trailers !== null) {
      stream.trailers = null;
      this.#writeTrailers(stream.id, trailers);
    }
    this.closeLocal(stream);
  }

  #writeTrailers(id: number, trailers: readonly string[]): void {
    if (this.#encodeTrailers(id, trailers)) return;
    // A frame without data is the plainest end.
    this.writer.data(id, EMPTY, 0, 0, OWNED, true);
  }

  #encodeTrailers(id: number, trailers: readonly string[]): boolean {
    const { writer, encoder } = this;
    const place = writer.beginBlock(fieldsRoom(trailers));
    const end = encoder.encodeTrailers(trailers, NO_NAMES, place.bytes, place.at);
    if (end < 0) return false;
    writer.endBlock(id, end, true);
    return true;
  }
}
