import { type Case, wire } from './wire.ts';

/** What a whole chunked body decodes to. */
export interface Decoded {
  readonly payload: string;
  readonly trailers: readonly string[];
}

const bigTrailer = (bytes: number): string => `X:${'y'.repeat(bytes - 4)}⏎`;

/** Rows E and F. */
export const chunkedCases: readonly Case<Decoded>[] = [
  {
    id: 'plain',
    input: wire('5⏎hello⏎1⏎ ⏎6⏎world!⏎0⏎⏎GET'),
    expect: { payload: 'hello world!', trailers: [] },
    rest: 'GET',
  },
  { id: 'empty', input: wire('0⏎⏎'), expect: { payload: '' }, rest: '' },
  {
    id: 'hexadecimal in both cases',
    input: wire(`aA⏎${'x'.repeat(170)}⏎0000⏎⏎`),
    expect: { payload: 'x'.repeat(170) },
  },
  { id: '16 digits', input: wire('0000000000000005⏎hello⏎0000000000000000⏎⏎'), expect: { payload: 'hello' } },
  {
    id: 'payload that looks like framing',
    input: wire('a⏎⏎0⏎⏎⏎1⏎0⏎⏎'),
    expect: { payload: wire('⏎0⏎⏎⏎1') },
  },
  ...[
    '0x5',
    '+5',
    '-1',
    '-0x0',
    '1_0',
    '0_2e',
    '1garbage',
    '',
    'Z',
    ' 5',
    '5 ',
    '5\t',
    '\xb2',
    '5,5',
    '5.',
    'INVALID!!!',
  ].map((line) => ({
    id: `E1–E4, E20 size ${JSON.stringify(line)}`,
    input: wire(`${line}⏎hello⏎0⏎⏎`),
    expect: 400,
  })),
  ...[
    'FFFFFFFFFFFFFFFF0',
    '00000000000000005',
    '0'.repeat(400),
    'FFFFFFFFFFFFFFFF',
    '20000000000000',
    '0000000000000000F',
  ].map((line) => ({
    id: `E5 size ${line}`,
    input: wire(`${line}⏎hello⏎0⏎⏎`),
    expect: 400,
  })),
  { id: 'E5 the largest size', input: wire('1FFFFFFFFFFFFF⏎hello'), expect: null },
  { id: 'E7 data beyond the size', input: wire('5⏎hello!!⏎0⏎⏎'), expect: 400 },
  { id: 'E8 LF behind a size', input: '5\nhello\r\n0\r\n\r\n', expect: 400 },
  { id: 'E8 LF behind data', input: '5\r\nhello\n0\r\n\r\n', expect: 400 },
  { id: 'E8 LF at the end', input: '0\r\n\n', expect: 400 },
  { id: 'E8 CR alone behind a size', input: '5\rhello\r\n0\r\n\r\n', expect: 400 },
  { id: 'E8 CR alone at the end', input: '0\r\n\rX', expect: 400 },
  { id: 'E8 CR CR LF', input: '0\r\r\n\r\n', expect: 400 },
  { id: 'E10 LF in an extension', input: '5;\nhello\r\n0\r\n\r\n', expect: 400 },
  { id: 'E10 LF behind an extension', input: '2;\nxx\r\n0\r\n\r\n', expect: 400 },
  ...[
    '5;',
    '5;bad[=x',
    '5;a=',
    '5;=x',
    '5;;a',
    '5;a b',
    '5;a="x"y',
    '5;a=x y',
    '5;a="x',
    '5;a=x"y"',
    '5;\0x',
    '5;a\rX',
    '5;a="\x7f"',
    '5;a ',
    '5;a=x ',
  ].map((line) => ({ id: `E11–E14 ${JSON.stringify(line)}`, input: wire(`${line}⏎hello⏎0⏎⏎`), expect: 400 })),
  { id: 'E13 line break in quotes', input: wire('5;a="x⏎y"⏎hello⏎0⏎⏎'), expect: 400 },
  { id: 'E13 an escaped line break', input: wire('5;a="x\\⏎y"⏎hello⏎0⏎⏎'), expect: 400 },
  ...[
    '5;a',
    '5;a=b',
    '5;a="b;\\"⏎"'.replace('⏎', ' '),
    '5;a="";b=c',
    '5 ; a = b ;c',
    '5\t;a',
    '5;a="\xe9\t"',
  ].map((line) => ({
    id: `extension ${JSON.stringify(line)} is dropped`,
    input: wire(`${line}⏎hello⏎0;x⏎⏎`),
    expect: { payload: 'hello' },
  })),
  { id: 'a long extension', input: wire(`5;a=${'b'.repeat(1018)}⏎hello⏎0⏎⏎`), expect: { payload: 'hello' } },
  { id: 'an extension that is too long', input: wire(`5;a=${'b'.repeat(1019)}⏎hello⏎0⏎⏎`), expect: 400 },
  {
    id: 'E16 many small chunks',
    input: wire(`${'1⏎a⏎'.repeat(500)}0⏎⏎`),
    expect: { payload: 'a'.repeat(500) },
  },
  { id: 'E17 one CRLF too many', input: wire('5⏎hello⏎⏎0⏎⏎'), expect: 400 },
  { id: 'E19 no last chunk', input: wire('5⏎hello⏎'), expect: null },
  { id: 'E19 no end of the trailers', input: wire('5⏎hello⏎0⏎'), expect: null },
  {
    id: 'F1 trailers stay apart',
    input: wire('1⏎a⏎0⏎Content-Length: 50⏎Transfer-Encoding:chunked⏎host: b \t⏎⏎'),
    expect: { payload: 'a', trailers: ['content-length', '50', 'transfer-encoding', 'chunked', 'host', 'b'] },
    rest: '',
  },
  {
    id: 'F2 what looks like a request',
    input: wire('0⏎X:POST / HTTP/1.1⏎⏎Y'),
    expect: { trailers: ['x', 'POST / HTTP/1.1'] },
    rest: 'Y',
  },
  ...['X : y', ' X: y', ': y', 'X', 'X: \0', 'X: y\rz', 'X\xe9: y', 'X: y⏎ z'].map((line) => ({
    id: `F: malformed ${JSON.stringify(line)}`,
    input: wire(`0⏎${line}⏎⏎`),
    expect: 400,
  })),
  { id: 'F4 8 KiB', input: wire(`0⏎${bigTrailer(8190)}⏎`), expect: { payload: '' }, rest: '' },
  { id: 'F4 above 8 KiB', input: wire(`0⏎${bigTrailer(8191)}⏎`), expect: 431 },
  { id: 'F4 32 fields', input: wire(`0⏎${'a:b⏎'.repeat(32)}⏎`), expect: { payload: '' } },
  { id: 'F4 33 fields', input: wire(`0⏎${'a:b⏎'.repeat(33)}⏎`), expect: 431 },
];
