import { FRAME, PREFACE } from '../../../src/http2/frame.ts';
import {
  ACK,
  block,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  GET,
  headers,
  PADDED,
  POST,
  rstStream,
  settings,
  uint32,
  windowUpdate,
} from '../frames.ts';

/** What a server says to bytes that follow its client's preface and SETTINGS. */
export interface WireCase {
  readonly name: string;
  readonly input: Buffer;
  /** Frames, without what every connection begins with. */
  readonly said: readonly string[];
  readonly heard?: readonly string[];
}

const half = block(GET).length >> 1;
const GET_BLOCK = block(GET);
const part = (from: number, to?: number): Buffer => GET_BLOCK.subarray(from, to);
const join = (...parts: Buffer[]): Buffer => Buffer.concat(parts);

const fails = (name: string, input: Buffer, code: number, lastId = 0): WireCase => ({
  name,
  input,
  said: [`goAway ${lastId} ${code}`],
});

/** Frames by themselves: RFC 9113 §4, §6. */
export const frameCases: readonly WireCase[] = [
  fails('§4.2 a payload above 16 KiB: FRAME_SIZE_ERROR', frame(FRAME.data, 0, 1, Buffer.alloc(16_385)), 6),
  fails('§6.1 DATA on stream 0', data(0, 'x'), 1),
  fails(
    '§6.1 DATA whose padding is longer than the frame',
    join(headers(1, POST, false), frame(0, PADDED, 1, '\x05abc')),
    1,
    1,
  ),
  fails('§6.1 padded DATA without a pad length', join(headers(1, POST, false), frame(0, PADDED, 1)), 6, 1),
  fails('§5.1 DATA on an idle stream', data(1, 'x'), 1),
  fails('§6.2 HEADERS on stream 0', headers(0, GET), 1),
  fails(
    '§6.2 HEADERS whose padding is longer than the frame',
    frame(FRAME.headers, END_HEADERS | PADDED, 1, '\xff\x82'),
    1,
  ),
  fails(
    '§6.2 HEADERS with priority and no room for it',
    frame(FRAME.headers, END_HEADERS | 0x20, 1, 'abc'),
    6,
  ),
  fails('§6.3 PRIORITY on stream 0', frame(FRAME.priority, 0, 0, Buffer.alloc(5)), 1),
  fails('§6.3 PRIORITY of 4 bytes on an idle stream', frame(FRAME.priority, 0, 1, Buffer.alloc(4)), 6),
  fails('§6.4 RST_STREAM on stream 0', rstStream(0, 8), 1),
  fails('§6.4 RST_STREAM on an idle stream', rstStream(1, 8), 1),
  fails(
    '§6.4 RST_STREAM of 3 bytes',
    join(headers(1, POST, false), frame(FRAME.rstStream, 0, 1, 'abc')),
    6,
    1,
  ),
  fails('§6.5 SETTINGS on a stream', frame(FRAME.settings, 0, 1), 1),
  fails('§6.5 SETTINGS of 5 bytes', frame(FRAME.settings, 0, 0, 'abcde'), 6),
  fails('§6.5 an acknowledgement with a payload', frame(FRAME.settings, ACK, 0, 'abcdef'), 6),
  fails('§6.5.2 ENABLE_PUSH 2', settings([2, 2]), 1),
  fails('§6.5.2 INITIAL_WINDOW_SIZE 2^31', settings([4, 0x8000_0000]), 3),
  fails('§6.5.2 MAX_FRAME_SIZE 2^14-1', settings([5, 16_383]), 1),
  fails('§6.5.2 MAX_FRAME_SIZE 2^24', settings([5, 16_777_216]), 1),
  fails('RFC 8441 §3 ENABLE_CONNECT_PROTOCOL 2', settings([8, 2]), 1),
  fails(
    '§6.6 PUSH_PROMISE by a client',
    frame(FRAME.pushPromise, END_HEADERS, 1, join(uint32(2), GET_BLOCK)),
    1,
  ),
  fails('§6.7 PING on a stream', frame(FRAME.ping, 0, 1, '12345678'), 1),
  fails('§6.7 PING of 7 bytes', frame(FRAME.ping, 0, 0, '1234567'), 6),
  fails('§6.8 GOAWAY on a stream', frame(FRAME.goAway, 0, 1, Buffer.alloc(8)), 1),
  fails('§6.8 GOAWAY of 7 bytes', frame(FRAME.goAway, 0, 0, Buffer.alloc(7)), 6),
  fails('§6.9 WINDOW_UPDATE of 3 bytes', frame(FRAME.windowUpdate, 0, 0, 'abc'), 6),
  fails('§6.9 WINDOW_UPDATE of 0 on the connection', windowUpdate(0, 0), 1),
  fails('§6.9 WINDOW_UPDATE on an idle stream', windowUpdate(1, 1), 1),
  fails('§6.9.1 the window of the connection beyond 2^31-1', windowUpdate(0, 0x7fff_ffff), 3),
  fails('§6.10 CONTINUATION without HEADERS', frame(FRAME.continuation, END_HEADERS, 1, GET_BLOCK), 1),
  fails('§6.10 CONTINUATION on stream 0', frame(FRAME.continuation, END_HEADERS, 0, GET_BLOCK), 1),
  fails(
    '§6.10 CONTINUATION of another stream',
    join(frame(FRAME.headers, 0, 1, part(0, half)), frame(FRAME.continuation, END_HEADERS, 3, part(half))),
    1,
  ),
  fails(
    '§6.10 DATA in the middle of a block',
    join(frame(FRAME.headers, 0, 1, part(0, half)), data(1, 'x')),
    1,
  ),
  fails(
    '§6.10 a frame of unknown type in the middle of a block',
    join(frame(FRAME.headers, 0, 1, part(0, half)), frame(0x20, 0, 1, 'x')),
    1,
  ),
  fails(
    '§4.3 a block that does not decode: COMPRESSION_ERROR',
    frame(FRAME.headers, END_HEADERS, 1, '\xff\xff\xff'),
    9,
  ),
  {
    name: '§6.7 PING is answered with its payload',
    input: frame(FRAME.ping, 0, 0, '12345678'),
    said: ['ping ack'],
  },
  { name: '§6.7 an acknowledgement is not answered', input: frame(FRAME.ping, ACK, 0, '12345678'), said: [] },
  {
    name: '§6.5.2 a setting that is unknown is ignored, SETTINGS acknowledged',
    input: settings([0xff, 7]),
    said: ['settings ack'],
  },
  { name: '§5.5 frames of unknown type are ignored', input: frame(0x7f, 0xff, 9, 'abc'), said: [] },
  {
    name: '§5.3.2 PRIORITY is ignored, also one that depends on itself',
    input: frame(FRAME.priority, 0, 1, join(uint32(1), Buffer.alloc(1))),
    said: [],
  },
  {
    name: '§6.2 padding and priority of HEADERS are taken off',
    input: frame(
      FRAME.headers,
      END_STREAM | END_HEADERS | PADDED | 0x20,
      1,
      join(Buffer.from('\x03\0\0\0\x01\x10'), GET_BLOCK, Buffer.alloc(3)),
    ),
    said: [],
    heard: ['request 1 GET / end'],
  },
  {
    name: '§6.10 a block over HEADERS and two CONTINUATIONs',
    input: join(
      frame(FRAME.headers, END_STREAM, 1, part(0, 3)),
      frame(FRAME.continuation, 0, 1, part(3, half)),
      frame(FRAME.continuation, END_HEADERS, 1, part(half)),
    ),
    said: [],
    heard: ['request 1 GET / end'],
  },
  {
    name: '§6.1 DATA is given without its padding',
    input: join(headers(1, POST, false), frame(FRAME.data, PADDED | END_STREAM, 1, '\x04abcd\0\0\0\0')),
    said: [],
    heard: ['request 1 POST /', 'data 1 4 end'],
  },
  {
    name: '§4.1 the reserved bit of a stream identifier is ignored',
    input: join(headers(0x8000_0001, GET)),
    said: [],
    heard: ['request 1 GET / end'],
  },
];

