import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BORROWED } from '../../../src/lib/wire.ts';
import { WebTextRequest } from '../../../src/proxy/grpc/web-request.ts';

/** A taker that notes what it is told. */
function recordingSink(takes = true) {
  const seen: string[] = [];
  const parts: Buffer[] = [];
  const sink = new WebTextRequest({
    onRequestBody: (bytes, start, end) => {
      parts.push(Buffer.from(bytes.subarray(start, end)));
      return takes;
    },
    onRequestEnd: () => seen.push('end'),
    whenRequestLeft: (callback) => callback(),
    onRequestRefused: ({ status }) => seen.push(`refused ${status}`),
    onClientGone: () => seen.push('gone'),
  });
  const give = (text: string): boolean => {
    const bytes = Buffer.from(text, 'latin1');
    return sink.onRequestBody(bytes, 0, bytes.length, BORROWED);
  };
  return { sink, seen, give, body: () => Buffer.concat(parts) };
}

test('WebTextRequest gives on what any cut of its text decodes to', () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (given, sizes) => {
      const text = given.map((message) => Buffer.from(message).toString('base64')).join('');
      const { sink, seen, give, body } = recordingSink();
      for (let at = 0, i = 0; at < text.length; i++) {
        const size = sizes[i % sizes.length] as number;
        assert.equal(give(text.slice(at, at + size)), true);
        at += size;
      }
      sink.onRequestEnd(null);
      assert.deepEqual(body(), Buffer.concat(given));
      assert.deepEqual(seen, ['end']);
    }),
  );
});

test('WebTextRequest refuses what is no base64, once, and says nothing more', () => {
  const { sink, seen, give, body } = recordingSink();
  give('AAAA');
  assert.equal(give('AA AA'), true);
  give('AAAA');
  sink.onRequestEnd(null);
  sink.onRequestRefused({ status: 413, code: 'http_request_error', flags: '' });
  sink.onClientGone();
  assert.deepEqual(seen, ['refused 400']);
  assert.equal(body().length, 3);
});

test('WebTextRequest refuses a text that breaks off inside a group', () => {
  const { sink, seen, give } = recordingSink();
  give('AAAAA');
  sink.onRequestEnd(null);
  assert.deepEqual(seen, ['refused 400']);
});

test('WebTextRequest hands on that its taker waits, refusals and the end of the client', () => {
  const full = recordingSink(false);
  assert.equal(full.give('AA'), true, 'nothing was decoded yet');
  assert.equal(full.give('AA'), false);
  full.sink.onRequestRefused({ status: 413, code: 'http_request_error', flags: '' });
  full.sink.onClientGone();
  let left = false;
  full.sink.whenRequestLeft(() => {
    left = true;
  });
  assert.deepEqual([full.seen, left], [['refused 413', 'gone'], true]);
});
