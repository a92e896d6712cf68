import { FRAME } from '../../../src/http2/frame.ts';
import {
  block,
  data as dataFrame,
  END_HEADERS,
  type Fields,
  frame,
  headers,
  rstStream,
  uint32,
} from '../../http2/frames.ts';
import { type ConformanceCase, connectionError, ping, pong, pongOrClosed, streamError } from './outcomes.ts';
import { both, GET, goAway, post, without } from './requests.ts';

const EIGHT = '\0\0\0\0\0\0\0\0';
const UNKNOWN_CODE = 0xff;

/** A request of these fields is malformed. RFC 9113 §8.1.1 */
const malformed = (id: string, says: string, fields: Fields): ConformanceCase => [
  id,
  says,
  headers(1, fields),
  streamError(1, 'PROTOCOL_ERROR'),
];

/** Error codes: suite `http2`, section 7. */
const CODES: readonly ConformanceCase[] = [
  [
    'http2/7/1',
    'GOAWAY with an unknown code',
    both(goAway(UNKNOWN_CODE), ping('8 bytes!')),
    pongOrClosed('8 bytes!'),
  ],
  [
    'http2/7/2',
    'RST_STREAM with an unknown code',
    both(post(1), rstStream(1, UNKNOWN_CODE), ping(EIGHT)),
    pong(EIGHT),
  ],
];

/** Messages: suite `http2`, section 8. RFC 9113 has the sections 8.1.2.x in 8.2 and 8.3. */
const MESSAGES: readonly ConformanceCase[] = [
  [
    'http2/8.1/1',
    'trailers that do not end the request',
    both(post(1), dataFrame(1, 'test'), headers(1, [['x-test', 'ok']], false)),
    streamError(1, 'PROTOCOL_ERROR'),
  ],
  malformed('http2/8.1.2/1', 'a name with capital letters', [...GET, ['X-TEST', 'ok']]),
  malformed('http2/8.1.2.1/1', 'an unknown pseudo-field', [...GET, [':test', 'ok']]),
  malformed('http2/8.1.2.1/2', 'a pseudo-field of answers', [...GET, [':status', '200']]),
  [
    'http2/8.1.2.1/3',
    'a pseudo-field in trailers',
    both(post(1), dataFrame(1, 'test'), headers(1, [[':method', 'POST']], false)),
    streamError(1, 'PROTOCOL_ERROR'),
  ],
  malformed('http2/8.1.2.1/4', 'pseudo-fields behind another field', [['x-test', 'ok'], ...GET]),
  malformed('http2/8.1.2.2/1', 'a field of the connection', [...GET, ['connection', 'keep-alive']]),
  malformed('http2/8.1.2.2/2', 'te with more than trailers', [
    ...GET,
    ['trailers', 'test'],
    ['te', 'trailers, deflate'],
  ]),
  malformed('http2/8.1.2.3/1', 'an empty :path', [...GET.slice(0, 2), [':path', ''], ...GET.slice(3)]),
  malformed('http2/8.1.2.3/2', 'no :method', without(':method')),
  malformed('http2/8.1.2.3/3', 'no :scheme', without(':scheme')),
  malformed('http2/8.1.2.3/4', 'no :path', without(':path')),
  malformed('http2/8.1.2.3/5', 'two :method', [...GET, [':method', 'GET']]),
  malformed('http2/8.1.2.3/6', 'two :scheme', [...GET, [':scheme', 'https']]),
  malformed('http2/8.1.2.3/7', 'two :path', [...GET, [':path', '/']]),
  [
    'http2/8.1.2.6/1',
    'a body longer than content-length',
    both(post(1, ['content-length', '1']), dataFrame(1, 'test', true)),
    streamError(1, 'PROTOCOL_ERROR'),
  ],
  [
    'http2/8.1.2.6/2',
    'a body in two DATA longer than content-length',
    both(post(1, ['content-length', '1']), dataFrame(1, 'test'), dataFrame(1, 'test', true)),
    streamError(1, 'PROTOCOL_ERROR'),
  ],
  [
    'http2/8.2/1',
    'PUSH_PROMISE of a client',
    frame(FRAME.pushPromise, END_HEADERS, 1, Buffer.concat([uint32(3), block(GET)])),
    connectionError('PROTOCOL_ERROR'),
  ],
];

/** Suite `http2`, sections 7 and 8. */
export const MESSAGE_CASES: readonly ConformanceCase[] = [...CODES, ...MESSAGES];
