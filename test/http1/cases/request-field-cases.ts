import { CHUNKED, type RequestHead } from '../../../src/http1/message.ts';
import { type Case, wire } from './wire.ts';

/** Rows B: `Host`. */
export const hostCases: readonly Case<RequestHead>[] = [
  { id: 'B1 no Host', input: wire('GET / HTTP/1.1⏎⏎'), expect: 400 },
  { id: 'B1 no Host, other fields', input: wire('GET / HTTP/1.1⏎X: y⏎⏎'), expect: 400 },
  { id: 'B2 two equal', input: withFields('Host: a'), expect: 400 },
  { id: 'B2 two, not equal', input: withFields('hOST: b'), expect: 400 },
  ...[
    'a, b',
    'a,b',
    'u@a',
    'a/p',
    'a?x',
    'a#x',
    '[::1',
    '[::1].',
    'x[::1]',
    '[ab..cd]',
    '[::1%25eth0]',
    '[]',
    '',
    'a b',
  ].map(host(400)),
  ...[
    '\xffa\xff',
    'a\xa0',
    '%6fk',
    'a:',
    'a:99999',
    'a:65536',
    'a:+1',
    'a:0x1',
    'a:1:2',
    '.',
    'a..',
    '.a',
    'a..b',
    ':80',
  ].map(host(400)),
  {
    id: 'B11 canonical form',
    input: hostOf('A.Example.COM.:80'),
    expect: { authority: 'a.example.com', host: 'a.example.com' },
  },
  {
    id: 'B11 port that is not the default',
    input: hostOf('A.:0443'),
    expect: { authority: 'a:443', host: 'a' },
  },
  {
    id: 'B11 address',
    input: hostOf('[2001:DB8::1]:8080'),
    expect: { authority: '[2001:db8::1]:8080', host: '[2001:db8::1]' },
  },
  { id: 'B11 white space around', input: hostOf('\t a \t'), expect: { authority: 'a', host: 'a' } },
  { id: 'B11 largest port', input: hostOf('a_b:65535'), expect: { authority: 'a_b:65535', host: 'a_b' } },
  { id: 'B13 HTTP/1.0 without Host', input: wire('GET / HTTP/1.0⏎⏎'), expect: 400 },
  {
    id: 'B13 HTTP/1.0 with Host',
    input: wire('GET / HTTP/1.0⏎Host: a⏎⏎'),
    expect: { minorVersion: 0, keepAlive: false },
  },
];

const controls = [...Array(0x20).keys(), 0x7f].filter((byte) => byte !== 9 && byte !== 10 && byte !== 13);

