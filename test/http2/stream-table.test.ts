import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HeldFields } from '../../src/http2/held-fields.ts';
import { Http2Stream } from '../../src/http2/stream.ts';
import { StreamTable } from '../../src/http2/stream-table.ts';

const held = (): HeldFields => new HeldFields(Number.POSITIVE_INFINITY);

describe('StreamTable', () => {
  test('isIdle() knows the streams that were never opened (RFC 9113 §5.1.1)', () => {
    const table = new StreamTable(true, held());
    table.lastId = 5;
    assert.deepEqual(
      [1, 2, 5, 6, 7].map((id) => table.isIdle(id)),
      [false, true, false, true, true],
    );
  });

  test('nextId counts the odd ones up, until there is none', () => {
    const table = new StreamTable(false, held());
    assert.equal(table.nextId, 1);
    table.lastId = 1;
    assert.equal(table.nextId, 3);
    table.lastId = 0x7fff_ffff;
    assert.equal(table.nextId, 0);
  });

  test('sums the heads of the streams that are open', () => {
    const table = new StreamTable(true, held());
    const stream = new Http2Stream(1, 'GET', 1, 1);
    stream.headBytes = 50;
    table.add(stream);
    assert.deepEqual([table.count, table.headBytes, table.get(1)], [1, 50, stream]);
    table.remove(stream);
    assert.deepEqual([table.count, table.headBytes, table.get(1)], [0, 0, undefined]);
  });

  test('remembers the last 256 resets and no more', () => {
    const table = new StreamTable(true, held());
    for (let id = 1; id <= 257; id++) table.rememberReset(id);
    assert.deepEqual(
      [1, 2, 257].map((id) => table.wasReset(id)),
      [false, true, true],
    );
    table.forgetReset(2);
    assert.equal(table.wasReset(2), false);
  });
});
