import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CHUNKED, NO_LENGTH } from '../../../src/http1/message.ts';
import { BORROWED } from '../../../src/lib/wire.ts';
import type { Downstream } from '../../../src/proxy/downstream.ts';
import type { Exchange } from '../../../src/proxy/exchange.ts';
import type { WebForm } from '../../../src/proxy/grpc/content-type.ts';
import { WebDownstream } from '../../../src/proxy/grpc/web-downstream.ts';

const NOTHING = Buffer.alloc(0);
const HEAD = {
  status: 200,
  headers: ['content-type', 'application/grpc+proto', 'x', 'y'],
  bodyLength: CHUNKED,
};

/** A client that keeps what it gets. */
function clientOf(form: WebForm) {
  const parts: Buffer[] = [];
  const heads: { status: number; headers: readonly string[]; bodyLength: number }[] = [];
  const calls: string[] = [];
  const client: Partial<Downstream> = {
    drained: false,
    requestPaused: true,
    respond: (head, bytes, start, end, _lending, done) => {
      heads.push(head);
      parts.push(Buffer.from(bytes.subarray(start, end)));
      if (done) calls.push('done');
      return true;
    },
    write: (bytes, start, end, _lending, done) => {
      parts.push(Buffer.from(bytes.subarray(start, end)));
      if (done) calls.push('done');
    },
    end: (trailers) => calls.push(`end ${trailers.join(' ')}`),
    misdirected: (host) => host === 'a',
    whenDrained: (callback) => callback(),
    inform: (status) => calls.push(`inform ${status}`),
    continueRequest: () => calls.push('continue'),
    abort: () => calls.push('abort'),
    pauseRequest: () => calls.push('pause'),
    resumeRequest: () => calls.push('resume'),
  };
  const exchange = { downstream: client, bytesSent: 0 };
  const web = new WebDownstream(exchange as unknown as Exchange, form);
  return { web, exchange, heads, calls, body: () => Buffer.concat(parts) };
}

/** The frames of a gRPC-web body, by its specification: a flag, four bytes of length, as many of content. */
function framesOf(body: Buffer, form: WebForm): [number, string][] {
  const groups = body.toString('latin1').match(/[\s\S]{4}/g) ?? [];
  const bytes = form === 'text' ? Buffer.concat(groups.map((group) => Buffer.from(group, 'base64'))) : body;
  const frames: [number, string][] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    assert.ok(end <= bytes.length, 'a frame breaks off');
    frames.push([bytes[at] as number, bytes.toString('latin1', at + 5, end)]);
    at = end;
  }
  return frames;
}

function messageFrame(content: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

test('WebDownstream gives the same messages and trailers however the answer is cut, in both forms', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<WebForm>('binary', 'text'),
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }),
      fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 20 }),
      (form, messages, sizes) => {
        const { web, exchange, calls, body } = clientOf(form);
        const bytes = Buffer.concat(messages.map(messageFrame));
        let at = 0;
        const next = (i: number): [number, number] => {
          const start = at;
          at = Math.min(bytes.length, at + (sizes[i % sizes.length] as number) + (i % 2));
          return [start, at];
        };
        web.respond(HEAD, bytes, ...next(0), BORROWED, false);
        exchange.bytesSent += at;
        for (let i = 1; at < bytes.length; i++) {
          const [start, end] = next(i);
          exchange.bytesSent += end - start;
          web.write(bytes, start, end, BORROWED, false);
        }
        web.end(['grpc-status', '0', 'x-trace', 'abc']);
        assert.deepEqual(framesOf(body(), form), [
          ...messages.map((message) => [0, Buffer.from(message).toString('latin1')]),
          [0x80, 'grpc-status: 0\r\nx-trace: abc\r\n'],
        ]);
        assert.deepEqual(calls, ['done']);
        assert.equal(exchange.bytesSent, body().length);
      },
    ),
  );
});

test('WebDownstream lets each part leave at once: its text is whole groups', () => {
  const { web, body } = clientOf('text');
  web.respond(HEAD, Buffer.from('a'), 0, 1, BORROWED, false);
  web.write(Buffer.from('bc'), 0, 2, BORROWED, false);
  assert.equal(body().toString(), 'YQ==YmM=');
});

test('WebDownstream puts the type that the client knows, and no length', () => {
  for (const [form, type] of [
    ['binary', 'application/grpc-web+proto'],
    ['text', 'application/grpc-web-text+proto'],
  ] as const) {
    const { web, heads } = clientOf(form);
    web.respond({ ...HEAD, bodyLength: 99 }, NOTHING, 0, 0, BORROWED, false);
    assert.deepEqual(heads, [
      { status: 200, headers: ['content-type', type, 'x', 'y'], bodyLength: CHUNKED },
    ]);
    assert.equal(HEAD.headers[1], 'application/grpc+proto', 'the list of the upstream stays');
  }
});

test('WebDownstream leaves an answer by trailers alone one head, with an empty body', () => {
  const { web, heads, calls, body } = clientOf('text');
  const headers = [...HEAD.headers, 'grpc-status', '5'];
  web.respond({ ...HEAD, headers, bodyLength: NO_LENGTH }, NOTHING, 0, 0, BORROWED, true);
  assert.deepEqual(
    [heads[0]?.bodyLength, heads[0]?.headers.slice(4), body().length],
    [0, ['grpc-status', '5'], 0],
  );
  assert.deepEqual(calls, ['done']);
});

test('WebDownstream passes what is not gRPC as it is', () => {
  const { web, heads, calls, body } = clientOf('text');
  const head = { status: 502, headers: ['content-type', 'text/html'], bodyLength: 4 };
  web.respond(head, Buffer.from('ab'), 0, 2, BORROWED, false);
  web.write(Buffer.from('cd'), 0, 2, BORROWED, false);
  web.end(['a', 'b']);
  assert.equal(heads[0], head);
  assert.deepEqual([body().toString(), calls], ['abcd', ['end a b']]);
});

test('WebDownstream is the client in all else', () => {
  const { web, calls } = clientOf('binary');
  web.whenDrained(() => calls.push('drained'));
  web.inform(103, []);
  web.continueRequest();
  web.pauseRequest();
  web.resumeRequest();
  web.abort();
  assert.deepEqual(calls, ['drained', 'inform 103', 'continue', 'pause', 'resume', 'abort']);
  assert.deepEqual(
    [web.drained, web.requestPaused, web.misdirected('a'), web.misdirected('b')],
    [false, true, true, false],
  );
});
