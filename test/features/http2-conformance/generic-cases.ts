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
  ends,
  firstSettings,
  ping,
  pong,
  pongOrClosed,
  settingsAck,
  someData,
} from './outcomes.ts';
import {
  both,
  continuation,
  GET,
  get,
  getWithPriority,
  goAway,
  HEAD,
  padded,
  post,
  priority,
} from './requests.ts';

const EIGHT = '\0\0\0\0\0\0\0\0';
const GET_BLOCK = block(GET);
/** Of answers, so that a stream stays open until it is told how much it may send. */
const NO_WINDOW = settings([4, 0]);
/** HEADERS with a part of the block, which cuts through a field. */
const cut = (from: number, to: number): Buffer =>
  frame(FRAME.headers, END_STREAM, 1, GET_BLOCK.subarray(from, to));

/** What an endpoint must take: suite `generic` but for HPACK. */
export const GENERIC_CASES: readonly ConformanceCase[] = [
  [
    'generic/1/1',
    'a client begins, and the server begins with SETTINGS',
    BARE,
    both(PREFACE, settings([4, 65_535])),
    firstSettings,
  ],
  ['generic/2/1', 'PRIORITY of an idle stream', both(priority(1), ping(EIGHT)), pong(EIGHT)],
  [
    'generic/2/2',
    'WINDOW_UPDATE while only the answer is to come',
    both(NO_WINDOW, get(1), windowUpdate(1, 1)),
    someData,
  ],
  [
    'generic/2/3',
    'PRIORITY while only the answer is to come',
    both(NO_WINDOW, get(1), priority(1), windowUpdate(1, 1)),
    someData,
  ],
  [
    'generic/2/4',
    'RST_STREAM while only the answer is to come',
    both(get(1), rstStream(1, 8), ping(EIGHT)),
    pong(EIGHT),
  ],
  [
    'generic/2/5',
    'PRIORITY of a stream that is over',
    get(1),
    ends(1),
    both(priority(1), ping(EIGHT)),
    pong(EIGHT),
  ],
  ['generic/3.1/1', 'a body in one DATA', both(post(1), dataFrame(1, 'test', true)), answers(1)],
  [
    'generic/3.1/2',
    'a body in two DATA',
    both(post(1), dataFrame(1, 'test'), dataFrame(1, 'test', true)),
    answers(1),
  ],
  [
    'generic/3.1/3',
    'DATA with padding',
    both(post(1), padded(FRAME.data, END_STREAM, 1, { payload: Buffer.from('test'), pad: 5 })),
    answers(1),
  ],
  ['generic/3.2/1', 'HEADERS', get(1), answers(1)],
  [
    'generic/3.2/2',
    'HEADERS with padding',
    padded(FRAME.headers, END_HEADERS | END_STREAM, 1, { payload: GET_BLOCK, pad: 8 }),
    answers(1),
  ],
  ['generic/3.2/3', 'HEADERS with a priority', getWithPriority(1, {}), answers(1)],
  ['generic/3.3/1', 'PRIORITY of weight 1', both(priority(1, { weight: 0 }), get(1)), answers(1)],
  ['generic/3.3/2', 'PRIORITY of weight 256', both(priority(1, { weight: 255 }), get(1)), answers(1)],
  [
    'generic/3.3/3',
    'PRIORITY that depends on another stream',
    both(priority(3, { on: 1, weight: 0 }), get(1)),
    answers(1),
  ],
  [
    'generic/3.3/4',
    'PRIORITY that is exclusive',
    both(priority(1, { exclusive: true, weight: 0 }), get(1)),
    answers(1),
  ],
  [
    'generic/3.3/5',
    'PRIORITY of an idle stream, then a request on a lower one',
    both(priority(3), get(1)),
    answers(1),
  ],
  [
    'generic/3.4/1',
    'RST_STREAM of a request whose body was to come',
    both(headers(1, GET, false), rstStream(1, 8), ping(EIGHT)),
    pong(EIGHT),
  ],
  [
    'generic/3.5/1',
    'SETTINGS with all parameters',
    settings([1, 4096], [2, 1], [3, 100], [4, 65_535], [5, 16_384], [6, 100]),
    settingsAck,
  ],
  ['generic/3.7/1', 'PING', ping('8 bytes!'), pong('8 bytes!')],
  ['generic/3.8/1', 'GOAWAY', both(goAway(0, 'a reason'), ping('8 bytes!')), pongOrClosed('8 bytes!')],
  ['generic/3.9/1', 'WINDOW_UPDATE of the connection', both(windowUpdate(0, 1), ping(EIGHT)), pong(EIGHT)],
  ['generic/3.9/2', 'WINDOW_UPDATE of a stream', both(get(1), windowUpdate(1, 1)), answers(1)],
  [
    'generic/3.10/1',
    'a field block that goes on in CONTINUATION',
    both(cut(0, 5), continuation(1, GET_BLOCK.subarray(5), true)),
    answers(1),
  ],
  [
    'generic/3.10/2',
    'a field block that goes on in two CONTINUATION',
    both(
      cut(0, 5),
      continuation(1, GET_BLOCK.subarray(5, 10), false),
      continuation(1, GET_BLOCK.subarray(10), true),
    ),
    answers(1),
  ],
  ['generic/4/1', 'GET', get(1), answers(1)],
  ['generic/4/2', 'HEAD', headers(1, HEAD), answers(1)],
  ['generic/4/3', 'POST', both(post(1), dataFrame(1, 'test', true)), answers(1)],
  [
    'generic/4/4',
    'POST with trailers',
    both(post(1, ['trailer', 'x-test']), dataFrame(1, 'test'), headers(1, [['x-test', 'ok']])),
    answers(1),
  ],
];
