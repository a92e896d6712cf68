import { CHUNKED, type ResponseHead, UNTIL_CLOSE } from '../../../src/http1/message.ts';
import { type Case, wire } from './wire.ts';

/** A case of a response; the request was a GET without upgrade unless it says otherwise. */
export interface ResponseCase extends Case<ResponseHead> {
  readonly requestMethod?: string;
  readonly upgradeRequested?: boolean;
}

/** Rows K, and H5, H16. */
export const responseCases: readonly ResponseCase[] = [
  {
    id: 'plain',
    input: `${ok('Content-Length: 2')}hi`,
    expect: { status: 200, bodyLength: 2, keepAlive: true, announcedLength: -1 },
    rest: 'hi',
  },
  {
    id: 'no reason',
    input: wire('HTTP/1.1 200 ⏎Content-Length: 0⏎⏎'),
    expect: { status: 200, bodyLength: 0, announcedLength: 0 },
  },
  { id: 'no reason and no space', input: wire('HTTP/1.1 200⏎Content-Length: 0⏎⏎'), expect: { status: 200 } },
  { id: 'latin1 reason', input: wire('HTTP/1.1 404 \xe9 x⏎Content-Length: 0⏎⏎'), expect: { status: 404 } },
  {
    id: 'chunked',
    input: ok('Transfer-Encoding: chunked'),
    expect: { bodyLength: CHUNKED, keepAlive: true, headers: [] },
  },
  { id: 'until close', input: ok(), expect: { bodyLength: UNTIL_CLOSE, keepAlive: false } },
  {
    id: 'HTTP/1.0',
    input: wire('HTTP/1.0 200 OK⏎Content-Length: 1⏎⏎'),
    expect: { bodyLength: 1, keepAlive: false, minorVersion: 0 },
  },
  {
    id: 'HTTP/1.0 keep-alive',
    input: wire('HTTP/1.0 200 OK⏎Content-Length: 1⏎Connection: keep-alive⏎⏎'),
    expect: { keepAlive: true },
  },
  { id: 'close', input: ok('Content-Length: 1', 'Connection: close'), expect: { keepAlive: false } },
  {
    id: 'keep-alive timeout',
    input: ok('Content-Length: 1', 'Keep-Alive: max=5, Timeout=7'),
    expect: { keepAliveMs: 7000, headers: [] },
  },
  {
    id: 'keep-alive timeout, malformed',
    input: ok('Content-Length: 1', 'Keep-Alive: timeout=7s'),
    expect: { keepAliveMs: 0 },
  },
  {
    id: 'keep-alive timeout, endless',
    input: ok('Content-Length: 1', 'Keep-Alive: timeout=9007199254740991'),
    expect: { keepAliveMs: 86_400_000 },
  },
  {
    id: 'G1 in a response',
    input: ok('Content-Length: 1', 'X-A: 1', 'Connection: X-a'),
    expect: { headers: [] },
  },
  { id: 'K1 both', input: ok('Content-Length: 5', 'Transfer-Encoding: chunked'), expect: 502 },
  { id: 'K2 two', input: ok('Content-Length: 5', 'Content-Length: 5'), expect: 502 },
  ...['abc', '5, 6', '5, 5', '', '-1', '+1', '9007199254740992'].map((value) => ({
    id: `K2 Content-Length: ${value}`,
    input: ok(`Content-Length: ${value}`),
    expect: 502,
  })),
  ...['cow', 'gzip, chunked', 'chunked, chunked', 'identity', ',chunked', '\x0bchunked'].map((value) => ({
    id: `K: Transfer-Encoding: ${JSON.stringify(value)}`,
    input: ok(`Transfer-Encoding: ${value}`),
    expect: 502,
  })),
  {
    id: 'K4 HTTP/1.0 with transfer-encoding',
    input: wire('HTTP/1.0 200 OK⏎Transfer-Encoding: chunked⏎⏎'),
    expect: 502,
  },
  { id: 'K5 obs-fold', input: ok('X: a', ' b'), expect: 502 },
  { id: 'K7 bare LF', input: 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n', expect: 502 },
  { id: 'K7 bare CR', input: 'HTTP/1.1 200 OK\rContent-Length: 0\r\n\r\n', expect: 502 },
  { id: 'K7 control byte', input: ok('X: a\0'), expect: 502 },
  ...[
    'HTTP/1.1 2 OK',
    'HTTP/1.1 99999 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 200  OK',
    'HTP/1.1 200 OK',
    'HTTP/5.6 200 OK',
    'HTTP/2.0 200 OK',
    'HTTP/1.10 200 OK',
    'http/1.1 200 OK',
    'HTTP/1.1\t200 OK',
    'HTTP/1.1 200\tOK',
    'HTTP/1.1 200 O\tK',
    'HTTP/1.1 200OK',
    'HTTP/1.1 20x OK',
    'ICY 200 OK',
    '',
  ].map((line) => ({
    id: `K8 ${JSON.stringify(line)}`,
    input: wire(`${line}⏎Content-Length: 0⏎⏎`),
    expect: 502,
  })),
  { id: 'K8 refused before the head ends', input: 'HTTP/5.6 200 OK\r\n', expect: 502 },
  { id: 'K8 an empty line before', input: `\r\n${ok('Content-Length: 0')}`, expect: 502 },
  {
    id: 'K11 HEAD',
    input: ok('Content-Length: 5'),
    requestMethod: 'HEAD',
    expect: { bodyLength: 0, announcedLength: 5, keepAlive: true },
  },
  {
    id: 'K11 HEAD, chunked',
    input: ok('Transfer-Encoding: chunked'),
    requestMethod: 'HEAD',
    expect: { bodyLength: 0, announcedLength: -1, keepAlive: true },
  },
  {
    id: 'K11 HEAD without length',
    input: ok(),
    requestMethod: 'HEAD',
    expect: { bodyLength: 0, keepAlive: true },
  },
  {
    id: 'K11 304',
    input: wire('HTTP/1.1 304 x⏎Content-Length: 7⏎⏎'),
    expect: { bodyLength: 0, announcedLength: 7, keepAlive: true },
  },
  {
    id: 'K11 204',
    input: wire('HTTP/1.1 204 x⏎⏎'),
    expect: { bodyLength: 0, announcedLength: 0, keepAlive: true },
  },
  {
    id: 'K11 204 that announces a body',
    input: wire('HTTP/1.1 204 x⏎Content-Length: 7⏎⏎'),
    expect: { bodyLength: 0, keepAlive: false },
  },
  {
    id: 'K11 205',
    input: wire('HTTP/1.1 205 x⏎Content-Length: 0⏎⏎'),
    expect: { bodyLength: 0, announcedLength: 0, keepAlive: true },
  },
  {
    id: 'K11 205 with chunks',
    input: wire('HTTP/1.1 205 x⏎Transfer-Encoding: chunked⏎⏎'),
    expect: { bodyLength: 0, keepAlive: false },
  },
  { id: 'K19 too large', input: ok(`x: ${'y'.repeat(64 * 1024)}`), expect: 502 },
  { id: 'K19 too many fields', input: ok(...Array(101).fill('x: y')), expect: 502 },
  { id: 'K19 not complete', input: wire('HTTP/1.1 200 OK⏎Content-'), expect: null },
  {
    id: 'K20 cookies',
    input: ok('Set-Cookie: a=b, c', 'Set-Cookie: d', 'Content-Length: 0'),
    expect: { headers: ['set-cookie', 'a=b, c', 'set-cookie', 'd'] },
  },
  { id: 'C23 in a response', input: ok('Content-Type: a', 'Content-Type: b'), expect: 502 },
  { id: 'G2 in a response', input: ok('Connection: content-length'), expect: 502 },
  { id: 'H5 nobody asked', input: switched('websocket'), expect: 502 },
  {
    id: 'H5 WebSocket',
    input: `${switched('WebSocket')}x`,
    upgradeRequested: true,
    expect: { status: 101, upgrade: 'websocket', bodyLength: 0 },
    rest: 'x',
  },
  { id: 'H5 another token', input: switched('h2c'), upgradeRequested: true, expect: 502 },
  {
    id: 'H5 no token',
    input: wire('HTTP/1.1 101 x⏎Connection: upgrade⏎⏎'),
    upgradeRequested: true,
    expect: 502,
  },
  {
    id: 'H5 no connection: upgrade',
    input: wire('HTTP/1.1 101 x⏎Upgrade: websocket⏎⏎'),
    upgradeRequested: true,
    expect: 502,
  },
  {
    id: 'H5 HTTP/1.0',
    input: switched('websocket').replace('1.1', '1.0'),
    upgradeRequested: true,
    expect: 502,
  },
  {
    id: 'H4 200 to an upgrade',
    input: ok('Content-Length: 0'),
    upgradeRequested: true,
    expect: { status: 200, upgrade: null },
  },
  {
    id: 'H16 100 with a length',
    input: wire('HTTP/1.1 100 Continue⏎Content-Length: 5⏎⏎HTTP'),
    expect: { status: 100, bodyLength: 0, announcedLength: -1 },
    rest: 'HTTP',
  },
  {
    id: 'H16 103, chunked',
    input: wire('HTTP/1.1 103 x⏎Transfer-Encoding: chunked⏎Link: x⏎⏎'),
    expect: { bodyLength: 0, headers: ['link', 'x'] },
  },
];

function ok(...lines: readonly string[]): string {
  return wire(`HTTP/1.1 200 OK⏎${lines.map((line) => `${line}⏎`).join('')}⏎`);
}

function switched(token: string): string {
  return wire(`HTTP/1.1 101 Switching Protocols⏎Connection: Upgrade⏎Upgrade: ${token}⏎⏎`);
}
