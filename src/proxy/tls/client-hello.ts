import { latin1 } from '../../lib/latin1.ts';

/** What the front stage needs from a ClientHello (RFC 8446 §4.1.2). */
export interface ClientHello {
  /** Lower case, without a trailing dot; null when the client names no host. */
  readonly serverName: string | null;
  /** Code points, as 0x0303 and 0x0304: the extension's list, else the one of the old field. */
  readonly versions: readonly number[];
  /** Protocol names as latin1 text; null without the extension. */
  readonly alpn: readonly string[] | null;
}

/** A ClientHello with its record headers must end within this many bytes. */
export const MAX_CLIENT_HELLO_BYTES = 64 * 1024;

const RECORD_HEADER_BYTES = 5;
const MAX_RECORD_BYTES = 16 * 1024;
const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;
const EMPTY = Buffer.alloc(0);
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * Reads TLS records until a whole ClientHello is there, however it is cut into segments and records. Never
 * throws; the outcome depends on the bytes alone, not on their segments. Anything that is not TLS, is out of
 * bounds, or does not parse is `refused`.
 */
export class ClientHelloReader {
  /** Set after `done`. */
  hello: ClientHello | null = null;
  #bytes: Buffer = EMPTY;
  #length = 0;
  /** Offset of the record header to look at next. */
  #record = 0;
  /** The handshake message gathered from the records before `#record`, a part each. */
  readonly #parts: Buffer[] = [];
  #gathered = 0;
  /** Its length with the header of 4 bytes; -1 until that is there. */
  #expected = -1;
  #outcome: 'more' | 'done' | 'refused' = 'more';

  /** All bytes pushed so far, for `unshift`. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Takes the next segment; it is kept, not copied, while it is the only one. */
  push(segment: Buffer): 'more' | 'done' | 'refused' {
    this.#append(segment);
    while (this.#outcome === 'more' && this.#readRecord()) this.#readHello();
    return this.#outcome;
  }

  #append(segment: Buffer): void {
    const length = this.#length + segment.length;
    if (this.#length === 0) {
      this.#bytes = segment;
    } else {
      if (length > this.#bytes.length) {
        const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length));
        this.#bytes.copy(grown, 0, 0, this.#length);
        this.#bytes = grown;
      }
      segment.copy(this.#bytes, this.#length);
    }
    this.#length = length;
  }

  /** @returns Whether one more record was taken; false also after a refusal. */
  #readRecord(): boolean {
    const { bytes } = this;
    const at = this.#record;
    if (
      (bytes.length > at && bytes[at] !== HANDSHAKE_RECORD) ||
      (bytes.length > at + 1 && bytes[at + 1] !== 3)
    ) {
      this.#outcome = 'refused';
      return false;
    }
    if (bytes.length < at + RECORD_HEADER_BYTES) return false;
    const length = bytes.readUInt16BE(at + 3);
    const end = at + RECORD_HEADER_BYTES + length;
    if (length === 0 || length > MAX_RECORD_BYTES || end > MAX_CLIENT_HELLO_BYTES) {
      this.#outcome = 'refused';
      return false;
    }
    if (bytes.length < end) return false;
    this.#parts.push(bytes.subarray(at + RECORD_HEADER_BYTES, end));
    this.#gathered += length;
    this.#record = end;
    return true;
  }

  #readHello(): void {
    if (this.#expected < 0) {
      if (this.#gathered < 4) return;
      const head = Buffer.concat(this.#parts, 4);
      this.#expected = 4 + head.readUIntBE(1, 3);
      if (head[0] !== CLIENT_HELLO || this.#expected > MAX_CLIENT_HELLO_BYTES) {
        this.#outcome = 'refused';
        return;
      }
    }
    if (this.#gathered < this.#expected) return;
    const message = Buffer.concat(this.#parts, this.#expected);
    this.hello = parseClientHello(message.subarray(4));
    this.#outcome = this.hello === null ? 'refused' : 'done';
  }
}

/** A position in bytes that does not run over their end: `failed` is set and zeros are read instead. */
class Cursor {
  readonly bytes: Buffer;
  at = 0;
  failed = false;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** An unsigned number of 1 or 2 bytes. */
  number(size: 1 | 2): number {
    const part = this.take(size);
    return part.length === size ? part.readUIntBE(0, size) : 0;
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) {
      this.failed = true;
      this.at = this.bytes.length;
      return EMPTY;
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** A vector: its length in `size` bytes, then itself. */
  vector(size: 1 | 2): Buffer {
    return this.take(this.number(size));
  }
}

/** @returns null when the body of the message is malformed. */
function parseClientHello(body: Buffer): ClientHello | null {
  const cursor = new Cursor(body);
  const legacyVersion = cursor.number(2);
  cursor.take(32);
  const session = cursor.vector(1);
  const suites = cursor.vector(2);
  const compression = cursor.vector(1);
  if (session.length > 32 || suites.length < 2 || suites.length % 2 === 1 || compression.length < 1)
    return null;
  const extensions = new Map<number, Buffer>();
  if (!cursor.atEnd) {
    const block = new Cursor(cursor.vector(2));
    if (!cursor.atEnd) return null;
    while (!block.atEnd) {
      const type = block.number(2);
      const data = block.vector(2);
      if (block.failed || extensions.has(type)) return null;
      extensions.set(type, data);
    }
  }
  if (cursor.failed) return null;

  const name = extensions.get(SERVER_NAME);
  const alpn = extensions.get(ALPN);
  const versions = extensions.get(SUPPORTED_VERSIONS);
  const hello = {
    serverName: name === undefined ? null : parseServerName(name),
    versions: versions === undefined ? [legacyVersion] : parseVersions(versions),
    alpn: alpn === undefined ? null : parseAlpn(alpn),
  };
  if (name !== undefined && hello.serverName === null) return null;
  if (alpn !== undefined && hello.alpn === null) return null;
  return hello.versions === null ? null : { ...hello, versions: hello.versions };
}

/** RFC 6066 §3: a list with exactly one name, a host name. */
function parseServerName(data: Buffer): string | null {
  const outer = new Cursor(data);
  const list = new Cursor(outer.vector(2));
  const type = list.number(1);
  const name = list.vector(2);
  if (outer.failed || list.failed || !outer.atEnd || !list.atEnd || type !== 0) return null;
  return canonicalServerName(latin1(name, 0, name.length));
}

/** Lower case, without one trailing dot; null when it is no host name of ASCII letters, digits, `-` and `_`. */
export function canonicalServerName(text: string): string | null {
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  return name.length <= 253 && HOST_NAME.test(name) ? name : null;
}

function parseVersions(data: Buffer): number[] | null {
  const outer = new Cursor(data);
  const list = new Cursor(outer.vector(1));
  if (outer.failed || !outer.atEnd || list.bytes.length < 2 || list.bytes.length % 2 === 1) return null;
  const versions: number[] = [];
  while (!list.atEnd) versions.push(list.number(2));
  return versions;
}

/** RFC 7301 §3.1. */
function parseAlpn(data: Buffer): string[] | null {
  const outer = new Cursor(data);
  const list = new Cursor(outer.vector(2));
  if (outer.failed || !outer.atEnd || list.atEnd) return null;
  const names: string[] = [];
  while (!list.atEnd) {
    const name = list.vector(1);
    if (list.failed || name.length === 0) return null;
    names.push(latin1(name, 0, name.length));
  }
  return names;
}
