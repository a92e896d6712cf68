import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FRAME } from '../../src/http2/frame.ts';
import { BORROWED } from '../../src/lib/wire.ts';
import { frameCases, PREFACE_CASES, stateCases } from './cases/connection-cases.ts';
import {
  block,
  data,
  END_HEADERS,
  frame,
  GET,
  HELLO,
  headers,
  PADDED,
  POST,
  rstStream,
  settings,
  windowUpdate,
} from './frames.ts';
import { Harness } from './harness.ts';

/** What a server begins with, and its answer to the client's SETTINGS. */
const BEGINNING = ['settings', 'windowUpdate 0 983041', 'settings ack'];

function server(): Harness {
  const harness = new Harness();
  harness.feed(HELLO);
  assert.deepEqual(harness.said(), BEGINNING);
  return harness;
}

/** A client whose server has sent its SETTINGS. */
function client(...entries: Parameters<typeof settings>): Harness {
  const harness = new Harness({ server: false });
  harness.take();
  harness.feed(settings(...entries));
  assert.deepEqual(harness.said(), ['settings ack']);
  return harness;
}

const REQUEST = {
  method: 'GET',
  scheme: 'http',
  authority: 'a.test',
  path: '/',
  protocol: null,
  headers: [],
  neverIndexed: [],
  bodyLength: -1,
  teTrailers: false,
} as const;

const OK = { status: 200, headers: [], bodyLength: -1 };
const bytes = (length: number): Buffer => Buffer.alloc(length, 'b');

/** Feeds in pieces: whole, cut at every byte, byte by byte. */
function* cuts(length: number): Generator<readonly number[]> {
  yield [];
  const step = length > 400 ? 61 : 1;
  for (let cut = 1; cut < length; cut += step) yield [cut];
  if (length < 400) yield Array.from({ length: length - 1 }, (_, i) => i + 1);
}

