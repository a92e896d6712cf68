import { FRAME } from '../../../src/http2/frame.ts';
import {
  ACK,
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
  type ConformanceCase,
  connectionError,
  data,
  ping,
  pong,
  settingsAck,
  someData,
  streamError,
} from './outcomes.ts';
import { both, continuation, GET, get, MORE, openHeaders, POST, padded, post, priority } from './requests.ts';

const EIGHT = '\0\0\0\0\0\0\0\0';
const MAX_INCREMENT = 2 ** 31 - 1;
const windowOf = (bytes: number): Buffer => settings([4, bytes]);

/** DATA, HEADERS, PRIORITY, RST_STREAM: sections 6.1 to 6.4. */
const STREAM_FRAMES: readonly ConformanceCase[] = [
  ['http2/6.1/1', 'DATA of stream 0', dataFrame(0, 'test', true), connectionError('PROTOCOL_ERROR')],
  [
    'http2/6.1/2',
    'DATA behind the end of the request',
    both(headers(1, POST), dataFrame(1, 'test', true)),
    streamError(1, 'STREAM_CLOSED'),
  ],
  [
    'http2/6.1/3',
    'DATA with more padding than payload',
    both(
      post(1, ['content-length', '4']),
      padded(FRAME.data, END_STREAM, 1, { payload: Buffer.from('Test'), pad: 6, zeros: 0 }),
    ),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.2/1',
    'PRIORITY behind HEADERS whose block goes on',
    both(openHeaders(1, GET, false), priority(1), continuation(1, MORE, true)),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.2/2',
    'HEADERS of another stream behind HEADERS whose block goes on',
    both(openHeaders(1, GET, false), get(3), continuation(1, MORE, true)),
    connectionError('PROTOCOL_ERROR'),
  ],
  ['http2/6.2/3', 'HEADERS of stream 0', get(0), connectionError('PROTOCOL_ERROR')],
  [
    'http2/6.2/4',
    'HEADERS with more padding than payload',
    padded(FRAME.headers, END_HEADERS | END_STREAM, 1, {
      payload: block(GET),
      pad: block(GET).length + 2,
      zeros: 0,
    }),
    connectionError('PROTOCOL_ERROR'),
  ],
  ['http2/6.3/1', 'PRIORITY of stream 0', priority(0), connectionError('PROTOCOL_ERROR')],
  [
    'http2/6.3/2',
    'PRIORITY of four bytes',
    both(get(1), frame(FRAME.priority, 0, 1, '\x80\0\0\x01')),
    streamError(1, 'FRAME_SIZE_ERROR'),
  ],
  ['http2/6.4/1', 'RST_STREAM of stream 0', rstStream(0, 8), connectionError('PROTOCOL_ERROR')],
  ['http2/6.4/2', 'RST_STREAM of an idle stream', rstStream(1, 8), connectionError('PROTOCOL_ERROR')],
  [
    'http2/6.4/3',
    'RST_STREAM of three bytes',
    both(get(1), frame(FRAME.rstStream, 0, 1, '\0\0\0')),
    connectionError('FRAME_SIZE_ERROR'),
  ],
];

/** SETTINGS, PING, GOAWAY: sections 6.5 to 6.8. */
const CONNECTION_FRAMES: readonly ConformanceCase[] = [
  [
    'http2/6.5/1',
    'an acknowledgement of SETTINGS with a payload',
    frame(FRAME.settings, ACK, 0, '\0'),
    connectionError('FRAME_SIZE_ERROR'),
  ],
  [
    'http2/6.5/2',
    'SETTINGS of a stream',
    frame(FRAME.settings, 0, 1, '\0\x03\0\0\0\x64'),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.5/3',
    'SETTINGS of three bytes',
    frame(FRAME.settings, 0, 0, '\0\x03\0'),
    connectionError('FRAME_SIZE_ERROR', 'PROTOCOL_ERROR'),
  ],
  ['http2/6.5.2/1', 'SETTINGS_ENABLE_PUSH 2', settings([2, 2]), connectionError('PROTOCOL_ERROR')],
  [
    'http2/6.5.2/2',
    'SETTINGS_INITIAL_WINDOW_SIZE 2^31',
    windowOf(2 ** 31),
    connectionError('FLOW_CONTROL_ERROR'),
  ],
  [
    'http2/6.5.2/3',
    'SETTINGS_MAX_FRAME_SIZE 2^14 - 1',
    settings([5, 16_383]),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.5.2/4',
    'SETTINGS_MAX_FRAME_SIZE 2^24',
    settings([5, 2 ** 24]),
    connectionError('PROTOCOL_ERROR'),
  ],
  ['http2/6.5.2/5', 'an unknown setting is ignored', both(settings([0xff, 1]), ping(EIGHT)), pong(EIGHT)],
  [
    'http2/6.5.3/1',
    'of two values in one SETTINGS the last holds',
    settings([4, 100], [4, 1]),
    settingsAck,
    get(1),
    data(1, 1),
  ],
  ['http2/6.5.3/2', 'SETTINGS is acknowledged', settings([2, 0]), settingsAck],
  ['http2/6.7/1', 'PING is acknowledged with its bytes', ping('8 bytes!'), pong('8 bytes!')],
  [
    'http2/6.7/2',
    'an acknowledgement of a PING is not answered',
    both(ping('no reply', ACK), ping('8 bytes!')),
    pong('8 bytes!'),
  ],
  ['http2/6.7/3', 'PING of a stream', frame(FRAME.ping, 0, 1, EIGHT), connectionError('PROTOCOL_ERROR')],
  [
    'http2/6.7/4',
    'PING of six bytes',
    frame(FRAME.ping, 0, 0, '\0\0\0\0\0\0'),
    connectionError('FRAME_SIZE_ERROR'),
  ],
  ['http2/6.8/1', 'GOAWAY of a stream', frame(FRAME.goAway, 0, 1, EIGHT), connectionError('PROTOCOL_ERROR')],
];

