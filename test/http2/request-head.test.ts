import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHUNKED, type Refusal, type RequestHead } from '../../src/http1/message.ts';
import { HpackDecoder } from '../../src/http2/hpack/decoder.ts';
import { readRequestHead } from '../../src/http2/request-head.ts';
import { SpecialFields } from '../../src/http2/special-fields.ts';
import { block, type Fields, GET, POST } from './frames.ts';
import { RULES } from './harness.ts';

const LIMITS = { maxListBytes: 32 * 1024, maxFields: 100, maxCookieFields: 256 };

function read(fields: Fields, { endStream = true, ...rules } = {}): RequestHead | Refusal {
  const bytes = block(fields);
  const decoded = new HpackDecoder().decode(bytes, 0, bytes.length, LIMITS);
  // What is wrong with a field by itself the decoder tells.
  if (!decoded.ok) return { ok: false, status: 0, error: '', detail: decoded.detail };
  return readRequestHead(decoded, endStream, { ...RULES, ...rules }, new SpecialFields());
}

function statusOf(result: RequestHead | Refusal): number {
  return result.ok ? 200 : result.status;
}

/** GET with some of its pseudo-fields changed; null takes one out. */
function get(changes: Readonly<Record<string, string | null>>, ...more: Fields): Fields {
  const changed = GET.map(([name, value]) => [name, name in changes ? changes[name] : value] as const);
  return [
    ...changed.filter(
      (field): field is readonly [string, string] => field[1] !== null && field[1] !== undefined,
    ),
    ...more,
  ];
}

const MALFORMED = 0;

/** Rows of http2.md, Messages: what is answered, 0 for malformed. */
const cases: readonly (readonly [name: string, fields: Fields, status: number, options?: object])[] = [
  ...['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'transfer-encoding'].map(
    (name) => [`§8.2.2 ${name}`, get({}, [name, 'x']), MALFORMED] as const,
  ),
  ['§8.2.2 te: trailers', get({}, ['te', 'trailers']), 200],
  ['§8.2.2 te: gzip', get({}, ['te', 'gzip']), MALFORMED],
  ['§8.2.2 te: trailers, gzip', get({}, ['te', 'trailers, gzip']), MALFORMED],
  ['§8.2.1 an upper-case letter in a name', get({}, ['X-a', 'x']), MALFORMED],
  ...[' x', 'x y', 'x:y', 'x\r', 'x\n', '', 'x\0', 'x\x80'].map(
    (name) => [`§8.2.1 name ${JSON.stringify(name)}`, get({}, [name, 'x']), MALFORMED] as const,
  ),
  ...['a\rb', 'a\nb', 'a\0b', 'a\x01b', 'a\x7fb', ' a', 'a ', '\ta', 'a\t'].map(
    (value) => [`§8.2.1 value ${JSON.stringify(value)}`, get({}, ['x', value]), MALFORMED] as const,
  ),
  ['§8.2.1 value with bytes above 0x7f', get({}, ['x', '\x80\xff']), 200],
  ...['', 'foo', 'http://x/', '/a b', '/a\tb', '/\0', '/\r', '/\n', '*'].map(
    (path) => [`§8.3.1 :path ${JSON.stringify(path)}`, get({ ':path': path }), MALFORMED] as const,
  ),
  ['§8.3.1 :path * with OPTIONS', get({ ':path': '*', ':method': 'OPTIONS' }), 200],
  ['http1.md A22 :path with #', get({ ':path': '/a#b' }), 400],
  ['http1.md A20 :path with raw bytes above 0x7f', get({ ':path': '/\xff' }), 400],
  ['http1.md A26 query with raw {', get({ ':path': '/?a={' }), 400],
  ['http1.md I9 :path with %00', get({ ':path': '/%00' }), 400],
  ['http1.md I8 :path with %zz', get({ ':path': '/%zz' }), 400],
  ['§8.3.1 no :path', get({ ':path': null }), MALFORMED],
  ['§8.3.1 no :method', get({ ':method': null }), MALFORMED],
  ['§8.3.1 no :scheme', get({ ':scheme': null }), MALFORMED],
  ...['', 'G T', 'G\r', 'GET/'].map(
    (method) => [`§8.3.1 :method ${JSON.stringify(method)}`, get({ ':method': method }), MALFORMED] as const,
  ),
  ...['get', 'PRI', 'A~B'].map((method) => [`:method ${method}`, get({ ':method': method }), 501] as const),
  ['http1.md A17 a long :method', get({ ':method': 'A'.repeat(33) }), 400],
  ['http1.md A16 :method PURGE', get({ ':method': 'PURGE' }), 200],
  ['http1.md H10 TRACE', get({ ':method': 'TRACE' }), 405],
  ['http1.md H8 CONNECT', get({ ':method': 'CONNECT', ':scheme': null, ':path': null }), 405],
  ['§8.5 CONNECT with :path', get({ ':method': 'CONNECT' }), MALFORMED],
  ...['', 'http://evil/?', 'ht tp', '1http'].map(
    (scheme) => [`§8.3.1 :scheme ${JSON.stringify(scheme)}`, get({ ':scheme': scheme }), MALFORMED] as const,
  ),
  ['§8.3.1 :scheme ftp', get({ ':scheme': 'ftp' }), 400],
  ['§8.3.1 :scheme HTTP', get({ ':scheme': 'HTTP' }), 400],
  ['§8.3.1 :scheme https on plain TCP', get({ ':scheme': 'https' }), 400],
  ['§8.3.1 :scheme https behind a balancer', get({ ':scheme': 'https' }), 200, { trustsScheme: true }],
  ['§8.3.1 :scheme http on TLS', get({}), 400, { secure: true }],
  ...['', 'u@a', 'a/b', 'a#b', 'a b', 'a\r', 'a\n'].map(
    (authority) =>
      [
        `§8.3.1 :authority ${JSON.stringify(authority)}`,
        get({ ':authority': authority }),
        MALFORMED,
      ] as const,
  ),
  ...['a,b', 'a:99999', 'a:', '[::1', '%6fk', 'a?b'].map(
    (authority) => [`3986 :authority ${authority}`, get({ ':authority': authority }), 400] as const,
  ),
  ['§8.3.1 :authority and another host', get({}, ['host', 'b.test']), 400],
  ['§8.3.1 :authority and the same host in other letters', get({}, ['host', 'A.TEST.:80']), 200],
  ['§8.3.1 host only', get({ ':authority': null }, ['host', 'a.test']), 200],
  ['§8.3.1 two host', get({}, ['host', 'a.test'], ['host', 'a.test']), MALFORMED],
  ['§8.3.1 neither :authority nor host', get({ ':authority': null }), MALFORMED],
  ['§8.3 a pseudo-field twice', get({}, [':path', '/']), MALFORMED],
  ['§8.3 an unknown pseudo-field', [[':foo', 'x'], ...GET], MALFORMED],
  ['§8.3 a pseudo-field of responses', [[':status', '200'], ...GET], MALFORMED],
  ['§8.3 a pseudo-field behind a field', [['x', 'y'], ...GET], MALFORMED],
  ...['+5', '5, 5', '0x5', ' 5', '', '-1', '9007199254740992'].map(
    (value) =>
      [
        `§8.1.1 content-length ${JSON.stringify(value)}`,
        [...POST, ['content-length', value]],
        MALFORMED,
        { endStream: false },
      ] as const,
  ),
  [
    '§8.1.1 two content-length',
    [...POST, ['content-length', '5'], ['content-length', '5']],
    MALFORMED,
    { endStream: false },
  ],
  ['§8.1.1 content-length with END_STREAM', [...POST, ['content-length', '5']], MALFORMED],
  ['§8.1.1 content-length 0 with END_STREAM', [...POST, ['content-length', '0']], 200],
  ...['authorization', 'content-type', 'if-match', 'if-none-match', 'if-range', 'range'].map(
    (name) => [`9110 §5.3 two ${name}`, get({}, [name, 'a'], ['x', 'y'], [name, 'a']), 400] as const,
  ),
  [
    'a malformed message is not answered, whatever else is wrong',
    get({ ':scheme': 'ftp' }, ['te', 'x']),
    MALFORMED,
  ],
  ['http1.md: expect of something else', [...POST, ['expect', '200-ok']], 417, { endStream: false }],
  ['8441 §4 :protocol with GET', [[':protocol', 'websocket'], ...GET], MALFORMED],
  [
    '8441 §4 :protocol of something else',
    [[':protocol', 'connect-udp'], ...get({ ':method': 'CONNECT' })],
    501,
  ],
  [
    '8441 §4 CONNECT with :protocol and without :path',
    [[':protocol', 'websocket'], ...get({ ':method': 'CONNECT', ':path': null })],
    MALFORMED,
  ],
  [
    '6455 §4.2.2 a WebSocket of another version',
    [[':protocol', 'websocket'], ...get({ ':method': 'CONNECT' }, ['sec-websocket-version', '8'])],
    426,
  ],
  [
    '8441 §4 a WebSocket',
    [[':protocol', 'websocket'], ...get({ ':method': 'CONNECT' }, ['sec-websocket-version', '13'])],
    200,
  ],
];