/** Frames by the state of their stream: RFC 9113 §5.1, §5.1.1. */
export const stateCases: readonly WireCase[] = [
  fails('§5.1.1 a stream with an even identifier', headers(2, GET), 1),
  fails(
    '§5.1.1 an identifier below one that was opened and closed',
    join(headers(5, GET), rstStream(5, 8), headers(3, GET)),
    5,
    5,
  ),
  fails(
    '§5.1 HEADERS on a stream that its client reset',
    join(headers(1, GET), rstStream(1, 8), headers(1, GET)),
    5,
    1,
  ),
  {
    name: '§5.1 DATA on a stream that its client reset: STREAM_CLOSED on the stream',
    input: join(headers(1, POST, false), rstStream(1, 8), data(1, 'x')),
    said: ['rstStream 1 5'],
  },
  {
    name: '§5.1 DATA behind END_STREAM: STREAM_CLOSED on the stream',
    input: join(headers(1, GET), data(1, 'x')),
    said: ['rstStream 1 5'],
    heard: ['request 1 GET / end', 'reset 1 STREAM_CLOSED rule', 'over 1'],
  },
  {
    name: '§5.1 HEADERS behind END_STREAM: STREAM_CLOSED on the stream',
    input: join(headers(1, GET), headers(1, [['x', 'y']])),
    said: ['rstStream 1 5'],
  },
  {
    name: '§5.1 frames behind a reset of ours are ignored',
    input: join(
      headers(1, [...POST, ['content-length', '1']], false),
      data(1, 'xy'),
      data(1, 'z'),
      headers(1, [['x', 'y']]),
    ),
    said: ['rstStream 1 1'],
    heard: ['request 1 POST /', 'reset 1 PROTOCOL_ERROR rule', 'over 1'],
  },
  {
    name: '§5.1 WINDOW_UPDATE, RST_STREAM and PRIORITY on a closed stream are ignored',
    input: join(
      headers(1, GET),
      rstStream(1, 8),
      windowUpdate(1, 0),
      rstStream(1, 8),
      frame(FRAME.priority, 0, 1, Buffer.alloc(5)),
    ),
    said: [],
    heard: ['request 1 GET / end', 'reset 1 CANCEL peer', 'over 1'],
  },
  {
    name: '§6.3 PRIORITY of 4 bytes: FRAME_SIZE_ERROR on the stream',
    input: join(headers(1, GET), frame(FRAME.priority, 0, 1, Buffer.alloc(4))),
    said: ['rstStream 1 6'],
  },
  {
    name: '§6.9 WINDOW_UPDATE of 0 on a stream: PROTOCOL_ERROR on the stream',
    input: join(headers(1, GET), windowUpdate(1, 0), headers(3, GET)),
    said: ['rstStream 1 1'],
    heard: ['request 1 GET / end', 'reset 1 PROTOCOL_ERROR rule', 'over 1', 'request 3 GET / end'],
  },
  {
    name: '§6.9.1 the window of a stream beyond 2^31-1: FLOW_CONTROL_ERROR on the stream',
    input: join(headers(1, GET), windowUpdate(1, 0x7fff_ffff)),
    said: ['rstStream 1 3'],
  },
  {
    name: '§6.9.2 an initial window that makes a stream pass 2^31-1',
    input: join(headers(1, GET), windowUpdate(1, 0x7fff_ffff - 65_535), settings([4, 65_536])),
    said: ['settings ack', 'goAway 1 3'],
  },
  {
    name: '§8.1 trailers end the stream',
    input: join(headers(1, POST, false), data(1, 'ab'), headers(1, [['x-sum', '1']])),
    said: [],
    heard: ['request 1 POST /', 'data 1 2', 'trailers 1 x-sum 1'],
  },
  {
    name: '§8.1 trailers without END_STREAM: malformed',
    input: join(headers(1, POST, false), headers(1, [['x-sum', '1']], false)),
    said: ['rstStream 1 1'],
  },
];

/** The client's first bytes, for tests that need them in parts. */
export const PREFACE_CASES: readonly {
  readonly name: string;
  readonly input: Buffer;
  readonly code: number;
}[] = [
  { name: 'another preface', input: Buffer.from('GET / HTTP/1.1\r\n\r\n'), code: 1 },
  { name: 'no SETTINGS behind it', input: Buffer.concat([PREFACE, headers(1, GET)]), code: 1 },
  {
    name: 'an acknowledgement in place of SETTINGS',
    input: Buffer.concat([PREFACE, frame(FRAME.settings, ACK, 0)]),
    code: 1,
  },
];
