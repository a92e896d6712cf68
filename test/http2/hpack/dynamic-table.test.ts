import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DynamicTable } from '../../../src/http2/hpack/dynamic-table.ts';

interface Entry {
  readonly id: number;
  readonly size: number;
}

describe('DynamicTable', () => {
  test('begins with the newest and lets the oldest leave', () => {
    const table = new DynamicTable<Entry>(100);
    for (const id of [1, 2, 3, 4]) table.add({ id, size: 33 });
    assert.deepEqual(
      [0, 1, 2, 3].map((place) => table.get(place)?.id),
      [4, 3, 2, undefined],
    );
    assert.deepEqual([table.bytes, table.count], [99, 3]);
  });

  test('is emptied by an entry that is larger, which is not added', () => {
    const table = new DynamicTable<Entry>(100);
    table.add({ id: 1, size: 40 });
    assert.equal(table.add({ id: 2, size: 101 }), -1);
    assert.deepEqual([table.bytes, table.count, table.get(0)], [0, 0, undefined]);
  });

  test('has no place for anything at size 0', () => {
    const table = new DynamicTable<Entry>(0);
    assert.equal(table.add({ id: 1, size: 32 }), -1);
    assert.equal(table.get(0), undefined);
  });

  test('does as a plain list does, whatever is added and however the size changes', () => {
    const steps = fc.array(fc.oneof(fc.record({ size: fc.integer({ min: 32, max: 300 }) }), fc.nat(512)), {
      maxLength: 100,
    });
    const run = (list: readonly ({ size: number } | number)[]): void => {
      const table = new DynamicTable<Entry>(512);
      let model: Entry[] = [];
      const positions = new Map<Entry, number>();
      const fit = (bytes: number): void => {
        while (model.reduce((sum, { size }) => sum + size, 0) > bytes) model.pop();
      };
      for (const [id, step] of list.entries()) {
        if (typeof step === 'number') {
          table.resize(step);
          fit(step);
        } else {
          const entry = { id, size: step.size };
          if (entry.size <= table.maxBytes) model = [entry, ...model];
          else model = [];
          positions.set(entry, table.add(entry));
          fit(table.maxBytes);
        }
        assert.equal(table.count, model.length);
        assert.equal(
          table.bytes,
          model.reduce((sum, { size }) => sum + size, 0),
        );
        for (const [place, entry] of model.entries()) {
          assert.equal(table.get(place), entry);
          const position = positions.get(entry) ?? -1;
          assert.equal(table.at(position), entry);
          assert.equal(table.placeOf(position), place);
        }
        assert.equal(table.get(model.length), undefined);
      }
    };
    fc.assert(fc.property(steps, run), { seed: 1, numRuns: 300 });
  });
});
