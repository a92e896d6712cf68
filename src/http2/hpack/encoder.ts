import { ENTRY_OVERHEAD } from './dynamic-table.ts';
import { encodeInteger, MAX_INTEGER_BYTES } from './encode-integer.ts';
import { EncoderIndex } from './encoder-index.ts';
import { NOT_IN_NAME, NOT_IN_VALUE, NOT_VISIBLE } from './field-bytes.ts';
import type { Indexing } from './indexing.ts';
import { ruleOf, SHORT_COOKIE_LENGTH } from './indexing.ts';
import { LiteralText } from './literal-text.ts';
import { FIRST_DYNAMIC_INDEX, STATIC_FIELDS } from './static-table.ts';

/** A request's fields. Texts are latin1. */
export interface RequestFields {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  /** Path and query, or `*`. */
  readonly path: string;
  /** `:protocol` of an extended CONNECT (RFC 8441 §4), else null. */
  readonly protocol: string | null;
  /** Flat, lower-case names. */
  readonly headers: readonly string[];
  /** Names whose values must stay literal, as the decoder told; beside those that always do. */
  readonly neverIndexed: readonly string[];
}

/** A response's fields. Texts are latin1. */
export interface ResponseFields {
  /** 100 to 999. */
  readonly status: number;
  readonly headers: readonly string[];
  readonly neverIndexed: readonly string[];
}

/** There is not room for the longest form of these fields. Nothing has changed. */
export const NO_ROOM = -1;
/** A part holds what must not be sent. What was written is void. */
export const REFUSED = -2;

/** Two table size updates and a status. */
const BLOCK_ROOM = 16;
/** An index, and the lengths of name and value. */
const FIELD_ROOM = 2 + 2 * MAX_INTEGER_BYTES;

/** Of both sides, before any SETTINGS. RFC 9113 §6.5.2. */
const DEFAULT_TABLE_BYTES = 4096;
const COLON = 0x3a;

/** A field that would take more of the table than this is not worth what it pushes out. */
const LARGEST_SHARE = 0.75;

/** Representations: flags and mask of the first byte. RFC 7541 §6. */
const INDEXED = 0x80;
const INDEXED_MASK = 0x7f;
const ADDED = 0x40;
const ADDED_MASK = 0x3f;
const LITERAL = 0x00;
const NEVER = 0x10;
const LITERAL_MASK = 0x0f;
const SIZE_UPDATE = 0x20;
const SIZE_UPDATE_MASK = 0x1f;

const NO_NAMES: readonly string[] = [];
const METHOD_INDEXES = staticIndexes(':method');
const SCHEME_INDEXES = staticIndexes(':scheme');
const PATH_INDEXES = staticIndexes(':path');
const STATUS_INDEXES = Uint8Array.from(
  { length: 1000 },
  (_, status) => staticIndexes(':status').get(`${status}`) ?? 0,
);

const nameText = new LiteralText();
const valueText = new LiteralText();

function staticIndexes(wanted: string): ReadonlyMap<string, number> {
  const pairs = STATIC_FIELDS.map(([name, value], index) => ({ name, value, index: index + 1 }));
  return new Map(pairs.filter(({ name }) => name === wanted).map(({ value, index }) => [value, index]));
}

/** Bytes that the fields take at most, `encodeResponse` and `encodeTrailers` want this room. */
export function fieldsRoom(headers: readonly string[]): number {
  let room = BLOCK_ROOM + headers.length * (FIELD_ROOM / 2);
  for (let i = 0; i < headers.length; i++) room += (headers[i] as string).length;
  return room;
}

/** Bytes that a request takes at most, `encodeRequest` wants this room. */
export function requestRoom(fields: RequestFields): number {
  const { method, authority, path, protocol, headers } = fields;
  const pseudo = method.length + authority.length + path.length + (protocol ?? '').length;
  return fieldsRoom(headers) + pseudo + 5 * (FIELD_ROOM + ':authority'.length);
}

/**
 * Encodes the header blocks of one direction of a connection. RFC 7541. Blocks must be sent in the order in
 * which they were encoded, every one of them: the other side's table follows them.
 *
 * The second lock of http2.md stands here: whatever was checked before, no name but a lower-case token, no
 * control byte in a value, nothing that is not visible ASCII in a pseudo-field, no field that HTTP/2 forbids.
 */
