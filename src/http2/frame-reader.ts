import { ByteStash } from '../lib/byte-stash.ts';
import type { Lending } from '../lib/wire.ts';
import { ERROR } from './errors.ts';
import { FLAG, FRAME, FRAME_HEAD_BYTES, PREFACE, readUint31 } from './frame.ts';
import { checkFrameHead, FRAME_FAULT_CODE } from './frame-rules.ts';

/** CONTINUATION frames in one block, empty ones included (http2.md, Limits). */
const MAX_CONTINUATIONS = 8;
/** Of a GOAWAY only this is looked at; debug data behind it is skipped. RFC 9113 §6.8. */
const GOAWAY_BYTES = 8;

/**
 * Receives what a frame reader finds, from inside its `read`. Bytes are those of that read or of the reader:
 * valid until the call returns. It may `stop` the reader.
 */
export interface FrameHandler {
  /** PRIORITY, RST_STREAM, SETTINGS, PING, GOAWAY or WINDOW_UPDATE, whole; of a GOAWAY the first 8 bytes. */
  onControl(type: number, flags: number, streamId: number, bytes: Buffer, start: number, end: number): void;
  /** A complete field block, without padding and priority. Its continuations are in it. RFC 9113 §4.3. */
  onFieldBlock(streamId: number, endStream: boolean, bytes: Buffer, start: number, end: number): void;
  /** A HEADERS without END_STREAM or a CONTINUATION that brings no byte of a block. */
  onEmptyBlockFrame(): void;
  /**
   * A DATA frame begins; where it has no data, it is also its end.
   *
   * @param payloadBytes All that counts for flow control, padding included. RFC 9113 §6.9.1.
   * @param dataBytes Without padding.
   */
  onDataHead(streamId: number, payloadBytes: number, dataBytes: number, endStream: boolean): void;
  /** Some of the data of the frame that began last. Never empty. */
  onDataBytes(bytes: Buffer, start: number, end: number, lending: Lending): void;
  /** A frame of a type that RFC 9113 does not know begins; it is skipped. RFC 9113 §4.1, §5.5. */
  onUnknown(type: number): void;
  /** The connection cannot go on. The reader has stopped. */
  onFault(code: number, detail: string): void;
}

/** What the next byte belongs to. */
const STATE = {
  preface: 0,
  head: 1,
  /** A payload that is handed over whole. */
  whole: 2,
  /** The pad length of a DATA frame. */
  dataPad: 3,
  data: 4,
  /** Padding, or what nobody looks at. */
  skip: 5,
  stopped: 6,
} as const;

/**
 * Finds the frames of one direction of a connection however its bytes are cut, and checks what a frame must
 * be by itself and by the frame before it: size, stream identifier, padding, order of CONTINUATION (RFC 9113
 * §4, §6). Data is handed on as it comes; every other payload whole.
 */
export class FrameReader {
  readonly #handler: FrameHandler;
  #state: number;
  /** Bytes of the preface, or of a frame's head, that came in earlier reads. */
  #had = 0;
  readonly #head = Buffer.alloc(FRAME_HEAD_BYTES);
  #type = 0;
  #flags = 0;
  #streamId = 0;
  #payloadBytes = 0;
  /** Of the part under way: bytes to come. */
  #left = 0;
  /** Bytes to skip behind the part under way. */
  #skipAfter = 0;
  /** A payload that was cut. */
  readonly #partial = new ByteStash();
  /** A block goes on: the only frame that may come is a CONTINUATION of this stream; 0: none does. */
  #blockStream = 0;
  #blockEndsStream = false;
  #continuations = 0;
  readonly #block = new ByteStash();
  #first = true;

  /** @param fromClient A preface comes first. */
  constructor(handler: FrameHandler, fromClient: boolean) {
    this.#handler = handler;
    this.#state = fromClient ? STATE.preface : STATE.head;
  }

  /** Nothing more is read; what waits is dropped. */
  stop(): void {
    this.#state = STATE.stopped;
    this.#partial.clear();
    this.#block.clear();
  }

