import { isOws, TOKEN_LOWER, VALUE_BYTE } from './fields.ts';
import { findKnownName } from './known-names.ts';
import { parseTokenList } from './list.ts';
import type { HeadLimits, Refusal } from './message.ts';
import { refuseRequest } from './refusal.ts';

const CR = 13;
const LF = 10;
const COLON = 0x3a;
/** Holds also where the limit of a whole head is wider. http1.md C26. */
const MAX_NAME_BYTES = 8192;

/** What `Connection` must not remove: framing and routing. http1.md G2. */
const PROTECTED = ['host', 'content-length', 'transfer-encoding', 'cookie', 'authorization'];

/** Where the field lines of a head lie, and the same bytes as text: `text[i - textStart]` is `bytes[i]`. */
export interface FieldBytes {
  readonly bytes: Uint8Array;
  /** The first byte of the first field line. */
  readonly start: number;
  /** After the CRLF of the last field line. No CRLF CRLF may stand before it. */
  readonly end: number;
  readonly text: string;
  readonly textStart: number;
}

/**
 * The fields of one head: those that end at this hop or that the codec judges in fields of their own, the
 * end-to-end ones in `headers`. A repeated field that is a list is joined with a comma.
 */
export class FieldSection {
  readonly headers: string[] = [];
  host: string | null = null;
  contentLength: string | null = null;
  transferEncoding: string | null = null;
  connection: string | null = null;
  keepAlive: string | null = null;
  te: string | null = null;
  upgrade: string | null = null;
  expect: string | null = null;
  webSocketKey: string | null = null;
  webSocketVersion: string | null = null;
  closeAsked = false;
  keepAliveAsked = false;
  upgradeAsked = false;

  /**
   * Reads the field lines in one pass over the bytes.
   *
   * @returns null, or a refusal with the status of a request: 400 or 431. RFC 9112 §5, http1.md C.
   */
  read(lines: FieldBytes, limits: HeadLimits): Refusal | null {
    const { bytes, end, text, textStart } = lines;
    let room = limits.maxFields;
    let at = lines.start;
    while (at < end) {
      const nameStart = at;
      let upper = 0;
      let byte = bytes[at] as number;
      let lower = TOKEN_LOWER[byte] as number;
      while (lower !== 0) {
        upper |= lower ^ byte;
        byte = bytes[++at] as number;
        lower = TOKEN_LOWER[byte] as number;
      }
      if (byte !== COLON || at === nameStart) {
        return refuseRequest(400, 'field line is malformed: a name and a colon must begin it');
      }
      const nameEnd = at++;
      while (isOws(bytes[at] as number)) at++;
      const valueStart = at;
      while (VALUE_BYTE[bytes[at] as number] === 1) at++;
      if (bytes[at] !== CR || bytes[at + 1] !== LF) {
        return refuseRequest(
          400,
          'field value is malformed: it must not hold control bytes, bare CR or bare LF',
        );
      }
      let valueEnd = at;
      while (valueEnd > valueStart && isOws(bytes[valueEnd - 1] as number)) valueEnd--;
      at += 2;
      if (room-- === 0) return refuseRequest(431, 'head has too many fields');

      const value = text.slice(valueStart - textStart, valueEnd - textStart);
      const known = findKnownName(bytes, nameStart, nameEnd);
      if (known === undefined) {
        if (nameEnd - nameStart > MAX_NAME_BYTES) return refuseRequest(431, 'field name is too long');
        const name = text.slice(nameStart - textStart, nameEnd - textStart);
        const lowered = upper === 0 ? name : name.toLowerCase();
        if (lowered.startsWith('if-') && this.#has(lowered)) return refuseTwice(lowered);
        this.headers.push(lowered, value);
      } else if (known.special) {
        if (!this.#take(known.name, value)) return refuseTwice(known.name);
      } else {
        this.headers.push(known.name, value);
      }
    }
    return this.connection === null ? null : this.#applyConnection(this.connection);
  }

  /** False if the field is there for the second time and must not be. http1.md B2, C23, D4. */
  #take(name: string, value: string): boolean {
    switch (name) {
      case 'host':
        if (this.host !== null) return false;
        this.host = value;
        return true;
      case 'content-length':
        if (this.contentLength !== null) return false;
        this.contentLength = value;
        return true;
      case 'connection':
        this.connection = join(this.connection, value);
        return true;
      case 'transfer-encoding':
        this.transferEncoding = join(this.transferEncoding, value);
        return true;
      case 'keep-alive':
        this.keepAlive = join(this.keepAlive, value);
        return true;
      case 'te':
        this.te = join(this.te, value);
        return true;
      case 'upgrade':
        this.upgrade = join(this.upgrade, value);
        return true;
      case 'expect':
        this.expect = join(this.expect, value);
        return true;
      case 'trailer':
      case 'proxy-connection':
      case 'http2-settings':
        return true;
      case 'sec-websocket-key':
        this.webSocketKey = join(this.webSocketKey, value);
        break;
      case 'sec-websocket-version':
        this.webSocketVersion = join(this.webSocketVersion, value);
        break;
      default:
        if (this.#has(name)) return false;
    }
    this.headers.push(name, value);
    return true;
  }

  #has(name: string): boolean {
    const { headers } = this;
    for (let i = 0; i < headers.length; i += 2) if (headers[i] === name) return true;
    return false;
  }

  /** Takes out what `Connection` names. RFC 9110 §7.6.1, http1.md G. */
  #applyConnection(value: string): Refusal | null {
    if (value === 'keep-alive') {
      this.keepAliveAsked = true;
      return null;
    }
    const options = parseTokenList(value);
    if (options === null)
      return refuseRequest(400, 'connection is malformed: it must be a short list of tokens');
    const { headers } = this;
    for (const option of options) {
      if (PROTECTED.includes(option)) return refuseRequest(400, `connection must not name ${option}`);
      if (option === 'close') this.closeAsked = true;
      else if (option === 'keep-alive') this.keepAliveAsked = true;
      else if (option === 'upgrade') this.upgradeAsked = true;
    }
    let kept = 0;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i] as string;
      if (options.includes(name)) continue;
      headers[kept++] = name;
      headers[kept++] = headers[i + 1] as string;
    }
    headers.length = kept;
    return null;
  }
}

function join(before: string | null, value: string): string {
  return before === null ? value : `${before}, ${value}`;
}

function refuseTwice(name: string): Refusal {
  return refuseRequest(400, `${name} must not be there twice`);
}