export class HpackEncoder {
  readonly #maxTableBytes: number;
  readonly #table: EncoderIndex;
  /** The smallest size of the table since the last block, where that must be announced; else -1. */
  #smallestBytes = -1;

  /** @param maxTableBytes The table never becomes larger, whatever the peer allows. */
  constructor(maxTableBytes = 4096) {
    this.#maxTableBytes = maxTableBytes;
    this.#table = new EncoderIndex(maxTableBytes);
    if (maxTableBytes > DEFAULT_TABLE_BYTES) this.#table.resize(DEFAULT_TABLE_BYTES);
    if (maxTableBytes < DEFAULT_TABLE_BYTES) this.#smallestBytes = maxTableBytes;
  }

  /** The size of the dynamic table as RFC 7541 §4.1 counts it. */
  get tableBytes(): number {
    return this.#table.bytes;
  }

  /** Takes SETTINGS_HEADER_TABLE_SIZE of the peer. The next block tells it what became of it. RFC 7541 §4.2. */
  setPeerTableBytes(bytes: number): void {
    const size = Math.min(bytes, this.#maxTableBytes);
    if (size === this.#table.maxBytes) return;
    this.#table.resize(size);
    this.#smallestBytes = this.#smallestBytes < 0 ? size : Math.min(size, this.#smallestBytes);
  }

  /**
   * Encodes a request to `out` from `at`.
   *
   * @returns The end of the block, NO_ROOM or REFUSED.
   */
  encodeRequest(fields: RequestFields, out: Buffer, at: number): number {
    if (out.length - at < requestRoom(fields)) return NO_ROOM;
    const { method, scheme, authority, path, protocol, neverIndexed } = fields;
    let to = this.#begin(out, at);
    to = this.#pseudo(METHOD_INDEXES.get(method), ':method', method, NO_NAMES, out, to);
    to = this.#pseudo(SCHEME_INDEXES.get(scheme), ':scheme', scheme, NO_NAMES, out, to);
    to = this.#pseudo(undefined, ':authority', authority, neverIndexed, out, to);
    to = this.#pseudo(PATH_INDEXES.get(path), ':path', path, neverIndexed, out, to);
    if (protocol !== null) to = this.#pseudo(undefined, ':protocol', protocol, NO_NAMES, out, to);
    return this.#fields(fields.headers, neverIndexed, out, to);
  }

  /** Encodes a response; as `encodeRequest`. */
  encodeResponse(fields: ResponseFields, out: Buffer, at: number): number {
    const { status, headers, neverIndexed } = fields;
    if (out.length - at < fieldsRoom(headers)) return NO_ROOM;
    const to = this.#begin(out, at);
    const index = STATUS_INDEXES[status];
    if (index === undefined || status < 100) return this.#refuse();
    if (index === 0)
      return this.#fields(headers, neverIndexed, out, this.#field(':status', `${status}`, NO_NAMES, out, to));
    out[to] = INDEXED | index;
    return this.#fields(headers, neverIndexed, out, to + 1);
  }

  /** Encodes trailers; as `encodeRequest`. */
  encodeTrailers(
    headers: readonly string[],
    neverIndexed: readonly string[],
    out: Buffer,
    at: number,
  ): number {
    if (out.length - at < fieldsRoom(headers)) return NO_ROOM;
    return this.#fields(headers, neverIndexed, out, this.#begin(out, at));
  }

  /**
   * Forgets what the other side knows. Nothing of a refused block is sent, but its fields may be in our
   * table: both tables are emptied with the next block.
   */
  #refuse(): typeof REFUSED {
    const size = this.#table.maxBytes;
    this.#table.resize(0);
    this.#table.resize(size);
    this.#smallestBytes = 0;
    return REFUSED;
  }

  /** Announces the size of the table where that is due: the smallest, then the last. RFC 7541 §4.2. */
  #begin(out: Buffer, at: number): number {
    const smallest = this.#smallestBytes;
    if (smallest < 0) return at;
    this.#smallestBytes = -1;
    const size = this.#table.maxBytes;
    let to = at;
    if (smallest < size) to = encodeInteger(smallest, SIZE_UPDATE, SIZE_UPDATE_MASK, out, to);
    return encodeInteger(size, SIZE_UPDATE, SIZE_UPDATE_MASK, out, to);
  }

