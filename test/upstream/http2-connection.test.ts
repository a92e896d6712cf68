import assert from 'node:assert/strict';
import type net from 'node:net';
import { type TestContext, test } from 'node:test';
import { CHUNKED, type ResponseHead } from '../../src/http1/message.ts';
import { ERROR } from '../../src/http2/errors.ts';
import { FRAME, PREFACE } from '../../src/http2/frame.ts';
import { type Lending, OWNED } from '../../src/lib/wire.ts';
import type { Upstream } from '../../src/snapshot/upstream.ts';
import type { Attempt, AttemptListener, AttemptRequest } from '../../src/upstream/attempt.ts';
import type { LiveEndpoint } from '../../src/upstream/endpoint.ts';
import { UpstreamPool, type UpstreamRuntime } from '../../src/upstream/pool.ts';
import { ENDPOINT_CELL, UPSTREAM_CELL } from '../../src/workers/cells.ts';
import {
  data,
  type Fields,
  FrameTexts,
  frame,
  headers,
  rstStream,
  settings,
  uint32,
  windowUpdate,
} from '../http2/frames.ts';
import { closedPort } from '../support/closed-port.ts';
import { until } from '../support/gateway.ts';
import { rawServer } from '../support/raw.ts';
import { begun, Collector, requestOf, runtimeOf, turnTo, upstreamOf } from './support.ts';

const OK: Fields = [[':status', '200']];
const HELLO = settings([4, 65_535]);

const goAway = (lastId: number, code: number): Buffer =>
  frame(FRAME.goAway, 0, 0, Buffer.concat([uint32(lastId), uint32(code)]));

interface Site {
  readonly pool: UpstreamPool;
  readonly endpoint: LiveEndpoint;
  readonly runtime: UpstreamRuntime & { readonly told: string[] };
  /** The server's ends, in their order. */
  readonly sockets: readonly net.Socket[];
  /** Frames that came on a connection so far, as texts, without those of the beginning. */
  seen(index?: number): string[];
  /** Waits until a frame came. */
  saw(text: string, index?: number): Promise<void>;
  send(...frames: readonly Buffer[]): void;
}

/** A pool with one endpoint, a server that says what it is told to. */
async function site(t: TestContext, changes: Partial<Upstream> = {}, hello = HELLO): Promise<Site> {
  const received: Buffer[] = [];
  const server = await rawServer(t, (socket, index) => {
    received[index] = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      received[index] = Buffer.concat([received[index] as Buffer, bytes]);
    });
    socket.write(hello);
  });
  const runtime = runtimeOf();
  const pool = new UpstreamPool(upstreamOf({ protocol: 'h2c', ...changes }), runtime);
  pool.setEndpoints({ name: 'set', endpoints: [{ address: '127.0.0.1', port: server.port }] });
  t.after(() => pool.close());
  const seen = (index = 0): string[] => {
    const bytes = received[index];
    if (bytes === undefined || bytes.length < PREFACE.length) return [];
    const texts = new FrameTexts().of(bytes.subarray(PREFACE.length));
    return texts.filter((text) => !/^settings|^windowUpdate 0/.test(text));
  };
  return {
    pool,
    endpoint: pool.endpoints[0] ?? assert.fail('there is an endpoint'),
    runtime,
    sockets: server.sockets,
    seen,
    saw: (text, index) => until(() => seen(index).includes(text)),
    send: (...frames) => {
      server.sockets[0]?.write(Buffer.concat(frames));
    },
  };
}

function request(changes: Partial<AttemptRequest> = {}): AttemptRequest {
  const fields = {
    method: changes.method ?? 'GET',
    scheme: 'http' as const,
    authority: 'web.test',
    path: '/',
    protocol: null,
    headers: [],
    neverIndexed: [],
    bodyLength: -1,
    teTrailers: false,
  };
  return requestOf({ head: '', fields, ...changes });
}

/** Begins a request on the first connection with room, else on a new one. */
function ask(at: Site, listener: AttemptListener, changes: Partial<AttemptRequest> = {}): Attempt {
  const connection = at.endpoint.takeIdle() ?? at.endpoint.open();
  return begun(connection.begin(listener, request(changes)));
}

/** A request whose head has arrived. */
async function asked(at: Site, changes: Partial<AttemptRequest> = {}): Promise<[Collector, Attempt]> {
  const before = at.seen().length;
  const listener = new Collector();
  const attempt = ask(at, listener, changes);
  await until(() => at.seen().length > before);
  return [listener, attempt];
}

