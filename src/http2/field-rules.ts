import { FIELD_FAULTS, isBlank, NOT_IN_NAME, NOT_IN_VALUE } from './hpack/field-bytes.ts';

/** What a special field means to the codec. */
export const FIELD = {
  ordinary: 0,
  /** Of an HTTP/1.1 connection: malformed. RFC 9113 §8.2.2. */
  forbidden: 1,
  te: 2,
  cookie: 3,
  host: 4,
  contentLength: 5,
  expect: 6,
  /** Ends at this hop: left out. */
  dropped: 7,
} as const;

const KINDS: ReadonlyMap<string, number> = new Map<string, number>([
  ['connection', FIELD.forbidden],
  ['keep-alive', FIELD.forbidden],
  ['proxy-connection', FIELD.forbidden],
  ['upgrade', FIELD.forbidden],
  ['transfer-encoding', FIELD.forbidden],
  ['te', FIELD.te],
  ['cookie', FIELD.cookie],
  ['host', FIELD.host],
  ['content-length', FIELD.contentLength],
  ['expect', FIELD.expect],
  ['trailer', FIELD.dropped],
  ['http2-settings', FIELD.dropped],
]);

/** What a field of this name means, one of `FIELD`. */
export function fieldMeaning(name: string): number {
  return KINDS.get(name) ?? FIELD.ordinary;
}

/** A name on the wire: a token without upper-case letters. RFC 9113 §8.2.1. */
export function isFieldName(name: string): boolean {
  return name !== '' && !hasFault(name, NOT_IN_NAME);
}

/** A value on the wire: latin1 without control bytes (HTAB is none), and without SP or HTAB at its ends. */
export function isWireValue(value: string): boolean {
  if (hasFault(value, NOT_IN_VALUE)) return false;
  const { length } = value;
  return length === 0 || !(isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(length - 1)));
}

/** A character beyond latin1 would be cut to its low byte: U+010A becomes LF. */
function hasFault(text: string, fault: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c > 0xff || ((FIELD_FAULTS[c] as number) & fault) !== 0) return true;
  }
  return false;
}

/**
 * The second lock, at the writer (http2.md, From HTTP/2): whether these fields may go on the wire, whatever
 * was checked before. No pseudo-fields, no fields of an HTTP/1.1 connection, and no `host`, `te` or
 * `content-length`, which are written from values of their own.
 */
export function areWritable(headers: readonly string[]): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!isFieldName(name) || !isWireValue(headers[i + 1] as string)) return false;
    const meaning = fieldMeaning(name);
    if (meaning !== FIELD.ordinary && meaning !== FIELD.cookie && meaning !== FIELD.expect) return false;
  }
  return true;
}
