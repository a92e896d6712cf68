import { latin1 } from '../lib/latin1.ts';
import { HEX_VALUE, isOws, TOKEN_LOWER, VALUE_BYTE } from './fields.ts';
import type { Refusal } from './message.ts';
import { refuseRequest } from './refusal.ts';

export interface ChunkLimits {
  /** Of a chunk's line, with size and extensions. */
  readonly maxLineBytes: number;
  readonly maxTrailerBytes: number;
  readonly maxTrailerFields: number;
}

const DEFAULT_LIMITS: ChunkLimits = { maxLineBytes: 1024, maxTrailerBytes: 8192, maxTrailerFields: 32 };

const CR = 13;
const LF = 10;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

const MAX_SIZE_DIGITS = 16;
/** Below this a loop moves bytes faster than a call does. */
const SMALL_MOVE_BYTES = 32;

/** What the next byte is. The grammar of a chunk's line is that of RFC 9112 §7.1, §7.1.1. */
const STATE = {
  sizeStart: 0,
  size: 1,
  /** White space before `;`. */
  beforeSemicolon: 2,
  extensionNameStart: 3,
  extensionName: 4,
  /** White space after an extension's name. */
  afterName: 5,
  extensionValueStart: 6,
  extensionValue: 7,
  quoted: 8,
  quotedPair: 9,
  afterQuote: 10,
  lineFeed: 11,
  data: 12,
  dataReturn: 13,
  dataFeed: 14,
  trailerStart: 15,
  trailerName: 16,
  trailerValue: 17,
  trailerFeed: 18,
  lastFeed: 19,
  done: 20,
  refused: 21,
} as const;

/**
 * Decodes one chunked body in place, however its bytes are cut; every byte is looked at once. RFC 9112 §7.1,
 * http1.md E, F. Extensions are checked and dropped. Refusals have the status of a request: 400 or 431.
 */
export class ChunkedReader {
  /** The payload of the last `read` lies in `bytes[bodyStart, bodyEnd)`, also when it refused. */
  bodyStart = 0;
  bodyEnd = 0;
  /** After 'done': the offset behind the body. */
  next = 0;
  refusal: Refusal | null = null;
  /** Flat, lower-case names. Never to be merged into a head (http1.md F1). */
  trailers: string[] = [];

  readonly #limits: ChunkLimits;
  #state: number = STATE.sizeStart;
  #left = 0;
  #digits = 0;
  #lineBytes = 0;
  #trailerBytes = 0;
  #field = '';
  #colon = 0;

