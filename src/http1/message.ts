/**
 * Values of the HTTP/1.1 codec. Texts are latin1. Header lists are flat, `[name, value, name, value, …]`,
 * lower-case names, order and repeats kept, and hold end-to-end fields only: `host`, `content-length`,
 * `transfer-encoding`, `connection` and what it names, `keep-alive`, `proxy-connection`, `te`, `trailer`,
 * `upgrade`, `expect` and `http2-settings` are parsed into fields of the message and left out.
 */

/** A body of unknown length in chunks. */
export const CHUNKED = -1;
/** A response body that ends with the connection. */
export const UNTIL_CLOSE = -2;
/** No body, and none announced: the answer to HEAD, or a 304, that is written without a framing field. */
export const NO_LENGTH = -3;

export interface RequestHead {
  readonly ok: true;
  readonly method: string;
  /** Canonical (http1.md I), begins with `/`; `*` for `OPTIONS *`. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** Canonical `host[:port]`, as matched and as forwarded (http1.md B11). */
  readonly authority: string;
  /** `authority` without its port. */
  readonly host: string;
  readonly minorVersion: 0 | 1;
  readonly headers: string[];
  /** Bytes, 0 for none, or CHUNKED. */
  readonly bodyLength: number;
  /** The client allows another request on this connection. */
  readonly keepAlive: boolean;
  readonly expectContinue: boolean;
  readonly teTrailers: boolean;
  /** An acceptable `upgrade: websocket` (http1.md H7 passed), else null. */
  readonly upgrade: 'websocket' | null;
  /** Offset in the parsed bytes after the blank line: the body begins here. */
  readonly end: number;
}

/** Why a message is refused: the status towards the client and a text for log and tests. */
export interface Refusal {
  readonly ok: false;
  /** Towards the client of a refused request; 502 for a response. */
  readonly status: number;
  /** One of the codes of RFC 9209, as `http_request_error`. */
  readonly error: string;
  readonly detail: string;
  /** Flat fields that the answer must have (`allow` of a 405, `sec-websocket-version` of a 426). */
  readonly headers?: readonly string[];
}

export interface ResponseHead {
  readonly ok: true;
  readonly status: number;
  readonly minorVersion: 0 | 1;
  readonly headers: string[];
  /** Bytes, 0 for none (also for HEAD, 1xx, 204, 304), CHUNKED or UNTIL_CLOSE. */
  readonly bodyLength: number;
  /** Where there is no body to read: `content-length` as announced (HEAD, 304), 0 for 204 and 205; else -1. */
  readonly announcedLength: number;
  /** The upstream will take another request on this connection. */
  readonly keepAlive: boolean;
  /** `keep-alive: timeout=n` in milliseconds, or 0. */
  readonly keepAliveMs: number;
  /** Of a 101: the token, lower case. */
  readonly upgrade: string | null;
  /** Offset in the parsed bytes after the blank line: the body begins here. */
  readonly end: number;
}

export interface HeadLimits {
  /** From the first byte through the blank line. */
  readonly maxBytes: number;
  readonly maxFields: number;
}