test('an answer comes by its stream, with the connection kept for others', async (t) => {
  const at = await site(t);
  const [listener, attempt] = await asked(at);
  assert.deepEqual(at.seen(), ['headers 1 end']);
  at.send(headers(1, [...OK, ['x-a', 'b']], false), data(1, 'hel'), data(1, 'lo', true));
  await listener.over;
  assert.deepEqual(
    [listener.head?.status, listener.head?.headers, listener.body],
    [200, ['x-a', 'b'], 'hello'],
  );
  assert.match(attempt.localAddress, /^127\.0\.0\.1:\d+$/);
  const [second] = await asked(at);
  at.send(headers(3, OK, true));
  await second.over;
  assert.equal(second.done, true);
  assert.equal(at.sockets.length, 1);
  assert.deepEqual(at.runtime.told, ['connect ok', 'reuse']);
});

test('a head that comes with the first bytes of its body is given with them', async (t) => {
  const at = await site(t);
  const given: string[] = [];
  class Parts extends Collector {
    override onResponse(
      _head: ResponseHead,
      bytes: Buffer,
      start: number,
      end: number,
      _lending: Lending,
      done: boolean,
    ): void {
      given.push(`head ${bytes.toString('latin1', start, end)} ${done}`);
    }

    override onBody(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
      given.push(`body ${bytes.toString('latin1', start, end)} ${done}`);
      super.onBody(bytes, start, end, lending, done);
    }
  }
  const [one, two] = [new Parts(), new Parts()];
  ask(at, one);
  ask(at, two);
  await until(() => at.seen().length === 2);
  at.send(headers(1, OK, false), data(1, 'a'), headers(3, OK, false));
  await until(() => given.length === 2);
  assert.deepEqual(given, ['head a false', 'head  false']);
  at.send(data(1, 'b', true), data(3, 'c', true));
  await Promise.all([one.over, two.over]);
  assert.deepEqual(given.slice(2), ['body b true', 'body c true']);
});

test('interim heads and trailers are told', async (t) => {
  const at = await site(t);
  const [listener] = await asked(at);
  at.send(
    headers(1, [[':status', '103']], false),
    headers(1, OK, false),
    data(1, 'x'),
    headers(1, [['x-end', 'y']], true),
  );
  await listener.over;
  assert.deepEqual([listener.interim, listener.body, listener.trailers], [[103], 'x', ['x-end', 'y']]);
});

test('a body goes within windows, and trailers behind it', async (t) => {
  const at = await site(t);
  const listener = new Collector();
  const attempt = ask(at, listener, { method: 'POST', bodyLength: CHUNKED });
  const body = Buffer.alloc(100_000, 'x');
  await until(() => at.seen().length === 1);
  assert.equal(attempt.write(body, 0, body.length, OWNED), false);
  attempt.finish(['x-up', 'z']);
  const sent = () => at.seen().reduce((sum, text) => sum + Number(/^data 1 (\d+)/.exec(text)?.[1] ?? 0), 0);
  await until(() => sent() === 65_535);
  at.send(windowUpdate(0, 100_000), windowUpdate(1, 100_000));
  await at.saw('headers 1 end x-up z');
  assert.equal(sent(), 100_000);
});

test('write() says no until the window opens, then onWritable() is called', async (t) => {
  const at = await site(t);
  const [listener, attempt] = await asked(at, { method: 'POST', bodyLength: CHUNKED });
  const body = Buffer.alloc(65_536);
  assert.equal(attempt.write(body, 0, body.length, OWNED), false);
  assert.equal(listener.writable, 0);
  at.send(windowUpdate(0, 1), windowUpdate(1, 1));
  await until(() => listener.writable === 1);
  assert.equal(attempt.write(body, 0, 0, OWNED), true);
});

test('what came while it was paused is credited when it resumes', async (t) => {
  const at = await site(t);
  const [listener, attempt] = await asked(at);
  attempt.pause();
  at.send(headers(1, OK, false), data(1, Buffer.alloc(16_384)), data(1, Buffer.alloc(16_384)));
  at.send(data(1, Buffer.alloc(16_384)));
  await until(() => listener.body.length === 49_152);
  // The answer to a PING comes behind whatever was written before.
  at.send(frame(FRAME.ping, 0, 0, 'pingpong'));
  await until(() => at.seen().some((text) => text.startsWith('ping')));
  assert.equal(
    at.seen().some((text) => text.startsWith('windowUpdate 1')),
    false,
  );
  attempt.resume();
  await at.saw('windowUpdate 1 49152');
});

