import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Refusal, RequestHead } from '../../src/http1/message.ts';
import { parseRequestHead, type RequestHeadOptions } from '../../src/http1/request-head.ts';
import { connectionCases, framingCases, hostCases, syntaxCases } from './cases/request-field-cases.ts';
import { requestLineCases, targetCases } from './cases/request-line-cases.ts';
import { type Case, wire } from './cases/wire.ts';
import { cutsOf, feedHead } from './feed.ts';

const OPTIONS: RequestHeadOptions = {
  maxBytes: 32 * 1024,
  maxFields: 100,
  mergeSlashes: true,
  secure: false,
};

function parse(input: string, cuts: readonly number[] = [], options = OPTIONS): RequestHead | Refusal | null {
  return feedHead<RequestHead>(
    (bytes, start, end, scanned) => parseRequestHead(bytes, start, end, scanned, options),
    input,
    cuts,
  );
}

function checkCase({ input, expect, rest }: Case<RequestHead>, result: RequestHead | Refusal | null): void {
  if (expect === null) {
    assert.equal(result, null);
  } else if (typeof expect === 'number') {
    assert.ok(result !== null && !result.ok, `is taken: ${JSON.stringify(result)}`);
    assert.equal(result.status, expect, result.detail);
    assert.equal(result.error, 'http_request_error');
  } else {
    assert.ok(result?.ok, JSON.stringify(result));
    assert.deepEqual({ ...result, ...expect }, result);
    if (rest !== undefined) assert.equal(input.slice(result.end), rest);
  }
}

for (const [rows, cases] of Object.entries({
  'request line': requestLineCases,
  target: targetCases,
  host: hostCases,
  syntax: syntaxCases,
  framing: framingCases,
  connection: connectionCases,
})) {
  describe(`parseRequestHead(), rows of ${rows}`, () => {
    for (const entry of cases) {
      test(entry.id.slice(0, 100), () => {
        for (const cuts of cutsOf(entry.input.length)) {
          const result = parse(entry.input, cuts);
          try {
            checkCase(entry, result);
          } catch (error) {
            throw new Error(`cut at ${cuts.slice(0, 3)}`, { cause: error });
          }
        }
      });
    }
  });
}

describe('parseRequestHead()', () => {
  test('refuses as early as the fault shows', () => {
    const inputs: [string, number][] = [
      ['GET / HTTP/1.1\r\nHost: a\n', 400],
      ['GET / HTTP/1.1\rX', 400],
      ['GET /\0', 400],
      ['\n', 400],
      [wire('⏎⏎\r'), 400],
      ['A'.repeat(33), 400],
      [wire('GET / HTTP/3.0⏎'), 505],
      [wire(`GET / HTTP/1.1⏎${'a: b⏎'.repeat(101)}`), 431],
    ];
    for (const [input, status] of inputs) {
      for (const cuts of cutsOf(input.length)) {
        const result = parse(input, cuts);
        assert.ok(result !== null && !result.ok, JSON.stringify(input));
        assert.equal(result.status, status);
      }
      const before = parse(input.slice(0, -1));
      assert.equal(before, null, `${JSON.stringify(input)} without its last byte`);
    }
  });

  test('says what a 405 and a 426 must tell', () => {
    const trace = parse(wire('TRACE / HTTP/1.1⏎Host: a⏎⏎'));
    assert.ok(trace !== null && !trace.ok);
    assert.deepEqual(trace.headers, ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']);
    const socket = parse(
      wire('GET / HTTP/1.1⏎Host: a⏎Connection: upgrade⏎Upgrade: websocket⏎Sec-WebSocket-Key: k⏎⏎'),
    );
    assert.ok(socket !== null && !socket.ok);
    assert.deepEqual(socket.headers, ['upgrade', 'websocket', 'sec-websocket-version', '13']);
  });

  test('takes the scheme from the listener', () => {
    const secure = { ...OPTIONS, secure: true };
    const result = parse(wire('GET https://a:443/ HTTP/1.1⏎Host: A⏎⏎'), [], secure);
    assert.ok(result?.ok);
    assert.equal(result.authority, 'a');
    const other = parse(wire('GET http://a/ HTTP/1.1⏎Host: a⏎⏎'), [], secure);
    assert.ok(other !== null && !other.ok);
  });

  test('merges slashes only when asked', () => {
    const result = parse(wire('GET //a//b HTTP/1.1⏎Host: a⏎⏎'), [], { ...OPTIONS, mergeSlashes: false });
    assert.ok(result?.ok);
    assert.equal(result.path, '//a//b');
  });

  test('counts the limit of bytes from the start through the blank line', () => {
    const input = wire('⏎GET / HTTP/1.1⏎Host: a⏎⏎');
    for (const cuts of cutsOf(input.length)) {
      assert.equal(parse(input, cuts, { ...OPTIONS, maxBytes: input.length })?.ok, true);
      const result = parse(input, cuts, { ...OPTIONS, maxBytes: input.length - 1 });
      assert.ok(result !== null && !result.ok);
      assert.equal(result.status, 431);
    }
  });

  test('gives every head the same hidden class', () => {
    const keys = (input: string): string[] => Object.keys(parse(input) ?? {});
    const plain = keys(wire('GET / HTTP/1.1⏎Host: a⏎⏎'));
    assert.deepEqual(keys(wire('POST http://a HTTP/1.0⏎Host: a⏎Content-Length: 1⏎Connection: x⏎⏎')), plain);
  });
});
