import { BORROWED, type Lending, OWNED } from '../lib/wire.ts';
import { FLAG, FRAME, FRAME_HEAD_BYTES, MAX_PAYLOAD_BYTES, writeFrameHead, writeUint32 } from './frame.ts';
import { SETTINGS_ACK } from './settings.ts';

/** What a wire writes in one piece, as text, when it is only borrowed. */
const BUFFER_BYTES = 16 * 1024;
/** Data up to here is cheaper copied beside its head than written as a piece of its own. */
const COPY_BYTES = 4096;
/** Buffers that a worker keeps; more are made when they are needed and left to the collector. */
const MAX_KEPT_BUFFERS = 256;

/** The output buffers of one worker: a session has one only from its first frame to the flush. */
export class OutputBuffers {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }

  giveBack(buffer: Buffer): void {
    if (this.#free.length < MAX_KEPT_BUFFERS) this.#free.push(buffer);
  }
}

/** Where the frames go: a `Wire`. What is BORROWED must be copied or written before the call returns. */
export interface OutputSink {
  writeBytes(bytes: Buffer, start: number, end: number, lending: Lending): void;
}

interface Part {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  readonly lending: Lending;
}

/**
 * Gathers frames until they are flushed, so that all of one loop turn leave together (DESIGN.md, the hot
 * path). Small ones stand in a lent buffer; large data is kept by reference.
 */
export class FrameWriter {
  readonly #buffers: OutputBuffers;
  /** The place that was given out last: one object for all of them. */
  readonly #place: { bytes: Buffer; at: number } = { bytes: Buffer.alloc(0), at: 0 };
  readonly #onOutput: () => void;
  #buffer: Buffer | null = null;
  /** Frames that are no part yet lie in `#buffer[#from, #length)`. */
  #from = 0;
  #length = 0;
  /** What comes before them: frames in full buffers, and data by reference with the heads between. */
  #parts: Part[] = [];
  #partBytes = 0;
  /** Lent buffers that only parts refer to. */
  #full: Buffer[] = [];
  #told = false;
  /** Frames written since the beginning, and how many of them have left. */
  framesWritten = 0;
  framesLeft = 0;
  /** Acknowledgements and resets, which a peer makes us send, that are not known to have left. */
  answersWaiting = 0;

  /** @param onOutput There is something to flush; called once until `flush`. */
  constructor(buffers: OutputBuffers, onOutput: () => void) {
    this.#buffers = buffers;
    this.#onOutput = onOutput;
  }

  /** Bytes that wait for `flush`. */
  get pendingBytes(): number {
    return this.#partBytes + this.#length - this.#from;
  }

  /** Pieces that `flush` will write: above one it is worth to cork the socket. */
  get pendingParts(): number {
    return this.#parts.length + (this.#length > this.#from ? 1 : 0);
  }

  /** Frames that were written and are not known to have left. */
  get framesWaiting(): number {
    return this.framesWritten - this.framesLeft;
  }

  /** What was flushed has left. @param flush As `flush` returned it. */
  left(flush: number): void {
    this.framesLeft = Math.max(this.framesLeft, flush);
    this.answersWaiting = Math.min(this.answersWaiting, this.framesWaiting);
  }

