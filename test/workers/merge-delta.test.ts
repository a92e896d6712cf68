import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Delta } from '../../src/snapshot/snapshot.ts';
import { mergeDeltas } from '../../src/workers/merge-delta.ts';
import { delta, host } from './deltas.ts';

/** Applies removals, then sets, as a worker does. */
function apply(table: ReadonlyMap<string, number>, change: Delta): ReadonlyMap<string, number> {
  const next = new Map(table);
  for (const name of change.slots.remove) next.delete(name);
  for (const [name, slot] of change.slots.set) next.set(name, slot);
  return next;
}

const name = fc.constantFrom('a', 'b', 'c', 'd');
const changes = fc
  .record({
    set: fc.uniqueArray(fc.tuple(name, fc.nat(9)), { selector: ([key]) => key }),
    remove: fc.uniqueArray(name),
  })
  .map(({ set, remove }) => ({ set: set.filter(([key]) => !remove.includes(key)), remove }));

test('mergeDeltas() has the effect of the first and then the second', () => {
  fc.assert(
    fc.property(changes, changes, changes, (before, first, second) => {
      const [zero, one, two] = [before, first, second].map((slots, index) => ({ ...delta(index), slots }));
      if (zero === undefined || one === undefined || two === undefined) return;
      const table = apply(new Map(), zero);
      const merged = mergeDeltas(one, two);
      assert.deepEqual(
        new Map([...apply(table, merged)].sort()),
        new Map([...apply(apply(table, one), two)].sort()),
      );
      for (const [key] of merged.slots.set) assert.ok(!merged.slots.remove.includes(key));
    }),
  );
});

test('mergeDeltas() keeps the later value, version and settings', () => {
  const slots = { set: [], remove: [] };
  const [old, young] = [host('a', { route: 'old' }), host('a', { route: 'young' })];
  const first = { ...delta(1, { hosts: { set: [old], remove: [] } }), slots };
  const second = { ...delta(2, { hosts: { set: [young], remove: ['b'] } }), slots };
  const merged = mergeDeltas(first, second);
  assert.equal(merged.version, 2);
  assert.deepEqual(merged.hosts, { set: [young], remove: ['b'] });
  assert.equal('settings' in merged, false);
});

test('mergeDeltas() keeps key sets of both, and leaves them out when neither has any', () => {
  const slots = { set: [], remove: [] };
  const [a, b] = ['a', 'b'].map((name) => ({ name, keys: [] }));
  if (a === undefined || b === undefined) return;
  const none = { ...delta(1), slots };
  const first = { ...delta(1, { keySets: { set: [a], remove: ['x'] } }), slots };
  const second = { ...delta(2, { keySets: { set: [b], remove: ['a'] } }), slots };
  assert.equal('keySets' in mergeDeltas(none, none), false);
  assert.deepEqual(mergeDeltas(none, first).keySets, first.keySets);
  assert.deepEqual(mergeDeltas(first, none).keySets, first.keySets);
  assert.deepEqual(mergeDeltas(first, second).keySets, { set: [b], remove: ['x', 'a'] });
});