describe('Http2Session', () => {
  for (const { name, input, said, heard } of [...frameCases, ...stateCases]) {
    test(`read(): ${name}`, () => {
      for (const at of cuts(input.length)) {
        const harness = server();
        let from = 0;
        for (const cut of [...at, input.length]) {
          harness.feed(input.subarray(from, cut));
          from = cut;
        }
        assert.deepEqual(harness.said(), said, `cut at ${at}`);
        if (heard === undefined) continue;
        // Data comes as it is cut.
        if (at.length === 0) assert.deepEqual(harness.events, heard);
        else assert.deepEqual(merged(harness.events), merged(heard));
      }
    });
  }

  for (const { name, input, code } of PREFACE_CASES) {
    test(`read(): §3.4 ${name} ends the connection`, () => {
      const harness = new Harness();
      harness.feed(input);
      assert.equal(harness.faults[0]?.code, code);
      assert.ok(harness.session.dead);
    });
  }

  test('read() does nothing with what follows a fault', () => {
    const harness = server();
    harness.feed(Buffer.concat([data(0, 'x'), headers(1, GET)]));
    harness.feed(headers(1, GET));
    assert.deepEqual(harness.events, ['fault PROTOCOL_ERROR']);
  });

  test('a fault resets every stream before it is told', () => {
    const harness = server();
    harness.feed(Buffer.concat([headers(1, GET), headers(3, GET), data(0, 'x')]));
    assert.deepEqual(harness.events.slice(2), [
      'reset 1 PROTOCOL_ERROR connection',
      'over 1',
      'reset 3 PROTOCOL_ERROR connection',
      'over 3',
      'fault PROTOCOL_ERROR',
    ]);
  });

  test('respond() and write() answer a request', () => {
    const harness = server();
    harness.feed(headers(1, GET));
    const stream = harness.stream(1);
    assert.ok(harness.session.inform(stream, 103, ['link', 'x']));
    assert.ok(harness.session.respond(stream, { status: 200, headers: ['a', 'b'], bodyLength: 2 }, false));
    assert.ok(harness.session.write(stream, bytes(2), 0, 2, BORROWED, true));
    assert.deepEqual(harness.said(), [
      'headers 1 103 link x',
      'headers 1 200 a b content-length 2',
      'data 1 2 end',
    ]);
    assert.equal(harness.session.openStreams, 0);
  });

  test('respond() refuses fields that must not be sent, and sends nothing', () => {
    for (const fields of [
      ['a', 'b\r\nc'],
      ['A', 'b'],
      ['connection', 'close'],
      ['transfer-encoding', 'chunked'],
      ['content-length', '5'],
      ['te', 'trailers'],
      ['host', 'a'],
      [':status', '200'],
      ['a', 'b '],
      ['', 'b'],
    ]) {
      const harness = server();
      harness.feed(headers(1, GET));
      const parts = { status: 200, headers: fields, bodyLength: -1 };
      assert.equal(harness.session.respond(harness.stream(1), parts, true), false, JSON.stringify(fields));
      assert.deepEqual(harness.said(), []);
      assert.ok(harness.session.respond(harness.stream(1), OK, true));
      assert.deepEqual(harness.said(), ['headers 1 200 end']);
    }
  });

  test('respond() with a head above 16 KiB goes on in CONTINUATION (§6.10)', () => {
    const harness = server();
    const peer = client();
    peer.session.request(REQUEST, 'a', true);
    peer.take();
    harness.feed(headers(1, GET));
    const long = Array.from({ length: 8 }, (_, i) => [`x-${i}`, '\x60'.repeat(6000 + i)]).flat();
    assert.ok(
      harness.session.respond(harness.stream(1), { status: 200, headers: long, bodyLength: -1 }, true),
    );
    peer.feed(harness.take());
    assert.deepEqual(peer.responses[0]?.headers, long);
  });

  test('an answer before the end of the request is followed by RST_STREAM NO_ERROR (§8.1)', () => {
    const harness = server();
    harness.feed(headers(1, POST, false));
    harness.session.respond(harness.stream(1), OK, true);
    assert.deepEqual(harness.said(), ['headers 1 200 end', 'rstStream 1 0']);
    harness.feed(Buffer.concat([data(1, 'late'), data(1, 'r', true)]));
    assert.deepEqual(harness.said(), []);
    assert.deepEqual(harness.events, ['request 1 POST /', 'over 1']);
  });

  test('an answer when only END_STREAM is missing waits for it', () => {
    const harness = server();
    harness.feed(Buffer.concat([headers(1, [...POST, ['content-length', '2']], false), data(1, 'ab')]));
    harness.session.respond(harness.stream(1), OK, true);
    assert.deepEqual(harness.said(), ['headers 1 200 end']);
    harness.feed(data(1, '', true));
    assert.deepEqual(harness.events.slice(-2), ['data 1 0 end', 'over 1']);
  });

  test('write() sends within the window of the stream, then tells when more is welcome (§5.2)', () => {
    const harness = server();
    harness.feed(Buffer.concat([settings([4, 10]), headers(1, GET)]));
    const stream = harness.stream(1);
    harness.session.respond(stream, OK, false);
    assert.equal(harness.session.write(stream, bytes(25), 0, 25, BORROWED, false), false);
    assert.deepEqual(harness.said().slice(1), ['headers 1 200', 'data 1 10']);
    assert.equal(harness.session.isClear(stream), false);
    harness.feed(windowUpdate(1, 10));
    assert.deepEqual(harness.said(), ['data 1 10']);
    harness.feed(windowUpdate(1, 10));
    assert.deepEqual(harness.said(), ['data 1 5']);
    assert.equal(harness.events.at(-1), 'writable 1');
    assert.ok(harness.session.isClear(stream));
    harness.session.end(stream, ['x', 'y']);
    assert.deepEqual(harness.said(), ['headers 1 end x y']);
  });

  test('write() sends within the window of the connection', () => {
    const harness = server();
    harness.feed(Buffer.concat([settings([4, 1 << 20]), headers(1, GET)]));
    harness.session.respond(harness.stream(1), OK, false);
    harness.session.write(harness.stream(1), bytes(70_000), 0, 70_000, BORROWED, true);
    const sent = harness.said().filter((text) => text.startsWith('data'));
    assert.deepEqual(sent, ['data 1 16384', 'data 1 16384', 'data 1 16384', 'data 1 16383']);
    harness.feed(windowUpdate(0, 10_000));
    assert.deepEqual(harness.said(), ['data 1 4465 end']);
  });

  test('a smaller initial window makes a window negative until it is given back (§6.9.2)', () => {
    const harness = server();
    harness.feed(Buffer.concat([settings([4, 100]), headers(1, GET)]));
    const stream = harness.stream(1);
    harness.session.respond(stream, OK, false);
    harness.session.write(stream, bytes(150), 0, 150, BORROWED, true);
    harness.take();
    harness.feed(settings([4, 20]));
    assert.equal(stream.sendWindow, -80);
    harness.feed(windowUpdate(1, 80));
    assert.deepEqual(harness.said(), ['settings ack']);
    harness.feed(windowUpdate(1, 60));
    assert.deepEqual(harness.said(), ['data 1 50 end']);
  });

  test('an empty end needs no window', () => {
    const harness = server();
    harness.feed(Buffer.concat([settings([4, 0]), headers(1, GET)]));
    harness.session.respond(harness.stream(1), OK, false);
    harness.session.end(harness.stream(1));
    assert.deepEqual(harness.said().slice(1), ['headers 1 200', 'data 1 0 end']);
  });

  test('trailers that must not be sent are left out, and the message ends', () => {
    const harness = server();
    harness.feed(headers(1, GET));
    harness.session.respond(harness.stream(1), OK, false);
    harness.session.end(harness.stream(1), ['connection', 'x']);
    assert.deepEqual(harness.said(), ['headers 1 200', 'data 1 0 end']);
  });

  test('consumed() gives the window back by halves, data taken in that of the connection', () => {
    const harness = server();
    harness.consumes = false;
    harness.feed(headers(1, POST, false));
    for (let i = 0; i < 4; i++) harness.feed(data(1, bytes(16_000)));
    assert.deepEqual(harness.said(), []);
    harness.session.consumed(harness.stream(1), 32_767);
    assert.deepEqual(harness.said(), []);
    harness.session.consumed(harness.stream(1), 1);
    assert.deepEqual(harness.said(), ['windowUpdate 1 32768']);
    // Half of 1 MiB is reached with 33 pieces in all.
    for (let id = 3; id <= 17; id += 2) {
      harness.feed(headers(id, POST, false));
      for (let i = 0; i < 4; i++) harness.feed(data(id, bytes(16_000)));
    }
    assert.deepEqual(harness.said(), ['windowUpdate 0 528000']);
  });

  test('DATA beyond the window of its stream resets it: FLOW_CONTROL_ERROR (§6.9.1)', () => {
    const harness = server();
    harness.consumes = false;
    harness.feed(headers(1, POST, false));
    for (let i = 0; i < 4; i++) harness.feed(data(1, bytes(16_384)));
    harness.feed(data(1, 'x'));
    assert.deepEqual(harness.said(), ['rstStream 1 3']);
  });

  test('padding counts against windows and is given back at once (§6.1, §6.9.1)', () => {
    const harness = server();
    harness.consumes = false;
    harness.feed(headers(1, POST, false));
    const padded = frame(FRAME.data, PADDED, 1, Buffer.concat([Buffer.from([255, 1]), Buffer.alloc(255)]));
    for (let i = 0; i < 127; i++) harness.feed(padded);
    assert.deepEqual(harness.said(), []);
    harness.feed(padded);
    assert.deepEqual(harness.said(), ['windowUpdate 1 32768']);
  });

  test('content-length and DATA must agree, on the stream (§8.1.1)', () => {
    const with5 = [...POST, ['content-length', '5'] as const];
    for (const [name, input] of [
      ['less, with DATA', Buffer.concat([headers(1, with5, false), data(1, 'abcd', true)])],
      [
        'less, with trailers',
        Buffer.concat([headers(1, with5, false), data(1, 'abcd'), headers(1, [['x', 'y']])]),
      ],
      ['none', headers(1, with5, true)],
      ['more', Buffer.concat([headers(1, with5, false), data(1, 'abcdef')])],
    ] as const) {
      const harness = server();
      harness.feed(input);
      harness.feed(headers(3, GET));
      assert.deepEqual(harness.said(), ['rstStream 1 1'], name);
      assert.equal(harness.events.at(-1), 'request 3 GET / end', name);
      assert.equal(harness.body(1).includes('f'), false, 'what is too much is not handed on');
    }
  });

  test('a malformed request goes no further and harms no other stream (§8.1.1)', () => {
    const harness = server();
    harness.feed(Buffer.concat([headers(1, GET), headers(3, [...GET, ['Upper', 'x']]), headers(5, GET)]));
    assert.deepEqual(harness.said(), ['rstStream 3 1']);
    assert.deepEqual(harness.events, ['request 1 GET / end', 'request 5 GET / end']);
  });

  test('too many or too large fields are answered with 431, and the connection goes on', () => {
    const harness = server();
    const many = Array.from({ length: 101 }, (_, i) => [`x-${i}`, ''] as const);
    harness.feed(headers(1, [...GET, ...many]));
    harness.feed(headers(3, [...GET, ['x', 'y'.repeat(15_000)], ['z', 'y'.repeat(1000)]]));
    const large = block([...GET, ['x', 'y'.repeat(33_000)]]);
    harness.feed(frame(FRAME.headers, 1, 5, large.subarray(0, 16_384)));
    harness.feed(frame(FRAME.continuation, 0, 5, large.subarray(16_384, 32_768)));
    harness.feed(frame(FRAME.continuation, END_HEADERS, 5, large.subarray(32_768)));
    const cookies = Array.from({ length: 256 }, (_, i) => ['cookie', `c${i}`] as const);
    harness.feed(headers(7, [...GET, ...cookies]));
    assert.deepEqual(harness.events, [
      'refused 1 431 end',
      'request 3 GET / end',
      'refused 5 431 end',
      'request 7 GET / end',
    ]);
    assert.ok(harness.session.respond(harness.stream(1), { ...OK, status: 431 }, true));
    assert.deepEqual(harness.said(), ['headers 1 431 end']);
  });

  test('streams above the limit are refused and may be tried again (§5.1.2)', () => {
    const harness = new Harness({ limits: { maxStreams: 2 } });
    harness.feed(Buffer.concat([HELLO, headers(1, GET), headers(3, GET), headers(5, GET)]));
    assert.deepEqual(harness.said().slice(3), ['rstStream 5 7']);
    harness.session.respond(harness.stream(1), OK, true);
    harness.feed(headers(7, GET));
    assert.equal(harness.events.at(-1), 'request 7 GET / end');
  });

  test('goAway() goes in two steps; streams behind the second are refused (§6.8)', () => {
    const harness = server();
    harness.feed(headers(1, GET));
    harness.session.goAway();
    harness.session.goAway();
    const output = harness.take();
    assert.equal(output.readUInt32BE(9), 0x7fff_ffff);
    const ping = output.subarray(17);
    harness.feed(headers(3, GET));
    assert.equal(harness.events.at(-1), 'request 3 GET / end');
    const pong = Buffer.from(ping);
    pong[4] = 1;
    harness.feed(pong);
    assert.deepEqual(harness.said(), ['goAway 3 0']);
    harness.feed(Buffer.concat([headers(5, GET), headers(7, GET)]));
    assert.deepEqual(harness.said(), ['rstStream 5 7', 'rstStream 7 7']);
    harness.session.respond(harness.stream(3), OK, true);
    assert.deepEqual(harness.said(), ['headers 3 200 end']);
    assert.equal(harness.session.openStreams, 1);
  });

  test('finishGoAway() does not wait for the round trip', () => {
    const harness = server();
    harness.session.finishGoAway();
    assert.deepEqual(harness.said(), []);
    harness.session.goAway();
    harness.session.finishGoAway();
    assert.deepEqual(harness.said(), [`goAway ${0x7fff_ffff} 0`, 'ping', 'goAway 0 0']);
    assert.deepEqual(harness.events, ['draining']);
  });

  test('a connection that had all its streams is drained', () => {
    const harness = new Harness({ limits: { maxTotalStreams: 2 } });
    harness.feed(Buffer.concat([HELLO, headers(1, GET)]));
    assert.equal(harness.session.draining, false);
    harness.feed(headers(3, GET));
    assert.ok(harness.session.draining);
  });

  test('ping() tells when it came back, and only then', () => {
    const harness = server();
    harness.feed(frame(FRAME.ping, 1, 0, 'sluice/p'));
    harness.session.ping();
    const ping = harness.take();
    ping[4] = 1;
    harness.feed(ping);
    harness.feed(ping);
    assert.deepEqual(harness.events, ['pong']);
  });

  test('close() resets every stream without a word', () => {
    const harness = server();
    harness.feed(headers(1, GET));
    harness.session.close();
    assert.deepEqual(harness.events.slice(1), ['reset 1 CANCEL connection', 'over 1']);
    assert.equal(harness.take().length, 0);
  });

  test('a driver may answer, reset and close from inside every call', () => {
    for (const act of [
      (h: Harness) => h.session.respond(h.stream(1), OK, true),
      (h: Harness) => h.session.reset(h.stream(1), 8),
      (h: Harness) => h.session.close(),
      (h: Harness) => h.session.fail(2, 'ours'),
    ]) {
      const harness = server();
      harness.onRequestDo = (stream) => stream.id === 1 && act(harness);
      harness.feed(Buffer.concat([headers(1, GET), headers(3, POST, false), data(3, 'x', true)]));
      assert.equal(harness.events.filter((event) => event === 'over 1').length, 1);
      const body = server();
      body.onData = (stream) => {
        body.streams.set(1, stream);
        act(body);
        body.onData = () => {};
      };
      body.feed(Buffer.concat([headers(1, POST, false), data(1, 'x'), data(1, 'y', true)]));
      assert.equal(body.events.filter((event) => event === 'over 1').length, 1);
    }
  });

  test('extended CONNECT for a WebSocket is a GET that asks for an upgrade; data follows (RFC 8441 §4)', () => {
    const harness = server();
    const connect = [
      [':method', 'CONNECT'],
      [':protocol', 'websocket'],
      ...GET.slice(1),
      ['sec-websocket-version', '13'],
    ] as const;
    harness.feed(Buffer.concat([headers(1, connect, false), data(1, 'frames')]));
    assert.deepEqual(harness.events, ['request 1 GET /', 'data 1 6']);
    assert.equal(harness.requests[0]?.upgrade, 'websocket');
  });
});