/** Rows C: field syntax. */
export const syntaxCases: readonly Case<RequestHead>[] = [
  { id: 'C1 SP before the colon', input: withFields('X : v'), expect: 400 },
  { id: 'C2 the first line begins with SP', input: wire('GET / HTTP/1.1⏎ Host: a⏎⏎'), expect: 400 },
  { id: 'C4 obs-fold', input: withFields('X: v', ' more'), expect: 400 },
  { id: 'C4 obs-fold with HTAB', input: withFields('X: v', '\tmore'), expect: 400 },
  {
    id: 'C5 obs-fold in transfer-encoding',
    input: withFields('Transfer-Encoding:', ' chunked'),
    expect: 400,
  },
  { id: 'C7 no colon', input: withFields('NoColon'), expect: 400 },
  { id: 'C7 SP for the colon', input: withFields('Content-Length 10'), expect: 400 },
  { id: 'C8 empty name', input: withFields(': v'), expect: 400 },
  ...['Bad[Name: v', 'X@Y: v', 'X\tY: v', 'Content-Length\x85: 10', 'X\xef: v', '\xa0X: v', 'X\0: v'].map(
    (line) => ({
      id: `C10, C11 ${JSON.stringify(line)}`,
      input: withFields(line),
      expect: 400,
    }),
  ),
  { id: 'C13 bare CR in a value', input: withFields('X: v\rw'), expect: 400 },
  { id: 'C13 CR CR LF', input: withFields('X: v\r'), expect: 400 },
  { id: 'C14 bare LF behind a value', input: wire('GET / HTTP/1.1⏎Host: a\nX: y⏎⏎'), expect: 400 },
  { id: 'C14 the head ends with LF', input: 'GET / HTTP/1.1\r\nHost: a\r\n\n', expect: 400 },
  { id: 'C14 the last line ends with LF', input: 'GET / HTTP/1.1\r\nHost: a\n\r\n', expect: 400 },
  { id: 'C16 CR at the start of a value', input: withFields('x:\rTransfer-Encoding: chunked'), expect: 400 },
  {
    id: 'C17 CR for the blank line',
    input: wire('GET / HTTP/1.1⏎Host: a⏎\rZGET /evil: HTTP/1.1⏎⏎'),
    expect: 400,
  },
  ...controls.flatMap((byte) => [
    {
      id: `C19 byte ${byte} in a value`,
      input: withFields(`X: a${String.fromCharCode(byte)}b`),
      expect: 400,
    },
    { id: `C19 byte ${byte} alone`, input: withFields(`X:${String.fromCharCode(byte)}`), expect: 400 },
  ]),
  { id: 'C19 HTAB is fine', input: withFields('X: a\tb'), expect: { headers: ['x', 'a\tb'] } },
  {
    id: 'C20 latin1',
    input: withFields('X: \x85\xa0\xe9\xff\xa0\x85'),
    expect: { headers: ['x', '\x85\xa0\xe9\xff\xa0\x85'] },
  },
  {
    id: 'C: white space around a value',
    input: withFields('X: \t v w\t ', 'Y:'),
    expect: { headers: ['x', 'v w', 'y', ''] },
  },
  {
    id: 'C22 names of Object.prototype',
    input: withFields('__proto__: x', 'constructor: y', 'toString: z'),
    expect: { headers: ['__proto__', 'x', 'constructor', 'y', 'tostring', 'z'] },
  },
  {
    id: 'C: order and repeats',
    input: withFields('B: 1', 'a: 2', 'b: 3'),
    expect: { headers: ['b', '1', 'a', '2', 'b', '3'] },
  },
  ...[
    'Authorization',
    'Content-Type',
    'If-Match',
    'If-None-Match',
    'If-Modified-Since',
    'If-Unmodified-Since',
    'If-Range',
    'Range',
    'If-Else',
  ].map((name) => ({
    id: `C23 two ${name}`,
    input: withFields(`${name}: x`, `${name.toLowerCase()}: x`),
    expect: 400,
  })),
  {
    id: 'C23 two cookies are fine',
    input: withFields('Cookie: a', 'Cookie: b'),
    expect: { headers: ['cookie', 'a', 'cookie', 'b'] },
  },
  { id: 'C25 100 fields', input: withFields(...Array(99).fill('a: b')), expect: { host: 'a' } },
  { id: 'C25 101 fields', input: withFields(...Array(100).fill('a: b')), expect: 431 },
  {
    id: 'C25 101 fields, not complete',
    input: withFields(...Array(100).fill('a: b')).slice(0, -2),
    expect: 431,
  },
  { id: 'C25 dropped fields count too', input: withFields(...Array(100).fill('Keep-Alive: x')), expect: 431 },
  { id: 'C25 too large', input: withFields(`a: ${'b'.repeat(32 * 1024)}`), expect: 431 },
  { id: 'C25 too large, not complete', input: `GET /${'b'.repeat(32 * 1024)}`, expect: 431 },
  {
    id: 'C25 too large: a fault before it comes first',
    input: withFields('a: \0', `a: ${'b'.repeat(32 * 1024)}`),
    expect: 400,
  },
  {
    id: 'C25 too large: a fault behind it comes too late',
    input: withFields(`a: ${'b'.repeat(32 * 1024)}`, 'a: \0'),
    expect: 431,
  },
  { id: 'C26 a name of 64 KiB', input: withFields(`${'n'.repeat(64 * 1024)}: v`), expect: 431 },
  { id: 'C26 a name of 9 KiB', input: withFields(`${'n'.repeat(9 * 1024)}: v`), expect: 431 },
  { id: 'C29 cut short', input: wire('GET / HTTP/1.1⏎Host: a'), expect: null },
  { id: 'C29 one byte is missing', input: wire('GET / HTTP/1.1⏎Host: a⏎\r'), expect: null },
];