  constructor(limits: Partial<ChunkLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Makes it ready for the next body. */
  reset(): void {
    this.bodyStart = 0;
    this.bodyEnd = 0;
    this.next = 0;
    this.refusal = null;
    if (this.trailers.length > 0) this.trailers = [];
    this.#state = STATE.sizeStart;
    this.#left = 0;
    this.#digits = 0;
    this.#lineBytes = 0;
    this.#trailerBytes = 0;
    this.#field = '';
    this.#colon = 0;
  }

  /**
   * Takes `bytes[start, end)`, and moves payload within it so that it is contiguous. Payload that came
   * before a fault is there too; after 'done' and 'refused' nothing more is read until `reset`.
   */
  read(bytes: Buffer, start: number, end: number): 'more' | 'done' | 'refused' {
    this.bodyStart = start;
    this.bodyEnd = start;
    let at = start;
    while (at < end && this.#state < STATE.done) {
      if (this.#state === STATE.data) at = this.#take(bytes, at, end);
      else if (this.#state < STATE.data) at = this.#readLine(bytes, at, end);
      else if (this.#state < STATE.trailerStart) this.#readDataEnd(bytes[at++] as number);
      else at = this.#readTrailers(bytes, at, end);
    }
    this.next = at;
    if (this.#state === STATE.done) return 'done';
    return this.#state === STATE.refused ? 'refused' : 'more';
  }

  #take(bytes: Buffer, at: number, end: number): number {
    const length = Math.min(this.#left, end - at);
    if (this.bodyEnd === this.bodyStart) {
      this.bodyStart = at;
      this.bodyEnd = at;
    } else if (length < SMALL_MOVE_BYTES) {
      for (let i = 0; i < length; i++) bytes[this.bodyEnd + i] = bytes[at + i] as number;
    } else {
      bytes.copyWithin(this.bodyEnd, at, at + length);
    }
    this.bodyEnd += length;
    this.#left -= length;
    if (this.#left === 0) this.#state = STATE.dataReturn;
    return at + length;
  }

  #readDataEnd(byte: number): void {
    if (this.#state === STATE.dataReturn && byte === CR) this.#state = STATE.dataFeed;
    else if (this.#state === STATE.dataFeed && byte === LF) this.#startLine();
    else this.#refuse(400, 'chunk is malformed: CRLF must follow its data');
  }

  #startLine(): void {
    this.#state = STATE.sizeStart;
    this.#left = 0;
    this.#digits = 0;
    this.#lineBytes = 0;
  }

  #readLine(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state < STATE.data) {
      const byte = bytes[at++] as number;
      if (++this.#lineBytes > this.#limits.maxLineBytes) {
        this.#refuse(400, 'chunk line is too long');
      } else if (this.#state <= STATE.size && HEX_VALUE[byte] !== 255) {
        this.#addDigit(HEX_VALUE[byte] as number);
      } else if (this.#state === STATE.lineFeed && byte === LF) {
        this.#state = this.#left === 0 ? STATE.trailerStart : STATE.data;
      } else {
        this.#state = nextInLine(this.#state, byte);
        if (this.#state === STATE.refused) this.#refuse(400, 'chunk line is malformed');
      }
    }
    return at;
  }

  /** http1.md E5: 14 digits are below 2^53 whatever they are; two more are checked before they count. */
  #addDigit(digit: number): void {
    this.#state = STATE.size;
    this.#digits++;
    if (this.#digits > MAX_SIZE_DIGITS || this.#left > (Number.MAX_SAFE_INTEGER - digit) / 16) {
      this.#refuse(400, 'chunk size is too large: it must have 16 digits at most and be at most 2^53-1');
    } else {
      this.#left = this.#left * 16 + digit;
    }
  }

  #readTrailers(bytes: Buffer, start: number, end: number): number {
    let at = start;
    let fieldStart = at;
    while (at < end && this.#state < STATE.done) {
      const byte = bytes[at++] as number;
      if (++this.#trailerBytes > this.#limits.maxTrailerBytes) {
        this.#refuse(431, 'trailer section is too large');
        return at;
      }
      switch (this.#state) {
        case STATE.trailerStart:
          fieldStart = at - 1;
          if (byte === CR) this.#state = STATE.lastFeed;
          else if (this.trailers.length === 2 * this.#limits.maxTrailerFields) {
            this.#refuse(431, 'trailer section has too many fields');
          } else if (TOKEN_LOWER[byte] !== 0) this.#state = STATE.trailerName;
          else this.#refuseTrailer();
          break;
        case STATE.trailerName:
          if (byte === COLON) {
            this.#colon = this.#field.length + (at - 1 - fieldStart);
            this.#state = STATE.trailerValue;
          } else if (TOKEN_LOWER[byte] === 0) this.#refuseTrailer();
          break;
        case STATE.trailerValue:
          if (byte === CR) {
            this.#state = STATE.trailerFeed;
            this.#field += latin1(bytes, fieldStart, at - 1);
            fieldStart = at;
            this.#endTrailer();
          } else if (VALUE_BYTE[byte] === 0) this.#refuseTrailer();
          break;
        case STATE.trailerFeed:
          if (byte === LF) this.#state = STATE.trailerStart;
          else this.#refuseTrailer();
          break;
        default:
          if (byte === LF) this.#state = STATE.done;
          else this.#refuseTrailer();
      }
    }
    if (this.#state === STATE.trailerName || this.#state === STATE.trailerValue) {
      this.#field += latin1(bytes, fieldStart, at);
    }
    return at;
  }

  #endTrailer(): void {
    const field = this.#field;
    let valueStart = this.#colon + 1;
    let valueEnd = field.length;
    while (valueStart < valueEnd && isOws(field.charCodeAt(valueStart))) valueStart++;
    while (valueEnd > valueStart && isOws(field.charCodeAt(valueEnd - 1))) valueEnd--;
    this.trailers.push(field.slice(0, this.#colon).toLowerCase(), field.slice(valueStart, valueEnd));
    this.#field = '';
  }

  #refuseTrailer(): void {
    this.#refuse(400, 'trailer section is malformed');
  }

  #refuse(status: number, detail: string): void {
    this.#state = STATE.refused;
    this.refusal = refuseRequest(status, detail);
  }
}

/** Where `byte` leads from a state within a chunk's line; `refused` if nowhere. */
function nextInLine(state: number, byte: number): number {
  const token = TOKEN_LOWER[byte] !== 0;
  switch (state) {
    case STATE.size:
    case STATE.afterQuote:
    case STATE.extensionValue:
      if (state === STATE.extensionValue && token) return STATE.extensionValue;
      if (byte === CR) return STATE.lineFeed;
      if (byte === SEMICOLON) return STATE.extensionNameStart;
      return isOws(byte) ? STATE.beforeSemicolon : STATE.refused;
    case STATE.beforeSemicolon:
      if (byte === SEMICOLON) return STATE.extensionNameStart;
      return isOws(byte) ? state : STATE.refused;
    case STATE.extensionNameStart:
      if (token) return STATE.extensionName;
      return isOws(byte) ? state : STATE.refused;
    case STATE.extensionName:
      if (token) return state;
      if (byte === CR) return STATE.lineFeed;
      return isOws(byte) ? STATE.afterName : afterExtensionName(byte);
    case STATE.afterName:
      return isOws(byte) ? state : afterExtensionName(byte);
    case STATE.extensionValueStart:
      if (token) return STATE.extensionValue;
      if (byte === QUOTE) return STATE.quoted;
      return isOws(byte) ? state : STATE.refused;
    case STATE.quoted:
      if (byte === QUOTE) return STATE.afterQuote;
      if (byte === BACKSLASH) return STATE.quotedPair;
      return VALUE_BYTE[byte] === 1 ? state : STATE.refused;
    case STATE.quotedPair:
      return VALUE_BYTE[byte] === 1 ? STATE.quoted : STATE.refused;
    default:
      return STATE.refused;
  }
}

function afterExtensionName(byte: number): number {
  if (byte === EQUALS) return STATE.extensionValueStart;
  return byte === SEMICOLON ? STATE.extensionNameStart : STATE.refused;
}
