import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientInfo } from '../../src/filters/filter.ts';
import { CHUNKED, NO_LENGTH, type RequestHead } from '../../src/http1/message.ts';
import { ERROR } from '../../src/http2/errors.ts';
import { Http2Stream } from '../../src/http2/stream.ts';
import { BORROWED, LENT, OWNED, type WireHandler } from '../../src/lib/wire.ts';
import type { RequestSink } from '../../src/proxy/downstream.ts';
import { Http2Downstream, type StreamHost } from '../../src/proxy/http2-downstream.ts';

const BYTES = Buffer.from('0123456789');

/** A downstream over a session that notes what it is told. */
function setUp(head: Partial<RequestHead> = {}, endStream = false) {
  const calls: string[] = [];
  const state = { clear: false, refuses: false, gone: false, recorded: 0 };
  const session = {
    respond: (_: unknown, parts: { status: number; bodyLength: number }, end: boolean) => {
      if (state.refuses) return false;
      calls.push(`respond ${parts.status} ${parts.bodyLength}${end ? ' end' : ''}`);
      return true;
    },
    inform: (_: unknown, status: number) => calls.push(`inform ${status}`),
    write: (_: unknown, _bytes: Buffer, start: number, to: number, lending: number, end: boolean) =>
      calls.push(`write ${to - start} ${lending}${end ? ' end' : ''}`),
    end: (_: unknown, trailers: readonly string[]) => calls.push(`end ${trailers.join(' ')}`),
    reset: (_: unknown, code: number) => {
      calls.push(`reset ${code}`);
      downstream.onEnd();
    },
    consumed: (_: unknown, count: number) => calls.push(`consumed ${count}`),
    isClear: () => state.clear,
  };
  const host = {
    worker: { now: () => 0, record: () => state.recorded++ },
    session,
    get gone() {
      return state.gone;
    },
    misdirected: () => false,
    flushNow: () => calls.push('flush'),
    waits: () => calls.push('waits'),
    forgets: () => calls.push('forgets'),
  } as unknown as StreamHost;
  const stream = new Http2Stream<Http2Downstream>(1, 'GET', 65_536, 65_535);
  const full = {
    authority: 'a.test',
    host: 'a.test',
    headers: [],
    minorVersion: 1,
    bodyLength: CHUNKED,
    upgrade: null,
    ...head,
  };
  const downstream = new Http2Downstream(
    host,
    stream,
    {} as ClientInfo,
    full as unknown as RequestHead,
    endStream,
  );
  const give = (text: string, end = false) =>
    downstream.onData(Buffer.from(text), 0, text.length, BORROWED, end);
  /** A sink that takes or does not take. */
  const sinkOf = (takes: () => boolean) => {
    const sink: RequestSink = {
      onRequestBody: (bytes, start, to) => {
        calls.push(`body ${bytes.toString('latin1', start, to)}`);
        return takes();
      },
      onRequestEnd: () => calls.push('body end'),
      whenRequestLeft: (callback) => callback(),
      onRequestRefused: () => calls.push('refused'),
      onClientGone: () => calls.push('client gone'),
    };
    downstream.exchange.sink = sink;
  };
  return { downstream, calls, state, stream, give, sinkOf };
}

test('Http2Downstream credits what the upstream took, and holds the rest until it takes more', () => {
  const { downstream, calls, give, sinkOf } = setUp();
  let takes = true;
  sinkOf(() => takes);
  give('one');
  takes = false;
  give('two');
  give('three');
  give('four', true);
  assert.deepEqual(calls, ['body one', 'consumed 3', 'body two']);
  assert.equal(downstream.requestPaused, true);
  takes = true;
  downstream.resumeRequest();
  assert.deepEqual(calls.slice(3), ['consumed 3', 'body threefour', 'consumed 9', 'body end']);
  assert.equal(downstream.exchange.bytesReceived, 15);
});

test('Http2Downstream holds a body while nobody is there to take it', () => {
  const { downstream, calls, give, sinkOf } = setUp();
  downstream.pauseRequest();
  give('all', true);
  assert.deepEqual(calls, []);
  sinkOf(() => true);
  downstream.resumeRequest();
  assert.deepEqual(calls, ['body all', 'consumed 3', 'body end']);
});

test('Http2Downstream credits a body that nobody wants', () => {
  const { calls, give } = setUp();
  give('left over');
  assert.deepEqual(calls, ['consumed 9']);
});