/** Rows D: framing. */
export const framingCases: readonly Case<RequestHead>[] = [
  {
    id: 'D1 both',
    input: `${post('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\nX`,
    expect: 400,
  },
  {
    id: 'D2 both, the other way',
    input: post('Transfer-Encoding: chunked', 'Content-Length: 30'),
    expect: 400,
  },
  { id: 'D4 two equal', input: post('Content-Length: 5', 'Content-Length: 5'), expect: 400 },
  ...[
    '5, 5',
    '5, 10',
    '',
    '+5',
    '-1',
    '-0',
    '5-',
    '1 0',
    '13 37',
    '1Z',
    '5;a',
    '0x5',
    '1e3',
    '1_0',
    '\xb2',
    '5\xa0',
    '5.0',
    '"5"',
  ].map((value) => ({
    id: `D4–D10 ${JSON.stringify(value)}`,
    input: post(`Content-Length: ${value}`),
    expect: 400,
  })),
  ...['99999999999999999999', '9007199254740993', '9007199254740992', '1'.repeat(400)].map((value) => ({
    id: `D13 ${value}`,
    input: post(`Content-Length: ${value}`),
    expect: 400,
  })),
  { id: 'D11 010', input: post('Content-Length: 010'), expect: { bodyLength: 10 } },
  { id: 'D11 0200', input: post('Content-Length: 0200'), expect: { bodyLength: 200 } },
  { id: 'D11 00', input: post('Content-Length: 00'), expect: { bodyLength: 0 } },
  {
    id: 'D13 the largest',
    input: post('Content-Length: 9007199254740991'),
    expect: { bodyLength: 9007199254740991 },
  },
  ...['xchunked', 'chunkedchunked', 'cow', 'gzip, chunked', 'identity', 'gzip'].map((value) => ({
    id: `D14, D16 ${value}`,
    input: post(`Transfer-Encoding: ${value}`),
    expect: 501,
  })),
  {
    id: 'D16 in two lines',
    input: post('Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'),
    expect: 501,
  },
  {
    id: 'D17 two lines',
    input: post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
    expect: 400,
  },
  ...['chunked, chunked', 'chunked, gzip', ',chunked', 'chunked,', ', chunked', '', ','].map((value) => ({
    id: `D17, D19 ${JSON.stringify(value)}`,
    input: post(`Transfer-Encoding: ${value}`),
    expect: 400,
  })),
  ...[
    '\x0bchunked',
    '\x0cchunked',
    '\xa0chunked\xa0',
    'chunked\0',
    '"chunked"',
    "'chunked' x",
    'chunked;q=1',
    'chun\xe2\x84\xaaed',
    'ch\x96nked',
    'chunk ed',
  ].map((value) => ({
    id: `D20, D32 ${JSON.stringify(value)}`,
    input: post(`Transfer-Encoding: ${value}`),
    expect: 400,
  })),
  ...['Transfer-Encoding : chunked', 'Transfer-Encoding\x0b: chunked', '\x04Transfer-Encoding: chunked'].map(
    (line) => ({
      id: `D22 ${JSON.stringify(line)}`,
      input: post(line),
      expect: 400,
    }),
  ),
  { id: 'D23 behind CR', input: post('X: X\rTransfer-Encoding: chunked'), expect: 400 },
  { id: 'D23 behind LF', input: post('X: X\nTransfer-Encoding: chunked'), expect: 400 },
  { id: 'D25 HTTP/1.0', input: wire('POST / HTTP/1.0⏎Host: a⏎Transfer-Encoding: chunked⏎⏎'), expect: 400 },
  {
    id: 'D25 HTTP/1.0, unknown coding',
    input: wire('POST / HTTP/1.0⏎Host: a⏎Transfer-Encoding: cow⏎⏎'),
    expect: 400,
  },
  {
    id: 'D26 HTTP/1.0 without length',
    input: wire('POST / HTTP/1.0⏎Host: a⏎⏎body'),
    expect: { bodyLength: 0, keepAlive: false },
    rest: 'body',
  },
  {
    id: 'D28 bytes behind a length of 0',
    input: `${post('Content-Length: 0')}X`,
    expect: { bodyLength: 0 },
    rest: 'X',
  },
  { id: 'D29 neither', input: post(), expect: { bodyLength: 0 } },
  {
    id: 'D31 content-encoding',
    input: post('Content-Encoding: chunked'),
    expect: { bodyLength: 0, headers: ['content-encoding', 'chunked'] },
  },
  { id: 'D31 content-length-x', input: post('Content-Length-X: 5'), expect: { bodyLength: 0 } },
  {
    id: 'chunked',
    input: `${post('Transfer-Encoding: chunked')}0\r\n\r\n`,
    expect: { bodyLength: CHUNKED, headers: [] },
    rest: '0\r\n\r\n',
  },
  {
    id: 'chunked in another case',
    input: post('TRANSFER-encoding:\t CHUNKED \t'),
    expect: { bodyLength: CHUNKED },
  },
];

