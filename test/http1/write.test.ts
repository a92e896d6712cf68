import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ChunkedReader } from '../../src/http1/chunked.ts';
import { CHUNKED, UNTIL_CLOSE } from '../../src/http1/message.ts';
import { parseRequestHead } from '../../src/http1/request-head.ts';
import { parseResponseHead } from '../../src/http1/response-head.ts';
import {
  chunkHead,
  LAST_CHUNK,
  type RequestHeadParts,
  type ResponseHeadParts,
  requestHead,
  responseHead,
} from '../../src/http1/write.ts';
import { wire } from './cases/wire.ts';

const REQUEST: RequestHeadParts = {
  method: 'GET',
  target: '/',
  authority: 'a',
  headers: ['x', 'y'],
  bodyLength: 0,
  upgrade: null,
  teTrailers: false,
};
const RESPONSE: ResponseHeadParts = {
  status: 200,
  headers: ['x', 'y'],
  bodyLength: 0,
  minorVersion: 1,
  connection: null,
  upgrade: null,
};

/** What no part may hold; the last becomes LF when it is cut to a byte. */
const BREAKS = ['\r\n', '\r', '\n', '\0', '\x7f', '\u010a', '\u0100'];

describe('requestHead()', () => {
  test('writes one framing field at most', () => {
    const cases: [Partial<RequestHeadParts>, string][] = [
      [{}, 'GET / HTTP/1.1⏎host: a⏎x: y⏎⏎'],
      [{ method: 'POST' }, 'POST / HTTP/1.1⏎host: a⏎x: y⏎content-length: 0⏎⏎'],
      [{ method: 'DELETE' }, 'DELETE / HTTP/1.1⏎host: a⏎x: y⏎⏎'],
      [{ bodyLength: 7 }, 'GET / HTTP/1.1⏎host: a⏎x: y⏎content-length: 7⏎⏎'],
      [{ bodyLength: CHUNKED, headers: [] }, 'GET / HTTP/1.1⏎host: a⏎transfer-encoding: chunked⏎⏎'],
      [
        { upgrade: 'websocket', headers: [] },
        'GET / HTTP/1.1⏎host: a⏎upgrade: websocket⏎connection: upgrade⏎⏎',
      ],
      [{ teTrailers: true, headers: [] }, 'GET / HTTP/1.1⏎host: a⏎connection: te⏎te: trailers⏎⏎'],
      [
        { teTrailers: true, upgrade: 'websocket', headers: [] },
        'GET / HTTP/1.1⏎host: a⏎upgrade: websocket⏎connection: upgrade, te⏎te: trailers⏎⏎',
      ],
    ];
    for (const [parts, text] of cases) assert.equal(requestHead({ ...REQUEST, ...parts }), wire(text));
  });

  test('refuses what would break the message, wherever it stands (K10)', () => {
    for (const bad of BREAKS) {
      for (const text of [bad, `a${bad}`, `${bad}a`, `a${bad}a`]) {
        const parts: Partial<RequestHeadParts>[] = [
          { method: text },
          { target: `/${text}` },
          { authority: text },
          { headers: ['x', text] },
          { headers: [text, 'y'] },
          { headers: ['a', 'b', 'x', text, 'c', 'd'] },
        ];
        for (const part of parts)
          assert.equal(requestHead({ ...REQUEST, ...part }), null, JSON.stringify(part));
      }
    }
  });

  test('refuses parts that belong elsewhere', () => {
    const parts: Partial<RequestHeadParts>[] = [
      { method: '' },
      { method: 'GET /' },
      { target: '' },
      { target: '/a b' },
      { target: '/\xe9' },
      { authority: '' },
      { authority: 'a b' },
      { headers: ['', 'y'] },
      { headers: ['a b', 'y'] },
      { headers: ['a:b', 'y'] },
      { headers: ['Upper', 'y'] },
      { headers: ['host', 'b'] },
      { headers: ['content-length', '5'] },
      { headers: ['transfer-encoding', 'chunked'] },
    ];
    for (const part of parts) assert.equal(requestHead({ ...REQUEST, ...part }), null, JSON.stringify(part));
  });

  test('takes values that are names elsewhere', () => {
    const text = requestHead({ ...REQUEST, headers: ['x', 'host', 'host-x', 'content-length', 'y', 'a:b'] });
    assert.equal(text, wire('GET / HTTP/1.1⏎host: a⏎x: host⏎host-x: content-length⏎y: a:b⏎⏎'));
  });

  test('checks heads beyond its scratch bytes too', () => {
    const long = 'v'.repeat(20_000);
    assert.ok(requestHead({ ...REQUEST, headers: ['x', long] })?.includes(long));
    assert.equal(requestHead({ ...REQUEST, headers: ['x', long, 'y', '\n'] }), null);
  });

  test('gives what the parser reads back', () => {
    const name = fc.stringMatching(/^x-[a-z0-9!#$%&'*+.^_`|~-]{0,20}$/);
    const value = fc.stringMatching(/^([!-~\x80-\xff]([\t -~\x80-\xff]{0,30}[!-~\x80-\xff])?)?$/);
    const fields = fc.array(fc.tuple(name, value), { maxLength: 50 });
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PURGE');
    const bodyLength = fc.oneof(fc.nat(), fc.constant(CHUNKED), fc.constant(Number.MAX_SAFE_INTEGER));
    const path = fc.stringMatching(/^\/([a-z0-9]{1,5}\/){0,5}$/);
    const query = fc.stringMatching(/^(\?[a-z0-9&=%/?]{0,20})?$/);
    const property = fc.property(
      fc.record({ method, path, query, fields, bodyLength, teTrailers: fc.boolean() }),
      (input) => {
        const headers = input.fields.flat();
        const target = input.path + input.query;
        const text = requestHead({ ...REQUEST, ...input, target, headers });
        assert.ok(text !== null);
        const bytes = Buffer.from(text, 'latin1');
        const options = { maxBytes: 32_768, maxFields: 100, mergeSlashes: true, secure: false };
        const head = parseRequestHead(bytes, 0, bytes.length, 0, options);
        assert.ok(head?.ok);
        assert.deepEqual(
          [head.method, head.path, head.query, head.bodyLength, head.teTrailers, head.authority, head.end],
          [input.method, input.path, input.query, input.bodyLength, input.teTrailers, 'a', bytes.length],
        );
        assert.deepEqual(head.headers, headers);
      },
    );
    fc.assert(property);
  });
});

describe('responseHead()', () => {
  test('writes one framing field at most', () => {
    const cases: [Partial<ResponseHeadParts>, string][] = [
      [{}, 'HTTP/1.1 200 OK⏎x: y⏎content-length: 0⏎⏎'],
      [{ bodyLength: CHUNKED }, 'HTTP/1.1 200 OK⏎x: y⏎transfer-encoding: chunked⏎⏎'],
      [{ bodyLength: UNTIL_CLOSE, connection: 'close' }, 'HTTP/1.1 200 OK⏎x: y⏎connection: close⏎⏎'],
      [{ status: 204, headers: [], bodyLength: CHUNKED }, 'HTTP/1.1 204 No Content⏎⏎'],
      [{ status: 304, headers: [], bodyLength: CHUNKED }, 'HTTP/1.1 304 Not Modified⏎⏎'],
      [{ status: 304, headers: [], bodyLength: 7 }, 'HTTP/1.1 304 Not Modified⏎content-length: 7⏎⏎'],
      [{ status: 103, bodyLength: CHUNKED }, 'HTTP/1.1 103 Early Hints⏎x: y⏎⏎'],
      [{ status: 599 }, 'HTTP/1.1 599 ⏎x: y⏎content-length: 0⏎⏎'],
      [
        { minorVersion: 0, connection: 'keep-alive' },
        'HTTP/1.1 200 OK⏎x: y⏎content-length: 0⏎connection: keep-alive⏎⏎',
      ],
      [
        { status: 101, headers: [], upgrade: 'websocket' },
        'HTTP/1.1 101 Switching Protocols⏎upgrade: websocket⏎connection: upgrade⏎⏎',
      ],
    ];
    for (const [parts, text] of cases) assert.equal(responseHead({ ...RESPONSE, ...parts }), wire(text));
  });

  test('refuses what would break the message, wherever it stands (K10)', () => {
    for (const bad of BREAKS) {
      const parts: Partial<ResponseHeadParts>[] = [
        { headers: ['location', `/${bad}x: y`] },
        { headers: [`x${bad}`, 'y'] },
        { status: 101, upgrade: `websocket${bad}` },
      ];
      for (const part of parts)
        assert.equal(responseHead({ ...RESPONSE, ...part }), null, JSON.stringify(part));
    }
  });

  test('refuses parts that belong elsewhere', () => {
    const parts: Partial<ResponseHeadParts>[] = [
      { status: 99 },
      { status: 1000 },
      { status: 200.5 },
      { status: Number.NaN },
      { headers: ['content-length', '5'] },
      { headers: ['transfer-encoding', 'chunked'] },
      { bodyLength: CHUNKED, minorVersion: 0 },
      { upgrade: '' },
    ];
    for (const part of parts)
      assert.equal(responseHead({ ...RESPONSE, ...part }), null, JSON.stringify(part));
  });

  test('gives what the parser reads back', () => {
    const status = fc.integer({ min: 200, max: 999 });
    const length = fc.oneof(fc.nat(), fc.constantFrom(CHUNKED, UNTIL_CLOSE));
    fc.assert(
      fc.property(status, length, (code, bodyLength) => {
        const text = responseHead({ ...RESPONSE, status: code, bodyLength });
        assert.ok(text !== null);
        const bytes = Buffer.from(text, 'latin1');
        const options = { maxBytes: 1000, maxFields: 9, requestMethod: 'GET', upgradeRequested: false };
        const head = parseResponseHead(bytes, 0, bytes.length, 0, options);
        assert.ok(head?.ok);
        assert.equal(head.status, code);
        assert.deepEqual(head.headers, ['x', 'y']);
        const bodiless = code === 204 || code === 205 || code === 304;
        assert.equal(head.bodyLength, bodiless ? 0 : bodyLength);
      }),
    );
  });
});

describe('chunkHead()', () => {
  test('begins a chunk that the reader takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 5000 }), (data) => {
        const bytes = Buffer.from(`${chunkHead(data.length)}${data}\r\n${LAST_CHUNK}`, 'latin1');
        const reader = new ChunkedReader();
        assert.equal(reader.read(bytes, 0, bytes.length), 'done');
        assert.equal(bytes.toString('latin1', reader.bodyStart, reader.bodyEnd), data);
      }),
    );
  });
});