test('Http2Downstream ends a body of no bytes once', () => {
  const { calls, give, sinkOf } = setUp({ bodyLength: 0 });
  sinkOf(() => true);
  give('', true);
  assert.deepEqual(calls, []);
});

for (const [what, bodyLength, length, done, expected] of [
  ['announces what is known', 10, 4, false, ['respond 200 10', 'write 4 0']],
  ['announces nothing that is not', CHUNKED, 4, false, ['respond 200 -1', 'write 4 0']],
  ['announces a whole body', CHUNKED, 4, true, ['respond 200 4', 'write 4 0 end']],
  ['announces what HEAD would have had', 10, 0, true, ['respond 200 10 end']],
  ['announces nothing for a 304', NO_LENGTH, 0, true, ['respond 200 -3 end']],
] as const) {
  test(`Http2Downstream ${what}`, () => {
    const { downstream, calls } = setUp({}, true);
    assert.equal(
      downstream.respond({ status: 200, headers: [], bodyLength }, BYTES, 0, length, BORROWED, done),
      true,
    );
    assert.deepEqual(calls, expected);
  });
}

test('end() ends an answer with trailers, and is the last word', () => {
  const { downstream, calls } = setUp({ bodyLength: 0 }, true);
  downstream.respond({ status: 200, headers: [], bodyLength: CHUNKED }, BYTES, 0, 2, OWNED, false);
  downstream.end(['grpc-status', '0']);
  downstream.end(['grpc-status', '1']);
  downstream.write(BYTES, 0, 2, OWNED, true);
  downstream.abort();
  assert.deepEqual(calls, [`respond 200 ${CHUNKED}`, `write 2 ${OWNED}`, 'end grpc-status 0']);
});

test('Http2Downstream lets another answer come when the first was refused by the writer', () => {
  const { downstream, calls, state } = setUp({}, true);
  state.refuses = true;
  const head = { status: 200, headers: [], bodyLength: 0 };
  assert.equal(downstream.respond(head, BYTES, 0, 0, BORROWED, true), false);
  state.refuses = false;
  assert.equal(downstream.respond({ ...head, status: 502 }, BYTES, 0, 0, BORROWED, true), true);
  assert.deepEqual(calls, ['respond 502 0 end']);
});

test('Http2Downstream is drained when bytes by reference have left, also behind its end', () => {
  const { downstream, calls, state, stream } = setUp({}, true);
  let told = 0;
  downstream.respond({ status: 200, headers: [], bodyLength: CHUNKED }, BYTES, 0, 2, OWNED, false);
  assert.equal(downstream.drained, true);
  stream.queuedBytes = 2;
  assert.equal(downstream.drained, false);
  stream.queuedBytes = 0;
  downstream.write(BYTES, 0, 5, LENT, true);
  assert.ok(calls.includes('flush'));
  downstream.onEnd();
  downstream.whenDrained(() => told++);
  downstream.wake();
  assert.equal(told, 0);
  state.clear = true;
  downstream.wake();
  downstream.wake();
  assert.equal(told, 1);
});

test('Http2Downstream tells those who wait when the socket is gone', () => {
  const { downstream, state, stream } = setUp({}, true);
  let told = 0;
  stream.queuedBytes = 1;
  downstream.whenDrained(() => told++);
  assert.equal(told, 0);
  state.gone = true;
  downstream.wake();
  assert.equal(told, 1);
});

test('Http2Downstream says 100 once, and only while the body is awaited', () => {
  const waiting = setUp();
  waiting.downstream.continueRequest();
  waiting.downstream.continueRequest();
  assert.deepEqual(waiting.calls, ['inform 100']);
  const without = setUp({}, true);
  without.downstream.continueRequest();
  assert.deepEqual(without.calls, []);
});

for (const [error, flags, code] of [
  ['connection_terminated', 'UC', ERROR.internalError],
  ['http_response_timeout', 'UT', ERROR.cancel],
  ['http_request_error', 'SI', ERROR.cancel],
] as const) {
  test(`Http2Downstream resets a stream with ${code} when its answer ends by ${error}`, () => {
    const { downstream, calls, state, sinkOf } = setUp({}, true);
    sinkOf(() => true);
    downstream.exchange.error = error;
    downstream.exchange.flags = flags;
    downstream.abort();
    downstream.abort();
    downstream.write(BYTES, 0, 5, OWNED, true);
    assert.deepEqual(calls, [`reset ${code}`]);
    assert.equal(state.recorded, 1);
  });
}

