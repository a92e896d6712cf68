import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNKED, NO_LENGTH, UNTIL_CLOSE } from '../../src/http1/message.ts';
import { BORROWED, type Wire } from '../../src/lib/wire.ts';
import { Http1Answer } from '../../src/proxy/http1-answer.ts';

/** A wire that keeps what is written, one entry a call. */
function fakeWire(): { readonly wire: Wire; readonly written: string[] } {
  const written: string[] = [];
  const text = (bytes: Buffer, start: number, end: number) => bytes.toString('latin1', start, end);
  const wire = {
    writeText: (each: string) => written.push(each),
    writeBytes: (bytes: Buffer, start: number, end: number) => written.push(text(bytes, start, end)),
    writeAround: (before: string, bytes: Buffer, start: number, end: number, _: number, after: string) =>
      written.push(before + text(bytes, start, end) + after),
  };
  return { wire: wire as unknown as Wire, written };
}

const BYTES = Buffer.from('hello');

test('Http1Answer.framing() keeps a length, else what the version of the request knows', () => {
  const answer = new Http1Answer();
  const cases: readonly [minor: 0 | 1, length: number, whole: number, framing: number][] = [
    [1, 5, -1, 5],
    [1, 0, 0, 0],
    [1, NO_LENGTH, 0, NO_LENGTH],
    [1, CHUNKED, -1, CHUNKED],
    [1, CHUNKED, 5, 5],
    [1, UNTIL_CLOSE, -1, CHUNKED],
    [0, 5, -1, 5],
    [0, NO_LENGTH, -1, NO_LENGTH],
    [0, CHUNKED, -1, UNTIL_CLOSE],
    [0, CHUNKED, 5, 5],
  ];
  for (const [minor, length, whole, framing] of cases) {
    answer.reset(minor);
    assert.equal(answer.framing(length, whole), framing, `HTTP/1.${minor}: ${length}, ${whole}`);
  }
});

test('Http1Answer writes a head and a small body at once, with the framing given', () => {
  const cases: readonly [bodyLength: number, done: boolean, text: string][] = [
    [5, true, 'content-length: 5\r\n\r\nhello'],
    [9, false, 'content-length: 9\r\n\r\nhello'],
    [CHUNKED, false, 'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    [CHUNKED, true, 'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
  ];
  for (const [bodyLength, done, text] of cases) {
    const { wire, written } = fakeWire();
    const answer = new Http1Answer();
    const head = { status: 200, headers: ['a', 'b'], bodyLength, keepAlive: true };
    assert.equal(answer.begin(wire, head, BYTES, 0, 5, BORROWED, done), true);
    assert.equal(answer.begun, true);
    assert.deepEqual(written, [`HTTP/1.1 200 OK\r\na: b\r\n${text}`]);
  }
});

test('Http1Answer.write() frames each part, and ends a body that has nothing more', () => {
  const { wire, written } = fakeWire();
  const answer = new Http1Answer();
  const head = { status: 200, headers: [], bodyLength: CHUNKED, keepAlive: true };
  answer.begin(wire, head, BYTES, 0, 0, BORROWED, false);
  answer.write(wire, BYTES, 0, 4, BORROWED, false);
  answer.write(wire, BYTES, 0, 0, BORROWED, false);
  answer.write(wire, BYTES, 0, 0, BORROWED, true);
  assert.deepEqual(written.slice(1), ['4\r\nhell\r\n', '0\r\n\r\n']);
  written.length = 0;
  answer.begin(wire, { ...head, bodyLength: 5 }, BYTES, 0, 0, BORROWED, false);
  answer.write(wire, BYTES, 1, 5, BORROWED, false);
  answer.write(wire, BYTES, 0, 0, BORROWED, true);
  assert.deepEqual(written.slice(1), ['ello']);
});

test('Http1Answer says how the connection goes on', () => {
  for (const [minor, keepAlive, field] of [
    [1, true, ''],
    [1, false, 'connection: close\r\n'],
    [0, true, 'connection: keep-alive\r\n'],
    [0, false, 'connection: close\r\n'],
  ] as const) {
    const { wire, written } = fakeWire();
    const answer = new Http1Answer();
    answer.reset(minor);
    answer.begin(wire, { status: 204, headers: [], bodyLength: 0, keepAlive }, BYTES, 0, 0, BORROWED, true);
    assert.deepEqual(written, [`HTTP/1.1 204 No Content\r\n${field}\r\n`]);
  }
});

test('Http1Answer writes nothing of a head that the writer refuses (http1.md K10)', () => {
  const { wire, written } = fakeWire();
  const answer = new Http1Answer();
  const head = { status: 200, headers: ['a', 'b\r\nc: d'], bodyLength: 5, keepAlive: true };
  assert.equal(answer.begin(wire, head, BYTES, 0, 5, BORROWED, true), false);
  assert.equal(answer.begun, false);
  assert.deepEqual(written, []);
});

test('Http1Answer informs before the answer and never HTTP/1.0, and says 100 once', () => {
  const { wire, written } = fakeWire();
  const answer = new Http1Answer();
  answer.sayContinue(wire);
  answer.sayContinue(wire);
  answer.inform(wire, 103, ['link', 'x']);
  assert.deepEqual(written, ['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n']);
  answer.begin(
    wire,
    { status: 200, headers: [], bodyLength: 0, keepAlive: true },
    BYTES,
    0,
    0,
    BORROWED,
    true,
  );
  answer.inform(wire, 103, []);
  assert.equal(written.length, 3);
  answer.reset(0);
  answer.inform(wire, 103, []);
  answer.sayContinue(wire);
  assert.equal(written.length, 3);
});
