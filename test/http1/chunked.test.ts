import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ChunkedReader } from '../../src/http1/chunked.ts';
import { chunkedCases } from './cases/chunked-cases.ts';
import { wire } from './cases/wire.ts';
import { cutsOf, feedChunked } from './feed.ts';

describe('ChunkedReader, rows E and F', () => {
  for (const { id, input, expect, rest } of chunkedCases) {
    test(id.slice(0, 100), () => {
      let whole: string | undefined;
      for (const cuts of cutsOf(input.length, 10_000)) {
        const outcome = feedChunked(new ChunkedReader(), input, cuts);
        const where = `cut at ${cuts.slice(0, 3)}: ${JSON.stringify(outcome)}`;
        if (expect === null) assert.equal(outcome.state, 'more', where);
        else if (typeof expect === 'number') assert.equal(outcome.status, expect, where);
        else {
          assert.equal(outcome.state, 'done', where);
          assert.deepEqual({ ...outcome, ...expect }, outcome);
          if (rest !== undefined) assert.equal(outcome.rest, rest);
        }
        whole ??= JSON.stringify(outcome);
        assert.equal(JSON.stringify(outcome), whole, where);
      }
    });
  }
});

const chunk = fc.record({
  data: fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 100 }),
  zeros: fc.nat(5),
  extension: fc.constantFrom('', ';a', ';a=b', ' ; a = "x\\"y" ;c', ';q=";"'),
});

describe('ChunkedReader', () => {
  test('read() gives what was put in chunks, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(chunk), fc.array(fc.nat(2000)), (chunks, numbers) => {
        const lines = chunks.map(
          ({ data, zeros, extension }) =>
            `${'0'.repeat(zeros)}${data.length.toString(16)}${extension}\r\n${data}\r\n`,
        );
        const input = `${lines.join('')}0\r\nA: b\r\n\r\nrest`;
        const cuts = numbers.filter((cut) => cut < input.length).sort((a, b) => a - b);
        const outcome = feedChunked(new ChunkedReader(), input, cuts);
        assert.equal(outcome.state, 'done');
        assert.equal(outcome.payload, chunks.map(({ data }) => data).join(''));
        assert.deepEqual(outcome.trailers, ['a', 'b']);
        // A cut behind the body: what came later was not handed over.
        assert.ok(outcome.rest.endsWith('rest'));
      }),
    );
  });

  test('read() moves nothing when one chunk fills the bytes', () => {
    const reader = new ChunkedReader();
    const bytes = Buffer.from('5\r\nhello\r\n0\r\n\r\n');
    assert.equal(reader.read(bytes, 0, bytes.length), 'done');
    assert.equal(reader.bodyStart, 3);
    assert.equal(bytes.toString('latin1'), '5\r\nhello\r\n0\r\n\r\n');
  });

  test('read() reads nothing more after the end, and nothing after a refusal', () => {
    const reader = new ChunkedReader();
    const last = Buffer.from('0\r\n\r\n');
    assert.equal(reader.read(last, 0, last.length), 'done');
    assert.equal(reader.read(last, 0, last.length), 'done');
    assert.equal(reader.next, 0);
    reader.reset();
    const bad = Buffer.from('Z');
    assert.equal(reader.read(bad, 0, 1), 'refused');
    assert.equal(reader.read(last, 0, last.length), 'refused');
    assert.equal(reader.bodyStart, reader.bodyEnd);
  });

  test('reset() forgets the last body in any state', () => {
    for (const { input } of chunkedCases) {
      const reader = new ChunkedReader();
      const step = Math.ceil(input.length / 50);
      for (let length = 0; length <= input.length; length += step) {
        reader.reset();
        feedChunked(reader, input.slice(0, length), []);
        reader.reset();
        const outcome = feedChunked(reader, wire('2⏎ab⏎0⏎c: d⏎⏎'), []);
        assert.deepEqual(outcome, {
          state: 'done',
          payload: 'ab',
          trailers: ['c', 'd'],
          status: 0,
          rest: '',
        });
      }
    }
  });

  test('reset() leaves trailers that were handed out alone', () => {
    const reader = new ChunkedReader();
    const bytes = Buffer.from('0\r\nA: b\r\n\r\n');
    reader.read(bytes, 0, bytes.length);
    const { trailers } = reader;
    reader.reset();
    assert.deepEqual(trailers, ['a', 'b']);
    assert.deepEqual(reader.trailers, []);
  });

  test('read() keeps to limits that are set', () => {
    const reader = new ChunkedReader({ maxTrailerFields: 1, maxLineBytes: 4 });
    assert.equal(feedChunked(reader, wire('0⏎a:b⏎c:d⏎⏎'), []).status, 431);
    reader.reset();
    assert.equal(feedChunked(reader, wire('0;abc⏎⏎'), []).status, 400);
  });
});