  /** Hands over all that waits. @returns Frames handed over since the beginning, for `left`. */
  flush(sink: OutputSink): number {
    this.#told = false;
    if (this.#parts.length > 0) {
      for (const { bytes, start, end, lending } of this.#parts) sink.writeBytes(bytes, start, end, lending);
    }
    const buffer = this.#buffer;
    if (buffer !== null && this.#length > this.#from)
      sink.writeBytes(buffer, this.#from, this.#length, buffer.length === BUFFER_BYTES ? BORROWED : OWNED);
    this.drop();
    return this.framesWritten;
  }

  /** Gives up what waits, and the buffers. */
  drop(): void {
    if (this.#buffer !== null) this.#giveBack(this.#buffer);
    this.#buffer = null;
    this.#from = 0;
    this.#length = 0;
    if (this.#parts.length === 0) return;
    for (const buffer of this.#full) this.#giveBack(buffer);
    this.#full = [];
    this.#parts = [];
    this.#partBytes = 0;
  }

  /** Appends bytes that are frames already. */
  raw(frames: Buffer): void {
    const { bytes, at } = this.#reserve(frames.length);
    frames.copy(bytes, at);
    this.#length += frames.length;
    this.framesWritten++;
  }

  settingsAck(): void {
    this.answersWaiting++;
    this.raw(SETTINGS_ACK);
  }

  /** @param payload 8 bytes at `start`. RFC 9113 §6.7. */
  ping(payload: Buffer, start: number, ack: boolean): void {
    const { bytes, at } = this.#frame(8, FRAME.ping, ack ? FLAG.ack : 0, 0);
    payload.copy(bytes, at, start, start + 8);
    if (ack) this.answersWaiting++;
  }

  rstStream(streamId: number, code: number): void {
    const { bytes, at } = this.#frame(4, FRAME.rstStream, 0, streamId);
    writeUint32(bytes, at, code);
    this.answersWaiting++;
  }

  goAway(lastStreamId: number, code: number): void {
    const { bytes, at } = this.#frame(8, FRAME.goAway, 0, 0);
    writeUint32(bytes, writeUint32(bytes, at, lastStreamId), code);
  }

  windowUpdate(streamId: number, increment: number): void {
    const { bytes, at } = this.#frame(4, FRAME.windowUpdate, 0, streamId);
    writeUint32(bytes, at, increment);
  }

  /**
   * Makes room for a field block of at most `room` bytes. The caller encodes it to `bytes` from `at` and
   * calls `endBlock`, or nothing if it gives up.
   */
  beginBlock(room: number): { readonly bytes: Buffer; readonly at: number } {
    const frames = 1 + Math.floor(room / MAX_PAYLOAD_BYTES);
    const place = this.#reserve(room + frames * FRAME_HEAD_BYTES);
    this.#place.at = place.at + FRAME_HEAD_BYTES;
    return place;
  }

  /** Frames the block that ends at `end`: HEADERS, and CONTINUATION as far as needed. RFC 9113 §6.10. */
  endBlock(streamId: number, end: number, endStream: boolean): void {
    const bytes = this.#buffer as Buffer;
    const start = this.#length + FRAME_HEAD_BYTES;
    const flags = endStream ? FLAG.endStream : 0;
    this.framesWritten++;
    if (end - start <= MAX_PAYLOAD_BYTES) {
      writeFrameHead(bytes, this.#length, end - start, FRAME.headers, flags | FLAG.endHeaders, streamId);
      this.#length = end;
      return;
    }
    const more = Math.ceil((end - start) / MAX_PAYLOAD_BYTES) - 1;
    // From the last piece to the first each moves back, to make room for the heads before it.
    for (let piece = more; piece > 0; piece--) {
      const from = start + piece * MAX_PAYLOAD_BYTES;
      const length = Math.min(end - from, MAX_PAYLOAD_BYTES);
      const to = from + piece * FRAME_HEAD_BYTES;
      bytes.copyWithin(to, from, from + length);
      const last = piece === more ? FLAG.endHeaders : 0;
      writeFrameHead(bytes, to - FRAME_HEAD_BYTES, length, FRAME.continuation, last, streamId);
    }
    writeFrameHead(bytes, this.#length, MAX_PAYLOAD_BYTES, FRAME.headers, flags, streamId);
    this.#length = end + more * FRAME_HEAD_BYTES;
    this.framesWritten += more;
  }

  /** A DATA frame of at most 16 KiB. Borrowed and short data is copied, the rest kept by reference. */
  data(
    streamId: number,
    source: Buffer,
    start: number,
    end: number,
    lending: Lending,
    endStream: boolean,
  ): void {
    const length = end - start;
    const copied = length <= COPY_BYTES || lending === BORROWED;
    const { bytes, at } = this.#reserve(FRAME_HEAD_BYTES + (copied ? length : 0));
    const from = writeFrameHead(bytes, at, length, FRAME.data, endStream ? FLAG.endStream : 0, streamId);
    this.framesWritten++;
    if (copied) {
      source.copy(bytes, from, start, end);
      this.#length = from + length;
      return;
    }
    this.#length = from;
    this.#cut();
    this.#parts.push({ bytes: source, start, end, lending });
    this.#partBytes += length;
  }

  #frame(length: number, type: number, flags: number, streamId: number): { bytes: Buffer; at: number } {
    const place = this.#reserve(FRAME_HEAD_BYTES + length);
    place.at = writeFrameHead(place.bytes, place.at, length, type, flags, streamId);
    this.#length += FRAME_HEAD_BYTES + length;
    this.framesWritten++;
    return place;
  }

  /** Room for `count` bytes in one piece. */
  #reserve(count: number): { bytes: Buffer; at: number } {
    if (!this.#told) {
      this.#told = true;
      this.#onOutput();
    }
    if (this.#buffer === null || this.#buffer.length - this.#length < count) {
      this.#seal();
      this.#buffer = count <= BUFFER_BYTES ? this.#buffers.take() : Buffer.allocUnsafe(count);
    }
    this.#place.bytes = this.#buffer as Buffer;
    this.#place.at = this.#length;
    return this.#place;
  }

  /** What is in the buffer becomes a part. */
  #cut(): void {
    const bytes = this.#buffer;
    if (bytes === null || this.#length === this.#from) return;
    const lending = bytes.length === BUFFER_BYTES ? BORROWED : OWNED;
    this.#parts.push({ bytes, start: this.#from, end: this.#length, lending });
    this.#partBytes += this.#length - this.#from;
    this.#from = this.#length;
  }

  /** The next frame gets another buffer. */
  #seal(): void {
    const bytes = this.#buffer;
    if (bytes === null) return;
    this.#cut();
    if (this.#length === 0) this.#giveBack(bytes);
    else this.#full.push(bytes);
    this.#buffer = null;
    this.#from = 0;
    this.#length = 0;
  }

  /** Those made to measure go to the collector. */
  #giveBack(buffer: Buffer): void {
    if (buffer.length === BUFFER_BYTES) this.#buffers.giveBack(buffer);
  }
}
