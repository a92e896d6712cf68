import type { Fields } from '../../http2/frames.ts';

/** A way to hide a field from a proxy and show it to the HTTP/1.1 server behind. */
export interface Variant {
  readonly name: string;
  /** What is sent in the field's place. A pseudo-field replaces that of the request. */
  readonly hide: (name: string, value: string) => readonly [name: string, value: string];
  /** A well-formed field of another name: it goes through as it is, and means nothing to who follows RFC 9112. */
  readonly passes?: true;
}

const NEWLINES = ['\r\n', '\r', '\n'] as const;

/** Blanks and what some parsers take for one; the longer ones in UTF-8. */
const BLANKS = ['\0', ' ', '\t', '\v', '\u0085', '\u00a0', '\u{130ba}'] as const;

/** Names that carry a newline and a second field in their value: plain, behind a blank, and one that proxies write themselves. */
const CARRIERS = ['header', ' header', 'x-forwarded-for'] as const;

/** The text's UTF-8 as latin1, as field texts are here. */
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const shown = (text: string): string => JSON.stringify(text).slice(1, -1);

const each = <T extends string>(
  list: readonly T[],
  what: string,
  hide: (item: T) => Variant['hide'],
): Variant[] => list.map((item) => ({ name: `${what} ${shown(item)}`, hide: hide(item) }));

/**
 * The variants of http2smugl (https://github.com/neex/http2smugl, smuggle.go), also those that it no longer runs:
 * the 38 that it had when it was published, and newlines in the method, which it got later.
 */
export const VARIANTS: readonly Variant[] = [
  { name: 'the field as it is', hide: (name, value) => [name, value] },
  {
    name: 'underscores for hyphens',
    hide: (name, value) => [name.replaceAll('-', '_'), value],
    passes: true,
  },
  ...each(BLANKS, 'behind the name', (blank) => (name, value) => [name + utf8(blank), value]),
  ...CARRIERS.flatMap((carrier) => [
    ...each(NEWLINES, `in the value of "${carrier}"`, (newline) => (name, value) => [
      carrier,
      `val${newline}${name}: ${value}`,
    ]),
    ...each(NEWLINES, `in the value of "${carrier}", a longer one,`, (newline) => (name, value) => [
      carrier,
      `val${newline}${name}: ${value.replace(/^-?/, '$&0000000000')}`,
    ]),
  ]),
  ...['x', 'x: x'].flatMap((before) =>
    each(NEWLINES, `in a name behind "${before}"`, (newline) => (name, value) => [
      before + newline + name,
      value,
    ]),
  ),
  ...each(NEWLINES, 'in the path', (newline) => (name, value) => [
    ':path',
    `/ HTTP/1.1${newline}${name}: ${value}${newline}fake-header: `,
  ]),
  { name: 'the long s in the name', hide: (name, value) => [name.replace('s', utf8('\u017f')), value] },
  { name: 'the kelvin sign in the value', hide: (name, value) => [name, value.replace('k', utf8('\u212a'))] },
  ...each(NEWLINES, 'in the method', (newline) => (name, value) => [
    ':method',
    `METHOD /robots.txt HTTP/1.1${newline}${name}: ${value}${newline}fake-header: x`,
  ]),
];

/** A request of a detection: further fields, of which the last is the one to hide, and a body or none. */
export interface Probe {
  readonly fields: Fields;
  readonly body: string;
}

/** A way to see that the hidden field arrived: the server behind answers these two differently. */
export interface Detection {
  readonly name: string;
  readonly valid: Probe;
  readonly invalid: Probe;
}

const CHUNKED: Fields = [
  ['content-length', '5'],
  ['transfer-encoding', 'chunked'],
];

/** The detection methods of http2smugl (detect_method.go). */
export const DETECTIONS: readonly Detection[] = [
  {
    name: 'whether content-length is parsed',
    valid: { fields: [['content-length', '1']], body: '' },
    invalid: { fields: [['content-length', '-1']], body: '' },
  },
  {
    name: 'whether chunks are validated',
    valid: { fields: CHUNKED, body: '0\r\n\r\n' },
    invalid: { fields: CHUNKED, body: 'X\r\n\r\n' },
  },
  {
    name: 'whether chunks are waited for',
    valid: { fields: CHUNKED, body: '0\r\n\r\n' },
    invalid: { fields: CHUNKED, body: '999\r\n' },
  },
];
