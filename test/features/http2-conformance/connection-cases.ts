import { FRAME, PREFACE } from '../../../src/http2/frame.ts';
import {
  block,
  data as dataFrame,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  rstStream,
  settings,
  windowUpdate,
} from '../../http2/frames.ts';
import {
  answers,
  BARE,
  type ConformanceCase,
  closes,
  connectionError,
  ends,
  firstSettings,
  ping,
  pong,
  streamError,
} from './outcomes.ts';
import {
  both,
  continuation,
  GET,
  get,
  getWithPriority,
  MORE,
  openHeaders,
  post,
  priority,
} from './requests.ts';

const EIGHT = '\0\0\0\0\0\0\0\0';
const GET_BLOCK = block(GET);
/** One stream more than we allow (the limits of http2.md). */
const TOO_MANY = Array.from({ length: 101 }, (_, i) => 2 * i + 1);
const UNKNOWN_FRAME = frame(0x16, 0, 0, EIGHT);
const UNKNOWN_FLAGS = 0x16;
const RESERVED_BIT = 2 ** 31;

/** Beginning a connection, frames, field blocks: suite `http2`, sections 3 and 4. */
const FRAME_CASES: readonly ConformanceCase[] = [
  [
    'http2/3.5/1',
    'SETTINGS is the first frame of a server',
    BARE,
    both(PREFACE, settings([4, 65_535])),
    firstSettings,
  ],
  [
    'http2/3.5/2',
    'what is no preface ends the connection',
    BARE,
    Buffer.from('INVALID CONNECTION PREFACE\r\n\r\n'),
    closes,
  ],
  ['http2/4.1/1', 'a frame of unknown type is ignored', both(UNKNOWN_FRAME, ping(EIGHT)), pong(EIGHT)],
  ['http2/4.1/2', 'flags without a meaning are ignored', ping(EIGHT, UNKNOWN_FLAGS), pong(EIGHT)],
  [
    'http2/4.1/3',
    'the reserved bit of a stream id is ignored',
    frame(FRAME.ping, UNKNOWN_FLAGS, RESERVED_BIT, EIGHT),
    pong(EIGHT),
  ],
  ['http2/4.2/1', 'DATA of 16 384 bytes', both(post(1), dataFrame(1, 'x'.repeat(16_384), true)), answers(1)],
  [
    'http2/4.2/2',
    'DATA of a byte more',
    both(post(1), dataFrame(1, 'x'.repeat(16_385), true)),
    connectionError('FRAME_SIZE_ERROR'),
  ],
  [
    'http2/4.2/3',
    'HEADERS of more than 16 384 bytes',
    get(1, ...[1, 2, 3, 4, 5].map((n) => [`x-${n}`, 'x'.repeat(4000)] as const)),
    connectionError('FRAME_SIZE_ERROR'),
  ],
  [
    'http2/4.3/1',
    'a field block that ends within a literal',
    frame(FRAME.headers, END_HEADERS | END_STREAM, 1, '\x40'),
    connectionError('COMPRESSION_ERROR'),
  ],
  [
    'http2/4.3/2',
    'PRIORITY within a field block',
    both(openHeaders(1, GET, false), priority(1), continuation(1, MORE, true)),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/4.3/3',
    'HEADERS of another stream within a field block',
    both(openHeaders(1, GET, false), get(3), continuation(1, MORE, true)),
    connectionError('PROTOCOL_ERROR'),
  ],
];