test('Http2Downstream tells the upstream side once that the client is gone, and whose fault it was', () => {
  for (const [by, flags] of [
    ['peer', ''],
    ['connection', ''],
    ['rule', 'DPE'],
  ] as const) {
    const { downstream, calls, state, sinkOf } = setUp();
    sinkOf(() => true);
    downstream.onReset(by);
    downstream.onEnd();
    assert.deepEqual(calls, ['client gone']);
    assert.equal(downstream.exchange.flags, flags);
    assert.equal(state.recorded, 1);
  }
});

test('isStuck() says so when an answer has not gone on in its time', () => {
  const { downstream, stream } = setUp({}, true);
  assert.equal(downstream.isStuck(0, 60_000), false);
  assert.equal(downstream.isStuck(100_000, 60_000), false, 'there is no answer yet');
  stream.queuedBytes = 5;
  assert.equal(downstream.isStuck(159_999, 60_000), false);
  stream.lastData = 3;
  assert.equal(downstream.isStuck(160_000, 60_000), false, 'a frame went');
  assert.equal(downstream.isStuck(219_999, 60_000), false);
  assert.equal(downstream.isStuck(220_000, 60_000), true);
});

test('cancel() resets the stream and tells the upstream side', () => {
  const { downstream, calls, sinkOf } = setUp();
  sinkOf(() => true);
  downstream.cancel();
  assert.deepEqual(calls, [`reset ${ERROR.cancel}`, 'client gone']);
});

/** A handler that notes what a tunnel's client says. */
function noting(calls: string[]): WireHandler {
  return {
    onBytes: (bytes, start, to) => calls.push(`bytes ${bytes.toString('latin1', start, to)}`),
    onEnd: () => calls.push('end'),
    onClose: (error) => calls.push(error === null ? 'close' : 'break'),
  };
}

const CONNECT = { upgrade: 'websocket', bodyLength: 0 } as const;

test('switchTo() lets what came before it be said when the tunnel resumes, and credits it then', () => {
  const { downstream, calls, give, sinkOf } = setUp(CONNECT);
  sinkOf(() => true);
  give('early', true);
  downstream.resumeRequest();
  assert.deepEqual(calls, [], 'the upstream has not switched');
  const { client, rest, ended } = downstream.switchTo([], noting(calls));
  assert.deepEqual([rest.length, ended], [0, false]);
  client.resume();
  assert.deepEqual(calls, ['respond 200 -3', 'bytes early', 'consumed 5', 'end']);
  assert.equal(downstream.exchange.bytesReceived, 0, 'the tunnel counts');
});

test('switchTo() says that a client without a body has ended', () => {
  const { downstream } = setUp(CONNECT, true);
  assert.equal(downstream.switchTo([], noting([])).ended, true);
});

test('switchTo() gives an end that credits nothing while it is paused, also behind its own end', () => {
  const { downstream, calls, give } = setUp(CONNECT);
  const handler = noting(calls);
  const { client } = downstream.switchTo([], {
    ...handler,
    onBytes: (bytes, start, to, lending) => {
      handler.onBytes(bytes, start, to, lending);
      client.pause();
    },
  });
  client.resume();
  give('one');
  client.end();
  assert.equal(client.writable, false);
  give('two');
  assert.deepEqual(calls, ['respond 200 -3', 'bytes one', 'write 0 2 end']);
  client.resume();
  assert.deepEqual(calls.slice(3), ['consumed 3', 'bytes two']);
});

for (const [how, expected] of [
  ['in order', 'close'],
  ['by a reset', 'break'],
] as const) {
  test(`switchTo() gives an end that tells in a turn of its own when the stream ends ${how}`, async () => {
    const { downstream, calls, state } = setUp(CONNECT);
    downstream.switchTo([], noting(calls));
    if (expected === 'break') downstream.onReset('peer');
    downstream.onEnd();
    assert.deepEqual(calls, ['respond 200 -3']);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(calls.slice(1), [expected]);
    assert.equal(state.recorded, 0, 'the tunnel is not over before its other end is');
  });
}

test('switchTo() resets a stream whose answer the writer refuses', async () => {
  const { downstream, calls, state } = setUp(CONNECT);
  state.refuses = true;
  downstream.switchTo(['a b', ''], noting(calls));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(calls, [`reset ${ERROR.internalError}`, 'close']);
});
