import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SlotAllocator, type SlotMemory } from '../../src/workers/slots.ts';

/** Memory of `room` slots that records what was cleared. */
function fakeMemory(room = 1000): SlotMemory & { readonly cleared: number[]; readonly busy: Set<number> } {
  const cleared: number[] = [];
  const busy = new Set<number>();
  return {
    cleared,
    busy,
    reserve: (slots) => slots <= room,
    idle: (slot) => !busy.has(slot),
    clearSlot: (slot) => cleared.push(slot),
  };
}

test('SlotAllocator gives each name one slot, whoever needs it', () => {
  const slots = new SlotAllocator(fakeMemory());
  slots.need('host:a', ['x', 'y']);
  slots.need('host:b', ['y']);
  assert.deepEqual(slots.commit(1), {
    set: [
      ['x', 0],
      ['y', 1],
    ],
    remove: [],
  });
  slots.need('host:a', []);
  assert.deepEqual(slots.commit(2), { set: [], remove: ['x'] });
  assert.deepEqual(slots.all(), [['y', 1]]);
  assert.equal(slots.slot('x'), -1);
});

test('SlotAllocator changes nothing when an owner comes back within one version', () => {
  const slots = new SlotAllocator(fakeMemory());
  slots.need('host:a', ['x']);
  slots.commit(1);
  slots.need('host:a', []);
  slots.need('host:a', ['x']);
  assert.deepEqual(slots.commit(2), { set: [], remove: [] });
});

test('reclaim() frees a slot only when all acknowledged and nobody is counted in it', () => {
  const memory = fakeMemory();
  const slots = new SlotAllocator(memory);
  slots.need('a', ['x']);
  slots.commit(1);
  slots.need('a', []);
  slots.commit(5);
  slots.reclaim(4);
  assert.deepEqual(memory.cleared, []);
  memory.busy.add(0);
  slots.reclaim(5);
  assert.deepEqual(memory.cleared, []);
  memory.busy.delete(0);
  slots.reclaim(5);
  assert.deepEqual(memory.cleared, [0]);
  slots.need('b', ['y']);
  assert.deepEqual(slots.commit(6).set, [['y', 0]]);
});

test('SlotAllocator gives a name that returns its resting slot, with what is in it', () => {
  const memory = fakeMemory();
  const slots = new SlotAllocator(memory);
  slots.need('a', ['x']);
  slots.commit(1);
  slots.need('a', []);
  slots.commit(2);
  slots.need('a', ['x']);
  assert.deepEqual(slots.commit(3).set, [['x', 0]]);
  slots.reclaim(9);
  assert.deepEqual(memory.cleared, []);
});

test('SlotAllocator tries again for a name that found no room', () => {
  const slots = new SlotAllocator(fakeMemory(1));
  slots.need('a', ['x']);
  slots.need('b', ['y']);
  assert.deepEqual(slots.commit(1).set, [['x', 0]]);
  assert.deepEqual(slots.counts, { used: 1, resting: 0, missing: 1 });
  slots.need('a', []);
  slots.commit(2);
  slots.reclaim(2);
  assert.deepEqual(slots.commit(3).set, [['y', 0]]);
});

test('SlotAllocator never lets two names share a slot that some worker may use', () => {
  const owner = fc.constantFrom('a', 'b', 'c');
  const names = fc.uniqueArray(fc.constantFrom('u', 'v', 'w', 'x', 'y', 'z'));
  const step = fc.record({ owner, names, lag: fc.integer({ min: 0, max: 4 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const slots = new SlotAllocator(fakeMemory());
      const history: ReadonlyMap<string, number>[] = [new Map()];
      let oldest = 0;
      steps.forEach((next, index) => {
        const version = index + 1;
        oldest = Math.max(oldest, version - 1 - next.lag);
        slots.reclaim(oldest);
        slots.need(next.owner, next.names);
        slots.commit(version);
        history.push(new Map(slots.all()));
        const nameOf = new Map<number, string>();
        for (const table of history.slice(oldest)) {
          for (const [name, slot] of table) {
            assert.equal(nameOf.get(slot) ?? name, name);
            nameOf.set(slot, name);
          }
        }
      });
    }),
  );
});