/** What a stream takes in each of its states: suite `http2`, section 5. */
const STREAM_CASES: readonly ConformanceCase[] = [
  ['http2/5.1/1', 'idle: DATA', dataFrame(1, 'test', true), connectionError('PROTOCOL_ERROR')],
  ['http2/5.1/2', 'idle: RST_STREAM', rstStream(1, 8), connectionError('PROTOCOL_ERROR')],
  ['http2/5.1/3', 'idle: WINDOW_UPDATE', windowUpdate(1, 100), connectionError('PROTOCOL_ERROR')],
  ['http2/5.1/4', 'idle: CONTINUATION', continuation(1, GET_BLOCK, true), connectionError('PROTOCOL_ERROR')],
  [
    'http2/5.1/5',
    'request ended: DATA',
    both(get(1), dataFrame(1, 'test', true)),
    streamError(1, 'STREAM_CLOSED'),
  ],
  ['http2/5.1/6', 'request ended: HEADERS', both(get(1), get(1)), streamError(1, 'STREAM_CLOSED')],
  [
    'http2/5.1/7',
    'request ended: CONTINUATION',
    both(get(1), continuation(1, GET_BLOCK, true)),
    connectionError('STREAM_CLOSED', 'PROTOCOL_ERROR'),
  ],
  [
    'http2/5.1/8',
    'reset by the client: DATA',
    both(headers(1, GET, false), rstStream(1, 8), dataFrame(1, 'test', true)),
    streamError(1, 'STREAM_CLOSED'),
  ],
  [
    'http2/5.1/9',
    'reset by the client: HEADERS',
    both(headers(1, GET, false), rstStream(1, 8), get(1)),
    connectionError('STREAM_CLOSED'),
  ],
  [
    'http2/5.1/10',
    'reset by the client: CONTINUATION',
    both(headers(1, GET, false), rstStream(1, 8), continuation(1, MORE, true)),
    connectionError('STREAM_CLOSED', 'PROTOCOL_ERROR'),
  ],
  [
    'http2/5.1/11',
    'answered: DATA',
    get(1),
    ends(1),
    dataFrame(1, 'test', true),
    streamError(1, 'STREAM_CLOSED'),
  ],
  ['http2/5.1/12', 'answered: HEADERS', get(1), ends(1), get(1), connectionError('STREAM_CLOSED')],
  [
    'http2/5.1/13',
    'answered: CONTINUATION',
    get(1),
    ends(1),
    continuation(1, MORE, true),
    connectionError('STREAM_CLOSED', 'PROTOCOL_ERROR'),
  ],
  ['http2/5.1.1/1', 'an even stream id', get(2), connectionError('PROTOCOL_ERROR')],
  [
    'http2/5.1.1/2',
    'a stream id below the one before',
    both(get(5), get(3)),
    // Opening 5 has closed 3 (RFC 9113 §5.1.1): we do not remember which of the closed ones were ever used.
    connectionError('PROTOCOL_ERROR', 'STREAM_CLOSED'),
  ],
  [
    'http2/5.1.2/1',
    'a stream more than may be open at once',
    both(settings([4, 0]), ...TOO_MANY.map((id) => get(id))),
    streamError(201, 'PROTOCOL_ERROR', 'REFUSED_STREAM'),
  ],
  ['http2/5.3.1/1', 'HEADERS of a stream that depends on itself', getWithPriority(1, { on: 1 }), answers(1)],
  [
    'http2/5.3.1/2',
    'PRIORITY of a stream that depends on itself',
    both(priority(1, { on: 1 }), ping(EIGHT)),
    pong(EIGHT),
  ],
  ['http2/5.4.1/1', 'a connection error closes the connection', frame(FRAME.ping, 0, 3, EIGHT), closes],
  ['http2/5.4.1/2', 'and GOAWAY says why', frame(FRAME.ping, 0, 3, EIGHT), connectionError('PROTOCOL_ERROR')],
  ['http2/5.5/1', 'an extension frame is ignored', both(UNKNOWN_FRAME, ping(EIGHT)), pong(EIGHT)],
  [
    'http2/5.5/2',
    'an extension frame within a field block',
    both(openHeaders(1, GET), UNKNOWN_FRAME),
    connectionError('PROTOCOL_ERROR'),
  ],
];

/** Suite `http2`, sections 3 to 5. */
export const CONNECTION_CASES: readonly ConformanceCase[] = [...FRAME_CASES, ...STREAM_CASES];

/** The cases whose rule RFC 9113 §5.3.2 has dropped with all of RFC 7540's priorities; here stands what we do instead. */
export const EXCUSED: ReadonlySet<string> = new Set(['http2/5.3.1/1', 'http2/5.3.1/2']);