  get stopped(): boolean {
    return this.#state === STATE.stopped;
  }

  /** In the middle of a frame, a block or the preface. */
  get midway(): boolean {
    return this.#state !== STATE.head || this.#had > 0 || this.#blockStream !== 0;
  }

  /** Takes `bytes[start, end)`. What it calls gets `lending` for data. */
  read(bytes: Buffer, start: number, end: number, lending: Lending): void {
    let at = start;
    while (at < end) {
      switch (this.#state) {
        case STATE.head:
          at = this.#readHead(bytes, at, end);
          break;
        case STATE.whole:
          at = this.#readWhole(bytes, at, end);
          break;
        case STATE.dataPad:
          this.#beginPaddedData(bytes[at++] as number);
          break;
        case STATE.data:
          at = this.#readData(bytes, at, end, lending);
          break;
        case STATE.skip:
          at = this.#skip(at, end);
          break;
        case STATE.preface:
          at = this.#readPreface(bytes, at, end);
          break;
        default:
          return;
      }
    }
  }

  #readPreface(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#had < PREFACE.length) {
      if (bytes[at++] !== PREFACE[this.#had++]) {
        this.#fault(ERROR.protocolError, 'the preface is not that of HTTP/2');
        return at;
      }
    }
    if (this.#had === PREFACE.length) {
      this.#had = 0;
      this.#state = STATE.head;
    }
    return at;
  }

  #readHead(bytes: Buffer, start: number, end: number): number {
    if (this.#had === 0 && end - start >= FRAME_HEAD_BYTES) {
      this.#begin(bytes, start);
      return start + FRAME_HEAD_BYTES;
    }
    const taken = Math.min(FRAME_HEAD_BYTES - this.#had, end - start);
    bytes.copy(this.#head, this.#had, start, start + taken);
    this.#had += taken;
    if (this.#had === FRAME_HEAD_BYTES) {
      this.#had = 0;
      this.#begin(this.#head, 0);
    }
    return start + taken;
  }

  #begin(head: Buffer, at: number): void {
    const length = ((head[at] as number) << 16) | ((head[at + 1] as number) << 8) | (head[at + 2] as number);
    const type = head[at + 3] as number;
    const flags = head[at + 4] as number;
    const streamId = readUint31(head, at + 5);
    if (this.#first && (type !== FRAME.settings || (flags & FLAG.ack) !== 0)) {
      this.#fault(ERROR.protocolError, 'the first frame must be SETTINGS');
      return;
    }
    this.#first = false;
    if (this.#blockStream !== 0 && (type !== FRAME.continuation || streamId !== this.#blockStream)) {
      this.#fault(ERROR.protocolError, 'a field block must go on with CONTINUATION of its stream');
      return;
    }
    const fault = checkFrameHead(length, type, flags, streamId);
    if (fault !== null) {
      this.#fault(FRAME_FAULT_CODE[fault], `frame of type ${type}: ${fault}`);
      return;
    }
    this.#type = type;
    this.#flags = flags;
    this.#streamId = streamId;
    this.#payloadBytes = length;
    this.#skipAfter = 0;
    this.#beginPayload(length);
  }

  #beginPayload(length: number): void {
    if (this.#type === FRAME.data) {
      if ((this.#flags & FLAG.padded) !== 0) this.#state = STATE.dataPad;
      else this.#beginData(length);
      return;
    }
    if (this.#type > FRAME.continuation) {
      this.#handler.onUnknown(this.#type);
      this.#skipRest(length);
      return;
    }
    if (this.#type === FRAME.continuation) {
      if (this.#blockStream === 0) {
        this.#fault(ERROR.protocolError, 'CONTINUATION must follow HEADERS');
        return;
      }
      if (++this.#continuations > MAX_CONTINUATIONS) {
        this.#fault(ERROR.enhanceYourCalm, 'a field block has too many CONTINUATION frames');
        return;
      }
    }
    const whole = this.#type === FRAME.goAway ? GOAWAY_BYTES : length;
    this.#skipAfter = length - whole;
    this.#left = whole;
    if (whole === 0) this.#endWhole(this.#head, 0, 0);
    else this.#state = STATE.whole;
  }

  #readWhole(bytes: Buffer, start: number, end: number): number {
    const to = start + this.#left;
    if (this.#partial.length === 0 && to <= end) {
      this.#endWhole(bytes, start, to);
      return to;
    }
    const taken = Math.min(this.#left, end - start);
    this.#partial.add(bytes, start, start + taken);
    this.#left -= taken;
    if (this.#left === 0) {
      const payload = this.#partial.take();
      this.#endWhole(payload, 0, payload.length);
    }
    return start + taken;
  }

  #endWhole(bytes: Buffer, start: number, end: number): void {
    this.#skipRest(this.#skipAfter);
    if (this.#type === FRAME.headers) this.#endHeaders(bytes, start, end);
    else if (this.#type === FRAME.continuation) this.#endContinuation(bytes, start, end);
    else this.#handler.onControl(this.#type, this.#flags, this.#streamId, bytes, start, end);
  }

  #endHeaders(bytes: Buffer, start: number, end: number): void {
    const flags = this.#flags;
    let from = start;
    let to = end;
    if ((flags & FLAG.padded) !== 0) to -= bytes[from++] as number;
    if ((flags & FLAG.priority) !== 0) from += 5;
    if (from > to) {
      this.#fault(ERROR.protocolError, 'the padding of HEADERS is longer than the frame');
      return;
    }
    const endStream = (flags & FLAG.endStream) !== 0;
    if (from === to && !endStream) this.#handler.onEmptyBlockFrame();
    if (this.stopped) return;
    if ((flags & FLAG.endHeaders) !== 0) {
      this.#handler.onFieldBlock(this.#streamId, endStream, bytes, from, to);
      return;
    }
    this.#blockStream = this.#streamId;
    this.#blockEndsStream = endStream;
    this.#continuations = 0;
    this.#block.add(bytes, from, to);
  }

  #endContinuation(bytes: Buffer, start: number, end: number): void {
    if (start === end) this.#handler.onEmptyBlockFrame();
    if (this.stopped) return;
    this.#block.add(bytes, start, end);
    if ((this.#flags & FLAG.endHeaders) === 0) return;
    this.#blockStream = 0;
    const block = this.#block.take();
    this.#handler.onFieldBlock(this.#streamId, this.#blockEndsStream, block, 0, block.length);
  }

  #beginPaddedData(padBytes: number): void {
    const dataBytes = this.#payloadBytes - 1 - padBytes;
    if (dataBytes < 0) {
      this.#fault(ERROR.protocolError, 'the padding of DATA is longer than the frame');
      return;
    }
    this.#skipAfter = padBytes;
    this.#beginData(dataBytes);
  }

  #beginData(dataBytes: number): void {
    this.#left = dataBytes;
    this.#state = STATE.data;
    this.#handler.onDataHead(
      this.#streamId,
      this.#payloadBytes,
      dataBytes,
      (this.#flags & FLAG.endStream) !== 0,
    );
    if (dataBytes === 0 && !this.stopped) this.#skipRest(this.#skipAfter);
  }

  #readData(bytes: Buffer, start: number, end: number, lending: Lending): number {
    const to = Math.min(end, start + this.#left);
    this.#left -= to - start;
    this.#handler.onDataBytes(bytes, start, to, lending);
    if (this.#left === 0 && !this.stopped) this.#skipRest(this.#skipAfter);
    return to;
  }

  #skipRest(length: number): void {
    this.#left = length;
    this.#state = length === 0 ? STATE.head : STATE.skip;
  }

  #skip(start: number, end: number): number {
    const to = Math.min(end, start + this.#left);
    this.#skipRest(this.#left - (to - start));
    return to;
  }

  #fault(code: number, detail: string): void {
    this.stop();
    this.#handler.onFault(code, detail);
  }
}
