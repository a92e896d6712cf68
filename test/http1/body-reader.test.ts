import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BodyReader } from '../../src/http1/body-reader.ts';
import { CHUNKED, UNTIL_CLOSE } from '../../src/http1/message.ts';

/** Feeds a body cut at some places. @returns Its payload, the last state, and what was not taken. */
function feed(
  reader: BodyReader,
  text: string,
  cuts: readonly number[],
): { readonly payload: string; readonly state: string; readonly rest: string } {
  let payload = '';
  let state = 'more';
  let from = 0;
  for (const cut of [...cuts, text.length]) {
    const bytes = Buffer.from(`before${text.slice(from, cut)}behind`, 'latin1');
    const end = bytes.length - 'behind'.length;
    state = reader.read(bytes, 'before'.length, end);
    payload += bytes.toString('latin1', reader.bodyStart, reader.bodyEnd);
    if (state !== 'more') return { payload, state, rest: text.slice(from + reader.next - 'before'.length) };
    assert.equal(reader.next, end);
    from = cut;
  }
  return { payload, state, rest: '' };
}

test('BodyReader finds the end of each body however it is cut, one after the other', () => {
  const body = fc.record({
    text: fc.string({ maxLength: 60, unit: 'binary-ascii' }),
    chunked: fc.boolean(),
    rest: fc.constantFrom('', 'GET / HTTP/1.1\r\n'),
    cuts: fc.array(fc.nat(80), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(fc.array(body, { maxLength: 5 }), (bodies) => {
      const reader = new BodyReader();
      for (const { text, chunked, rest, cuts } of bodies) {
        const half = Math.ceil(text.length / 2);
        const parts = [text.slice(0, half), text.slice(half)].filter((part) => part !== '');
        const wire = chunked
          ? `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`
          : text;
        reader.begin(chunked ? CHUNKED : text.length);
        const all = wire + rest;
        const sorted = cuts.filter((cut) => cut < wire.length).sort((a, b) => a - b);
        assert.deepEqual(feed(reader, all, sorted), { payload: text, state: 'done', rest });
      }
    }),
  );
});

test('BodyReader never ends a body that ends with the connection', () => {
  const reader = new BodyReader();
  reader.begin(UNTIL_CLOSE);
  assert.deepEqual(feed(reader, 'hello world', [3, 5]), { payload: 'hello world', state: 'more', rest: '' });
});

test('BodyReader refuses chunks that break the rules, and says why, until the next body', () => {
  const reader = new BodyReader();
  const status = () => reader.refusal?.status;
  assert.equal(status(), undefined);
  reader.begin(CHUNKED);
  assert.equal(feed(reader, '5\r\nhelloX', [4]).state, 'refused');
  assert.equal(status(), 400);
  reader.begin(CHUNKED);
  assert.equal(status(), undefined);
  assert.equal(feed(reader, '0\r\n\r\n', []).state, 'done');
});

test('BodyReader calls large what deserves a buffer of its own', () => {
  const reader = new BodyReader();
  const bytes = Buffer.alloc(65_536, '1');
  const cases: readonly [length: number, read: number, large: boolean][] = [
    [65_536, 32_768, false],
    [65_537, 32_768, true],
    [1_000_000, 1, true],
    [UNTIL_CLOSE, 65_535, false],
    [UNTIL_CLOSE, 65_536, true],
  ];
  for (const [length, read, large] of cases) {
    reader.begin(length);
    assert.equal(reader.large, false);
    reader.read(bytes, 0, read);
    assert.equal(reader.large, large, `${read} of ${length}`);
  }
});