test('an early answer ends the stream with CANCEL; NO_ERROR behind an answer takes nothing from it', async (t) => {
  const at = await site(t);
  const [early] = await asked(at, { method: 'POST', bodyLength: CHUNKED });
  at.send(headers(1, [[':status', '413']], true), rstStream(1, ERROR.noError));
  await early.over;
  assert.deepEqual([early.head?.status, early.done, early.failed], [413, true, false]);
  await at.saw(`rstStream 1 ${ERROR.cancel}`);
});

test('abort() cancels the stream alone', async (t) => {
  const at = await site(t);
  const [given, attempt] = await asked(at);
  const [kept] = await asked(at);
  attempt.abort();
  await at.saw(`rstStream 1 ${ERROR.cancel}`);
  at.send(headers(1, OK, true), headers(3, OK, true));
  await kept.over;
  assert.deepEqual([given.done, given.failed, kept.done], [false, false, true]);
});

for (const [name, ...frames] of [
  ['a status of 101', headers(1, [[':status', '101']], false)],
  ['no status', headers(1, [['x-a', 'b']], false)],
  ['a status of four digits', headers(1, [[':status', '2000']], false)],
  [
    'a status behind a field',
    headers(
      1,
      [
        ['x-a', 'b'],
        [':status', '200'],
      ],
      false,
    ),
  ],
  [
    'two statuses',
    headers(
      1,
      [
        [':status', '200'],
        [':status', '200'],
      ],
      false,
    ),
  ],
  ['a field in upper case', headers(1, [...OK, ['X-A', 'b']], false)],
  ['a field of a connection', headers(1, [...OK, ['transfer-encoding', 'chunked']], false)],
  ['two lengths', headers(1, [...OK, ['content-length', '1'], ['content-length', '1']], false)],
  ['a length and no body', headers(1, [...OK, ['content-length', '1']], true)],
  ['a body before its head', data(1, 'x')],
] as readonly [string, ...Buffer[]][]) {
  test(`an answer with ${name} is a bad response, and harms no other stream`, async (t) => {
    const at = await site(t);
    const [bad] = await asked(at);
    const [good] = await asked(at);
    at.send(...frames);
    await bad.over;
    const { code, status, retry } = bad.error ?? assert.fail('it has failed');
    assert.deepEqual([code, status, retry], ['http_protocol_error', 502, 'never']);
    await at.saw(`rstStream 1 ${ERROR.protocolError}`);
    at.send(headers(3, OK, true));
    await good.over;
    assert.equal(good.done, true);
  });
}

test('a body of another length than announced fails behind its head', async (t) => {
  const at = await site(t);
  const [listener] = await asked(at);
  at.send(headers(1, [...OK, ['content-length', '5']], false), data(1, 'abc', true));
  await listener.over;
  assert.equal(listener.error?.code, 'http_protocol_error');
  assert.equal(listener.done, false);
});

for (const [name, code, begins, expected] of [
  ['refused', ERROR.refusedStream, false, ['connection_terminated', 503, 'refused']],
  ['reset', ERROR.internalError, false, ['connection_terminated', 503, 'never']],
  ['reset without an error', ERROR.noError, false, ['connection_terminated', 503, 'never']],
  ['reset in the middle', ERROR.cancel, true, ['http_response_incomplete', 502, 'never']],
] as const) {
  test(`a stream that is ${name} fails with ${expected.join(' ')}`, async (t) => {
    const at = await site(t);
    const [first] = await asked(at);
    at.send(headers(1, OK, true));
    await first.over;
    const [listener] = await asked(at);
    if (begins) {
      at.send(headers(3, OK, false), data(3, 'x'));
      await listener.begun;
    }
    at.send(rstStream(3, code));
    await listener.over;
    const { error } = listener;
    assert.deepEqual([error?.code, error?.status, error?.retry], expected);
  });
}

test('a stream that is refused before the first SETTINGS may move: it was a guess', async (t) => {
  const at = await site(t, {}, Buffer.alloc(0));
  const [one, two] = [new Collector(), new Collector()];
  ask(at, one);
  ask(at, two);
  await until(() => at.seen().length === 2);
  at.send(settings([3, 1]), rstStream(3, ERROR.refusedStream));
  await two.over;
  assert.equal(two.error?.retry, 'move');
  assert.equal(at.pool.streamsAllowed, 1);
  assert.equal(at.endpoint.takeIdle(), null);
  at.send(headers(1, OK, true));
  await one.over;
  assert.notEqual(at.endpoint.takeIdle(), null);
});