/** WINDOW_UPDATE and the windows: section 6.9. */
const WINDOWS: readonly ConformanceCase[] = [
  [
    'http2/6.9/1',
    'WINDOW_UPDATE of 0 for the connection',
    windowUpdate(0, 0),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.9/2',
    'WINDOW_UPDATE of 0 for a stream',
    both(headers(1, GET, false), windowUpdate(1, 0)),
    streamError(1, 'PROTOCOL_ERROR'),
  ],
  [
    'http2/6.9/3',
    'WINDOW_UPDATE of three bytes',
    frame(FRAME.windowUpdate, 0, 0, '\0\0\x01'),
    connectionError('FRAME_SIZE_ERROR'),
  ],
  ['http2/6.9.1/1', 'a window of one byte', windowOf(1), settingsAck, get(1), data(1, 1)],
  [
    'http2/6.9.1/2',
    'a window of the connection above 2^31 - 1',
    both(windowUpdate(0, MAX_INCREMENT), windowUpdate(0, MAX_INCREMENT)),
    connectionError('FLOW_CONTROL_ERROR'),
  ],
  [
    'http2/6.9.1/3',
    'a window of a stream above 2^31 - 1',
    both(headers(1, GET, false), windowUpdate(1, MAX_INCREMENT), windowUpdate(1, MAX_INCREMENT)),
    streamError(1, 'FLOW_CONTROL_ERROR'),
  ],
  [
    'http2/6.9.2/1',
    'a window that SETTINGS open later',
    windowOf(0),
    settingsAck,
    both(get(1), windowOf(1)),
    settingsAck,
    data(1, 1),
  ],
  [
    'http2/6.9.2/2',
    'a window that SETTINGS make negative',
    windowOf(3),
    settingsAck,
    get(1),
    someData,
    windowOf(2),
    settingsAck,
    windowUpdate(1, 2),
    data(1, 1),
  ],
  [
    'http2/6.9.2/3',
    'SETTINGS_INITIAL_WINDOW_SIZE 2^31 by hand',
    frame(FRAME.settings, 0, 0, '\0\x04\x80\0\0\0'),
    connectionError('FLOW_CONTROL_ERROR'),
  ],
];

/** CONTINUATION: section 6.10. */
const CONTINUATIONS: readonly ConformanceCase[] = [
  [
    'http2/6.10/1',
    'two CONTINUATION behind HEADERS',
    both(openHeaders(1, GET), continuation(1, MORE, false), continuation(1, MORE, true)),
    answers(1),
  ],
  [
    'http2/6.10/2',
    'DATA within a field block',
    both(openHeaders(1, POST, false), continuation(1, MORE, false), dataFrame(1, 'test', true)),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.10/3',
    'CONTINUATION of stream 0',
    both(openHeaders(1, GET), continuation(0, MORE, true)),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.10/4',
    'CONTINUATION behind HEADERS whose block has ended',
    both(get(1), continuation(1, MORE, true)),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.10/5',
    'CONTINUATION behind the last CONTINUATION',
    both(openHeaders(1, GET), continuation(1, MORE, true), continuation(1, MORE, true)),
    connectionError('PROTOCOL_ERROR'),
  ],
  [
    'http2/6.10/6',
    'CONTINUATION behind DATA within a field block',
    both(
      openHeaders(1, POST, false),
      dataFrame(1, 'test', true),
      continuation(1, MORE, false),
      continuation(0, MORE, true),
    ),
    connectionError('PROTOCOL_ERROR'),
  ],
];

/** Suite `http2`, section 6. */
export const FRAME_TYPE_CASES: readonly ConformanceCase[] = [
  ...STREAM_FRAMES,
  ...CONNECTION_FRAMES,
  ...WINDOWS,
  ...CONTINUATIONS,
];