  /** Writes a pseudo-field, or passes an earlier refusal on. */
  #pseudo(
    index: number | undefined,
    name: string,
    value: string,
    neverIndexed: readonly string[],
    out: Buffer,
    at: number,
  ): number {
    if (at < 0) return at;
    if (index !== undefined) return encodeInteger(index, INDEXED, INDEXED_MASK, out, at);
    return value === '' ? REFUSED : this.#field(name, value, neverIndexed, out, at);
  }

  #fields(headers: readonly string[], neverIndexed: readonly string[], out: Buffer, at: number): number {
    let to = at;
    for (let i = 0; i < headers.length && to >= 0; i += 2) {
      const name = headers[i] as string;
      const isPseudo = name.charCodeAt(0) === COLON;
      to = isPseudo ? REFUSED : this.#field(name, headers[i + 1] as string, neverIndexed, out, to);
    }
    return to < 0 ? this.#refuse() : to;
  }

  /** Writes a field. What is in the table was checked when it came there. */
  #field(name: string, value: string, neverIndexed: readonly string[], out: Buffer, at: number): number {
    if (neverIndexed.length > 0 && neverIndexed.includes(name)) {
      return this.#literal(name, value, true, out, at);
    }
    const place = this.#table.find(name, value);
    if (place < 0) return this.#literal(name, value, false, out, at);
    return encodeInteger(FIRST_DYNAMIC_INDEX + place, INDEXED, INDEXED_MASK, out, at);
  }

  /** RFC 7541 §6.2. REFUSED leaves the table as it was. */
  #literal(name: string, value: string, isSecret: boolean, out: Buffer, at: number): number {
    const rule = ruleOf(name);
    const indexing = isSecret || isShortCookie(name, value) ? 'never' : (rule?.indexing ?? 'second');
    if (rule?.indexing === 'forbidden' || (rule === undefined && !takeName(name))) return REFUSED;
    valueText.set(value);
    const forbidden = name.charCodeAt(0) === COLON ? NOT_VISIBLE : NOT_IN_VALUE;
    if ((valueText.faults & forbidden) !== 0 || valueText.hasBlankEnd) return REFUSED;

    const size = name.length + value.length + ENTRY_OVERHEAD;
    const isAdded = size <= this.#table.maxBytes * LARGEST_SHARE && this.#isWorthAdding(indexing, name);
    const nameIndex = rule?.staticIndex ?? 0;
    let to = isAdded
      ? encodeInteger(nameIndex, ADDED, ADDED_MASK, out, at)
      : encodeInteger(nameIndex, indexing === 'never' ? NEVER : LITERAL, LITERAL_MASK, out, at);
    if (rule === undefined) to = nameText.write(out, to);
    else if (nameIndex === 0) to = copy(rule.literal, out, to);
    to = valueText.write(out, to);
    // Texts of our own: those that were given may be cut from whole heads and would keep them alive.
    if (isAdded) this.#table.add({ name: rule?.name ?? nameText.copy(), value: valueText.copy(), size });
    return to;
  }

  #isWorthAdding(indexing: Indexing, name: string): boolean {
    if (indexing === 'second') {
      const nameHash = (name.length << 24) ^ (name.charCodeAt(name.length - 1) << 16);
      return this.#table.sawBefore(valueText.hash ^ nameHash);
    }
    return indexing === 'first';
  }
}

function isShortCookie(name: string, value: string): boolean {
  return value.length < SHORT_COOKIE_LENGTH && name === 'cookie';
}

/** Puts a name to `nameText`; false if it is none. */
function takeName(name: string): boolean {
  nameText.set(name);
  return name !== '' && (nameText.faults & NOT_IN_NAME) === 0;
}

function copy(bytes: Uint8Array, out: Buffer, at: number): number {
  for (let i = 0; i < bytes.length; i++) out[at + i] = bytes[i] as number;
  return at + bytes.length;
}
