import { BORROWED, type Lending, OWNED } from '../lib/wire.ts';
import { MAX_PAYLOAD_BYTES, MAX_UINT31 } from './frame.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { Http2Stream, QueuedData } from './stream.ts';

/** Before any SETTINGS, and for connections always. RFC 9113 §6.9.2. */
const INITIAL_CONNECTION_WINDOW = 65_535;
/** Data framed in one loop turn; more waits until this has left, so that streams share what the wire takes. */
const TURN_BYTES = 256 * 1024;
const NOTHING = Buffer.alloc(0);

/** Told by the queue, from inside `write`, `end` and `pump`. */
export interface SendEvents<Owner> {
  /** A DATA frame was written. */
  onDataSent(): void;
  /** All that was queued on the stream is framed, and more may come. */
  onQueueEmpty(stream: Http2Stream<Owner>): void;
  /** The last frame of our side is due: END_STREAM was written with data, or the trailers are to be written. */
  onLocalEnd(stream: Http2Stream<Owner>): void;
}

/**
 * Sends bodies within the windows of streams and connection (RFC 9113 §5.2). Streams that have something to
 * send and a window stand in a ring and send a frame each in turn: none starves.
 */
export class SendQueue<Owner> {
  readonly #writer: FrameWriter;
  readonly #events: SendEvents<Owner>;
  #window = INITIAL_CONNECTION_WINDOW;
  #first: Http2Stream<Owner> | null = null;
  #last: Http2Stream<Owner> | null = null;
  /** The last DATA frame, as the writer counts frames; and the last one that was flushed. */
  #lastData = 0;
  #lastFlushed = 0;
  #pumping = false;

  constructor(writer: FrameWriter, events: SendEvents<Owner>) {
    this.#writer = writer;
    this.#events = events;
  }

  /** Bytes that the peer takes on the connection. */
  get window(): number {
    return this.#window;
  }