describe('readRequestHead()', () => {
  for (const [name, fields, status, options] of cases) {
    test(`${name}: ${status === 0 ? 'malformed' : status}`, () => {
      assert.equal(statusOf(read(fields, options)), status);
    });
  }

  test('gives what the HTTP/1.1 codec gives for the same request', () => {
    const fields = get(
      { ':path': '/a/../b%41?x=1', ':authority': 'A.Test.:80' },
      ['cookie', 'a=b'],
      ['x', '1'],
      ['cookie', 'c=d'],
      ['te', 'trailers'],
      ['trailer', 'x'],
      ['host', 'a.test'],
      ['cookie', 'e=f'],
      ['y', '2'],
    );
    assert.deepEqual(read(fields), {
      ok: true,
      method: 'GET',
      path: '/bA',
      query: '?x=1',
      authority: 'a.test',
      host: 'a.test',
      minorVersion: 1,
      headers: ['cookie', 'a=b; c=d; e=f', 'x', '1', 'y', '2'],
      bodyLength: 0,
      keepAlive: true,
      expectContinue: false,
      teTrailers: true,
      upgrade: null,
      end: 0,
    });
  });

  test('tells the length of the body as far as it is known', () => {
    const of = (fields: Fields, endStream: boolean): number => {
      const head = read(fields, { endStream });
      return head.ok ? head.bodyLength : Number.NaN;
    };
    assert.equal(of(POST, false), CHUNKED);
    assert.equal(of(POST, true), 0);
    assert.equal(of([...POST, ['content-length', '005']], false), 5);
  });

  test('takes expect only where a body follows', () => {
    const head = (endStream: boolean): boolean => {
      const result = read([...POST, ['expect', '100-Continue']], { endStream });
      return result.ok && result.expectContinue;
    };
    assert.equal(head(false), true);
    assert.equal(head(true), false);
  });
});