test('streams above the last one of a GOAWAY move, those below it finish; then it closes', async (t) => {
  const at = await site(t);
  const [below] = await asked(at);
  const [above] = await asked(at, { method: 'POST', bodyLength: CHUNKED });
  at.send(goAway(1, ERROR.noError));
  await above.over;
  assert.equal(above.error?.retry, 'move');
  assert.equal(at.endpoint.takeIdle(), null);
  at.send(headers(1, OK, false), data(1, 'done', true));
  await below.over;
  assert.equal(below.body, 'done');
  await until(() => at.runtime.cells.sum(at.pool.slot, UPSTREAM_CELL.connections) === 0);
});

test('a connection that ends fails its streams: only on one that served before may they be repeated', async (t) => {
  const at = await site(t);
  const [first] = await asked(at);
  at.sockets[0]?.destroy();
  await first.over;
  assert.deepEqual([first.error?.code, first.error?.retry], ['connection_terminated', 'never']);
  const again = await site(t);
  const [served] = await asked(again);
  again.send(headers(1, OK, true));
  await served.over;
  const [second] = await asked(again);
  again.sockets[0]?.end();
  await second.over;
  assert.equal(second.error?.retry, 'idempotent');
  assert.equal(again.endpoint.takeIdle(), null);
  await until(() => again.runtime.cells.sum(again.endpoint.slot, ENDPOINT_CELL.connections) === 0);
});

test('bytes that are no HTTP/2 are a bad response', async (t) => {
  const at = await site(t, {}, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const listener = new Collector();
  ask(at, listener);
  await listener.over;
  assert.deepEqual([listener.error?.code, listener.error?.status], ['http_protocol_error', 502]);
});

test('an endpoint that refuses the connection fails all that wait for it, safely', async (t) => {
  const at = await site(t);
  at.pool.setEndpoints({ name: 'set', endpoints: [{ address: '127.0.0.1', port: await closedPort() }] });
  const endpoint = at.pool.endpoints[0] ?? assert.fail('there is an endpoint');
  const listeners = [new Collector(), new Collector()];
  const connection = endpoint.open();
  for (const listener of listeners) connection.begin(listener, request());
  for (const listener of listeners) {
    await listener.over;
    assert.deepEqual([listener.error?.code, listener.error?.retry], ['connection_refused', 'safe']);
  }
  assert.equal(endpoint.takeIdle(), null);
  assert.deepEqual(at.runtime.told, ['connect refused']);
});

test('a handshake that takes longer than the connect timeout is given up', async (t) => {
  const tls = { verify: null, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
  const at = await site(t, { protocol: 'h2', tls }, Buffer.alloc(0));
  const listener = new Collector();
  ask(at, listener);
  await until(() => at.sockets.length === 1);
  turnTo(at.runtime, 2020);
  await listener.over;
  assert.equal(listener.error?.code, 'connection_timeout');
  assert.equal(at.endpoint.takeIdle(), null);
});

test('begin() refuses what must not be sent', async (t) => {
  const at = await site(t);
  const { fields } = request();
  assert.ok(fields !== null);
  const bad = { ...fields, headers: ['x-a', 'b\r\nc: d'] };
  assert.equal(at.endpoint.open().begin(new Collector(), request({ fields: bad })), null);
});

test('a connection that is silent while a request waits in vain gets no more of them', async (t) => {
  const at = await site(t);
  const [, quick] = await asked(at);
  quick.abort();
  assert.notEqual(at.endpoint.takeIdle(), null);
  await at.saw(`rstStream 1 ${ERROR.cancel}`);
  const [waiting] = await asked(at);
  const [, slow] = await asked(at);
  turnTo(at.runtime, 1020);
  slow.abort();
  assert.equal(at.endpoint.takeIdle(), null);
  at.send(headers(3, OK, true));
  await waiting.over;
  assert.equal(waiting.done, true);
});

test('an idle connection says good-bye and closes', async (t) => {
  const at = await site(t, { idleConnectionMs: 1000 });
  const [listener] = await asked(at);
  at.send(headers(1, OK, true));
  await listener.over;
  turnTo(at.runtime, 2040);
  assert.equal(at.endpoint.takeIdle(), null);
  await at.saw('goAway 0 0');
  await until(() => at.runtime.cells.sum(at.pool.slot, UPSTREAM_CELL.connections) === 0);
});

test('close() lets open streams finish', async (t) => {
  const at = await site(t);
  const [listener] = await asked(at);
  at.pool.close();
  assert.equal(at.endpoint.takeIdle(), null);
  await at.saw('goAway 0 0');
  at.send(headers(1, OK, false), data(1, 'rest', true));
  await listener.over;
  assert.equal(listener.body, 'rest');
  await until(() => at.runtime.cells.sum(at.pool.slot, UPSTREAM_CELL.connections) === 0);
});
