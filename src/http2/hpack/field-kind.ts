import { STATIC_FIELDS } from './static-table.ts';

/** What a name means to who reads a header block. */
export const ORDINARY = 0;
/** One of `SPECIAL_NAMES`. */
export const SPECIAL = 1;
/** `cookie`: special, and counted apart. */
export const COOKIE = 2;
/** The pseudo-fields. RFC 9113 §8.3, RFC 8441 §4. */
export const METHOD = 3;
export const SCHEME = 4;
export const AUTHORITY = 5;
export const PATH = 6;
export const PROTOCOL = 7;
export const STATUS = 8;
/** Not a lower-case token and no known pseudo-field: malformed. RFC 9113 §8.2.1, §8.3. */
export const UNKNOWN = 9;

export type FieldKind =
  | typeof ORDINARY
  | typeof SPECIAL
  | typeof COOKIE
  | typeof METHOD
  | typeof SCHEME
  | typeof AUTHORITY
  | typeof PATH
  | typeof PROTOCOL
  | typeof STATUS
  | typeof UNKNOWN;

/** A name as one and the same text wherever it is met, with its kind. */
export interface KnownName {
  readonly name: string;
  readonly kind: FieldKind;
}

/**
 * The ordinary names that have rules in a message beside those of all fields: http2.md, Messages; http1.md
 * C23. So has every name that begins with `if-`.
 */
export const SPECIAL_NAMES: readonly string[] = [
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'http2-settings',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'proxy-connection',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const KINDS: readonly (readonly [name: string, kind: FieldKind])[] = [
  ...STATIC_FIELDS.map(([name]) => [name, ORDINARY] as const),
  ...SPECIAL_NAMES.map((name) => [name, SPECIAL] as const),
  ['cookie', COOKIE],
  [':method', METHOD],
  [':scheme', SCHEME],
  [':authority', AUTHORITY],
  [':path', PATH],
  [':protocol', PROTOCOL],
  [':status', STATUS],
];

const KNOWN: ReadonlyMap<string, KnownName> = new Map(KINDS.map(([name, kind]) => [name, { name, kind }]));

/**
 * Finds what a name of the wire is.
 *
 * @param isToken It is made of lower-case token characters, of at least one.
 */
export function kindOfName(name: string, isToken: boolean): KnownName {
  const known = KNOWN.get(name);
  if (known !== undefined) return known;
  if (!isToken) return { name, kind: UNKNOWN };
  return { name, kind: name.startsWith('if-') ? SPECIAL : ORDINARY };
}