describe('Http2Session as a client', () => {
  test('request() opens streams in order, with what comes first before them', () => {
    const harness = new Harness({ server: false });
    assert.ok(harness.session.canOpen);
    assert.equal(harness.session.request(REQUEST, 'a', true)?.id, 1);
    assert.equal(harness.session.request({ ...REQUEST, teTrailers: true, bodyLength: 3 }, 'b', false)?.id, 3);
    const said = harness.take();
    assert.equal(said.subarray(0, 24).toString(), 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const peer = new Harness();
    peer.feed(said);
    assert.deepEqual(peer.events, ['request 1 GET / end', 'request 3 GET /']);
    assert.equal(peer.requests[1]?.bodyLength, 3);
    assert.equal(peer.requests[1]?.teTrailers, true);
  });

  test('request() refuses parts that must not be sent, and uses no identifier', () => {
    const harness = client();
    for (const wrong of [
      { path: '/a b' },
      { method: 'G ET' },
      { authority: 'a\n' },
      { headers: ['a', '\0'] },
      { headers: ['te', 'x'] },
    ]) {
      assert.equal(harness.session.request({ ...REQUEST, ...wrong }, 'a', true), null);
    }
    assert.equal(harness.session.request(REQUEST, 'a', true)?.id, 1);
  });

  test('canOpen respects the streams that the server takes (§5.1.2)', () => {
    const harness = client([3, 1]);
    const first = harness.session.request(REQUEST, 'a', true);
    assert.equal(harness.session.canOpen, false);
    assert.throws(() => harness.session.request(REQUEST, 'b', true), /canOpen/);
    assert.ok(first !== null);
    harness.feed(headers(1, [[':status', '200']]));
    assert.ok(harness.session.canOpen);
    const cautious = new Harness({ server: false, streamsBeforeSettings: 0 });
    assert.equal(cautious.session.canOpen, false);
  });

  test('a response comes with interim ones before it and trailers behind it (§8.1)', () => {
    const harness = client();
    harness.session.request(REQUEST, 'a', true);
    harness.feed(
      headers(
        1,
        [
          [':status', '103'],
          ['link', 'x'],
        ],
        false,
      ),
    );
    harness.feed(headers(1, [[':status', '200']], false));
    harness.feed(data(1, 'abc'));
    harness.feed(headers(1, [['grpc-status', '0']]));
    assert.deepEqual(harness.events, [
      'interim 1 103',
      'response 1 200',
      'data 1 3',
      'trailers 1 grpc-status 0',
      'over 1',
    ]);
  });

  test('RST_STREAM NO_ERROR behind END_STREAM takes nothing from an answer (§8.1)', () => {
    const harness = client();
    harness.session.request(REQUEST, 'a', false);
    harness.feed(
      Buffer.concat([headers(1, [[':status', '413']], false), data(1, 'no', true), rstStream(1, 0)]),
    );
    assert.deepEqual(harness.events, ['response 1 413', 'data 1 2 end', 'reset 1 NO_ERROR peer', 'over 1']);
    assert.equal(harness.body(1).toString(), 'no');
  });

  for (const [name, input] of [
    ['DATA before the head', data(1, 'x')],
    ['101', headers(1, [[':status', '101']], false)],
    ['no status', headers(1, [['x', 'y']], false)],
    ['a status of two digits', headers(1, [[':status', '20']], false)],
    ['a status of four digits', headers(1, [[':status', '2000']], false)],
    [
      'a pseudo-field of requests',
      headers(
        1,
        [
          [':status', '200'],
          [':path', '/'],
        ],
        false,
      ),
    ],
    ['an interim response that ends the stream', headers(1, [[':status', '103']], true)],
    [
      'connection',
      headers(
        1,
        [
          [':status', '200'],
          ['connection', 'close'],
        ],
        false,
      ),
    ],
    [
      'two content-length',
      headers(
        1,
        [
          [':status', '200'],
          ['content-length', '1'],
          ['content-length', '1'],
        ],
        false,
      ),
    ],
    [
      'more than content-length',
      Buffer.concat([
        headers(
          1,
          [
            [':status', '200'],
            ['content-length', '1'],
          ],
          false,
        ),
        data(1, 'ab'),
      ]),
    ],
    [
      'less than content-length',
      Buffer.concat([
        headers(
          1,
          [
            [':status', '200'],
            ['content-length', '2'],
          ],
          false,
        ),
        data(1, 'a', true),
      ]),
    ],
    ['a body of 204', Buffer.concat([headers(1, [[':status', '204']], false), data(1, 'a', true)])],
  ] as const) {
    test(`a malformed response resets its stream: ${name} (§8.1.1)`, () => {
      const harness = client();
      harness.session.request(REQUEST, 'a', true);
      harness.take();
      harness.feed(input);
      assert.deepEqual(harness.said(), ['rstStream 1 1']);
      assert.ok(harness.events.includes('reset 1 PROTOCOL_ERROR rule'));
    });
  }

  test('the answer to HEAD has no body, whatever content-length says (RFC 9110 §9.3.2)', () => {
    const harness = client();
    harness.session.request({ ...REQUEST, method: 'HEAD' }, 'a', true);
    harness.feed(
      headers(1, [
        [':status', '200'],
        ['content-length', '5'],
      ]),
    );
    assert.deepEqual(harness.events, ['response 1 200 end', 'over 1']);
    assert.equal(harness.responses[0]?.announcedLength, 5);
  });

  test('GOAWAY resets the streams that the server will not serve, as refused (§6.8)', () => {
    const harness = client();
    for (let i = 0; i < 3; i++) harness.session.request(REQUEST, 'a', true);
    harness.feed(frame(FRAME.goAway, 0, 0, Buffer.from('\0\0\0\x03\0\0\0\0debug')));
    assert.deepEqual(harness.events, ['reset 5 REFUSED_STREAM peer', 'over 5', 'goAway 3 NO_ERROR']);
    assert.equal(harness.session.canOpen, false);
    harness.feed(headers(1, [[':status', '200']]));
    assert.equal(harness.events.at(-1), 'over 1');
  });

  for (const [name, input, code] of [
    ['§8.4 PUSH_PROMISE', frame(FRAME.pushPromise, END_HEADERS, 1, '\0\0\0\x02'), 1],
    ['§5.1.1 HEADERS on a stream that was never opened', headers(3, [[':status', '200']]), 1],
    ['§5.1.1 HEADERS on a stream with an even identifier', headers(2, [[':status', '200']]), 1],
    ['§6.5.2 ENABLE_PUSH 1 by a server', settings([2, 1]), 1],
    [
      'RFC 8441 §3 ENABLE_CONNECT_PROTOCOL taken back',
      Buffer.concat([settings([8, 1]), settings([8, 0])]),
      1,
    ],
  ] as const) {
    test(`a server must not: ${name}`, () => {
      const harness = client();
      harness.session.request(REQUEST, 'a', true);
      harness.feed(input);
      assert.equal(harness.faults[0]?.code, code);
    });
  }

  test('connectProtocol tells that the server takes extended CONNECT', () => {
    assert.equal(client().session.connectProtocol, false);
    assert.equal(client([8, 1]).session.connectProtocol, true);
  });
});

/** Data of one stream that came in pieces counts as one event. */
function merged(events: readonly string[]): string[] {
  const out: string[] = [];
  for (const event of events) {
    const [, id, size, end] = /^data (\d+) (\d+)( end)?$/.exec(event) ?? [];
    const [, lastId, lastSize] = /^data (\d+) (\d+)$/.exec(out.at(-1) ?? '') ?? [];
    if (id !== undefined && id === lastId) {
      out[out.length - 1] = `data ${id} ${Number(lastSize) + Number(size)}${end ?? ''}`;
    } else out.push(event);
  }
  return out;
}