  /**
   * Sends body bytes, or queues what no window takes yet; borrowed bytes are copied.
   *
   * @returns Whether nothing waits: else `onQueueEmpty` tells when more is welcome.
   */
  write(
    stream: Http2Stream<Owner>,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    endStream: boolean,
  ): boolean {
    let at = start;
    if (stream.queuedBytes === 0 && this.#first === null && this.#hasRoom()) {
      while (at < end) {
        const length = Math.min(end - at, MAX_PAYLOAD_BYTES, this.#window, stream.sendWindow);
        if (length <= 0 || !this.#hasRoom()) break;
        const last = endStream && at + length === end;
        this.#frame(stream, bytes, at, at + length, lending, last);
        at += length;
        if (last) return true;
      }
    }
    if (at < end) this.#enqueue(stream, bytes, at, end, lending);
    if (endStream) {
      stream.endQueued = true;
      this.#makeReady(stream);
      this.pump();
    }
    return stream.queuedBytes === 0;
  }

  /** Ends our side behind what is queued, with trailers or without. */
  end(stream: Http2Stream<Owner>, trailers: readonly string[] | null): void {
    if (trailers === null) stream.endQueued = true;
    else stream.trailers = trailers;
    this.#makeReady(stream);
    this.pump();
  }

  /** Lets the streams of the ring send until a window or the turn ends. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let stream = this.#first; stream !== null; stream = this.#first) {
      if (stream.closed || !stream.sendable) {
        this.#takeFirst(stream);
        continue;
      }
      if (stream.queuedBytes === 0) {
        this.#takeFirst(stream);
        this.#finish(stream);
        continue;
      }
      if (this.#window <= 0 || !this.#hasRoom()) break;
      this.#takeFirst(stream);
      this.#sendOne(stream);
    }
    this.#pumping = false;
  }

  /** The peer takes more on a stream. @returns False if its window would pass 2^31−1. RFC 9113 §6.9.1. */
  enlargeStream(stream: Http2Stream<Owner>, increment: number): boolean {
    if (stream.sendWindow + increment > MAX_UINT31) return false;
    stream.sendWindow += increment;
    this.#makeReady(stream);
    return true;
  }

  /** The peer takes more on the connection. @returns As `enlargeStream`. */
  enlargeConnection(increment: number): boolean {
    if (this.#window + increment > MAX_UINT31) return false;
    this.#window += increment;
    return true;
  }

  /** What waits on a closed stream is given up. */
  drop(stream: Http2Stream<Owner>): void {
    stream.firstQueued = null;
    stream.lastQueued = null;
    stream.queuedBytes = 0;
    stream.endQueued = false;
    stream.trailers = null;
  }

  /** The output was handed to the wire. Until its data has left no more is framed. */
  flushed(): void {
    this.#lastFlushed = this.#lastData;
  }

  /** Nothing that was given for this stream by reference is in use any more. */
  isClear(stream: Http2Stream<Owner>): boolean {
    return stream.queuedBytes === 0 && stream.lastData <= this.#writer.framesLeft;
  }

  #hasRoom(): boolean {
    return this.#lastFlushed <= this.#writer.framesLeft && this.#writer.pendingBytes < TURN_BYTES;
  }

  #frame(
    stream: Http2Stream<Owner>,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    endStream: boolean,
  ): void {
    this.#writer.data(stream.id, bytes, start, end, lending, endStream);
    this.#lastData = this.#writer.framesWritten;
    stream.lastData = this.#lastData;
    stream.sendWindow -= end - start;
    this.#window -= end - start;
    this.#events.onDataSent();
    if (endStream) this.#events.onLocalEnd(stream);
  }

  #enqueue(stream: Http2Stream<Owner>, bytes: Buffer, start: number, end: number, lending: Lending): void {
    const copied = lending === BORROWED;
    const data: QueuedData = copied
      ? {
          bytes: Buffer.from(bytes.subarray(start, end)),
          start: 0,
          end: end - start,
          lending: OWNED,
          next: null,
        }
      : { bytes, start, end, lending, next: null };
    if (stream.lastQueued === null) stream.firstQueued = data;
    else stream.lastQueued.next = data;
    stream.lastQueued = data;
    stream.queuedBytes += end - start;
    this.#makeReady(stream);
  }

  /** One frame of the stream's data; then it goes to the end of the ring. */
  #sendOne(stream: Http2Stream<Owner>): void {
    const data = stream.firstQueued as QueuedData;
    const length = Math.min(data.end - data.start, MAX_PAYLOAD_BYTES, this.#window, stream.sendWindow);
    const { bytes, start, lending } = data;
    data.start += length;
    stream.queuedBytes -= length;
    if (data.start === data.end) {
      stream.firstQueued = data.next;
      if (data.next === null) stream.lastQueued = null;
    }
    const last = stream.queuedBytes === 0 && stream.endQueued;
    if (last) stream.endQueued = false;
    this.#frame(stream, bytes, start, start + length, lending, last);
    if (last || stream.closed) return;
    this.#makeReady(stream);
    if (stream.queuedBytes === 0 && stream.trailers === null) this.#events.onQueueEmpty(stream);
  }

  /** No data is left: the end alone. A frame without data needs no window. */
  #finish(stream: Http2Stream<Owner>): void {
    if (stream.trailers !== null) {
      this.#events.onLocalEnd(stream);
    } else {
      stream.endQueued = false;
      this.#frame(stream, NOTHING, 0, 0, BORROWED, true);
    }
  }

  #makeReady(stream: Http2Stream<Owner>): void {
    if (stream.ready || !stream.sendable) return;
    stream.ready = true;
    stream.nextReady = null;
    if (this.#last === null) this.#first = stream;
    else this.#last.nextReady = stream;
    this.#last = stream;
  }

  #takeFirst(stream: Http2Stream<Owner>): void {
    this.#first = stream.nextReady;
    if (this.#first === null) this.#last = null;
    stream.nextReady = null;
    stream.ready = false;
  }
}