/** Rows G and H: fields of the connection, upgrades, `Expect`. */
export const connectionCases: readonly Case<RequestHead>[] = [
  {
    id: 'G1 named fields go',
    input: withFields(
      'X-Forwarded-For: 1',
      'Connection: close, X-Forwarded-For',
      'connection: X-B,,',
      'X-b: 2',
      'X-c: 3',
    ),
    expect: { headers: ['x-c', '3'], keepAlive: false },
  },
  ...['Host', 'Content-Length', 'transfer-encoding', 'Cookie', 'AUTHORIZATION', 'close, host'].map(
    (name) => ({
      id: `G2 Connection: ${name}`,
      input: withFields(`Connection: ${name}`),
      expect: 400,
    }),
  ),
  { id: 'G: no list of tokens', input: withFields('Connection: close;x'), expect: 400 },
  { id: 'G: too many members', input: withFields(`Connection: ${'a,'.repeat(65)}`), expect: 400 },
  { id: 'G4 HTAB behind close', input: withFields('Connection: close\t'), expect: { keepAlive: false } },
  { id: 'G4 any case', input: withFields('Connection: foo , CLOSE'), expect: { keepAlive: false } },
  {
    id: 'G: fields of one hop are not handed on',
    input: withFields(
      'Keep-Alive: 1',
      'Proxy-Connection: close',
      'Trailer: x',
      'TE: gzip',
      'HTTP2-Settings: x',
      'Upgrade: h2c',
      'Expect: 100-continue',
    ),
    expect: { headers: [], keepAlive: true },
  },
  { id: 'G7 TE', input: withFields('TE: trailers, gzip;q=1'), expect: { teTrailers: true, headers: [] } },
  { id: 'G7 TE in another place', input: withFields('TE: gzip;q=1 ,Trailers'), expect: { teTrailers: true } },
  { id: 'G7 TE without trailers', input: withFields('TE: gzip, xtrailers'), expect: { teTrailers: false } },
  {
    id: 'G8 HTTP/1.0 with keep-alive',
    input: wire('GET / HTTP/1.0⏎Host: a⏎Connection: Keep-Alive⏎⏎'),
    expect: { keepAlive: true },
  },
  {
    id: 'G8 HTTP/1.0 with both',
    input: wire('GET / HTTP/1.0⏎Host: a⏎Connection: keep-alive, close⏎⏎'),
    expect: { keepAlive: false },
  },
  {
    id: 'H1 h2c',
    input: withFields(
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
      'Connection: Upgrade, HTTP2-Settings',
    ),
    expect: { upgrade: null, headers: [] },
  },
  {
    id: 'H7 WebSocket',
    input: `${webSocket('Sec-WebSocket-Key: k', 'Sec-WebSocket-Version: 13')}early`,
    expect: { upgrade: 'websocket', headers: ['sec-websocket-key', 'k', 'sec-websocket-version', '13'] },
    rest: 'early',
  },
  {
    id: 'H7 one of several protocols',
    input: withFields(
      'Connection: upgrade',
      'Upgrade: h2c, WEBSOCKET',
      'Sec-WebSocket-Key: k',
      'Sec-WebSocket-Version: 13',
    ),
    expect: { upgrade: 'websocket' },
  },
  {
    id: 'H7 without connection: upgrade',
    input: withFields('Upgrade: websocket'),
    expect: { upgrade: null },
  },
  {
    id: 'H7 HTTP/1.0',
    input: wire('GET / HTTP/1.0⏎Host: a⏎Connection: upgrade⏎Upgrade: websocket⏎⏎'),
    expect: { upgrade: null },
  },
  { id: 'H7 without a key', input: webSocket('Sec-WebSocket-Version: 13'), expect: 400 },
  {
    id: 'H7 with an empty key',
    input: webSocket('Sec-WebSocket-Key:', 'Sec-WebSocket-Version: 13'),
    expect: 400,
  },
  {
    id: 'H7 with two keys',
    input: webSocket('Sec-WebSocket-Key: a', 'Sec-WebSocket-Key: b', 'Sec-WebSocket-Version: 13'),
    expect: 400,
  },
  { id: 'H7 version 99', input: webSocket('Sec-WebSocket-Key: k', 'Sec-WebSocket-Version: 99'), expect: 426 },
  { id: 'H7 no version', input: webSocket('Sec-WebSocket-Key: k'), expect: 426 },
  {
    id: 'H7 POST',
    input: wire('POST / HTTP/1.1⏎Host: a⏎Connection: upgrade⏎Upgrade: websocket⏎⏎'),
    expect: { upgrade: null },
  },
  { id: 'H7 with a body', input: webSocket('Content-Length: 1'), expect: { upgrade: null, bodyLength: 1 } },
  {
    id: 'H11 Expect',
    input: post('Expect: 100-Continue', 'Content-Length: 1'),
    expect: { expectContinue: true, headers: [] },
  },
  { id: 'H11 Expect without a body', input: post('Expect: 100-continue'), expect: { expectContinue: false } },
  {
    id: 'H11 Expect in HTTP/1.0',
    input: wire('POST / HTTP/1.0⏎Host: a⏎Content-Length: 1⏎Expect: 100-continue⏎⏎'),
    expect: { expectContinue: false },
  },
  { id: 'H11 another expectation', input: post('Expect: the worst', 'Content-Length: 1'), expect: 417 },
  { id: 'J1 two requests', input: withFields() + withFields(), expect: { path: '/' }, rest: withFields() },
];

function withFields(...lines: readonly string[]): string {
  return wire(`GET / HTTP/1.1⏎Host: a⏎${lines.map((line) => `${line}⏎`).join('')}⏎`);
}

function post(...lines: readonly string[]): string {
  return withFields(...lines).replace('GET', 'POST');
}

function webSocket(...lines: readonly string[]): string {
  return withFields('Connection: Upgrade', 'Upgrade: websocket', ...lines);
}

function hostOf(value: string): string {
  return wire(`GET / HTTP/1.1⏎Host: ${value}⏎⏎`);
}

function host(expect: number): (value: string) => Case<RequestHead> {
  return (value) => ({ id: `B4–B10 Host: ${JSON.stringify(value)}`, input: hostOf(value), expect });
}
