import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CELLS_PER_SLOT } from '../../src/workers/cells.ts';
import { slotShift } from '../../src/workers/memory-layout.ts';
import { SharedMemory } from '../../src/workers/shared-memory.ts';
import { openCells } from '../../src/workers/worker-cells.ts';

test('openCells() does nothing without a slot, and an exchange never seems to succeed', () => {
  const memory = new SharedMemory(1);
  memory.reserve(1);
  const cells = openCells(memory.handle(), 0);
  const beyond = 1 << slotShift(1);
  for (const slot of [-1, beyond]) {
    cells.add(slot, 0, 1);
    assert.equal(cells.sum(slot, 0), 0);
    assert.equal(cells.load(slot), 0n);
    for (const expected of [0n, -1n, 5n]) {
      assert.notEqual(cells.compareExchange(slot, expected, 1n), expected, `${slot} ${expected}`);
    }
  }
  assert.equal(memory.sum(0, 0), 0, 'nothing went astray');
});

test('openCells() knows the names that it was told, until it forgets them', () => {
  const memory = new SharedMemory(1);
  const cells = openCells(memory.handle(), 0);
  assert.equal(cells.slot('name'), -1);
  cells.assign('name', 0);
  assert.equal(cells.slot('name'), 0);
  cells.assign('name', 3);
  assert.equal(cells.slot('name'), 3);
  cells.forget('name');
  assert.equal(cells.slot('name'), -1);
});

test('openCells() gives each worker cells and metrics that only it writes', () => {
  const memory = new SharedMemory(3);
  memory.reserve(2);
  const workers = [0, 1, 2].map((index) => openCells(memory.handle(), index));
  for (const cells of workers) {
    for (const slot of [0, 1]) {
      for (let cell = 0; cell < CELLS_PER_SLOT; cell++) cells.add(slot, cell, 10 ** cells.worker);
    }
    cells.metrics.fill(10 ** cells.worker);
    cells.beat(7 + cells.worker);
  }
  for (const slot of [0, 1]) {
    for (let cell = 0; cell < CELLS_PER_SLOT; cell++) assert.equal(memory.sum(slot, cell), 111);
  }
  const last = (workers[0]?.metrics.length ?? 0) - 1;
  assert.deepEqual([memory.sumMetric(0), memory.sumMetric(last)], [111, 111]);
  assert.deepEqual(
    [0, 1, 2].map((seat) => memory.heartbeat(seat)),
    [7, 8, 9],
  );
});

test('openCells() exchanges one word among all workers', () => {
  const memory = new SharedMemory(2);
  memory.reserve(1);
  const [first, second] = [openCells(memory.handle(), 0), openCells(memory.handle(), 1)];
  assert.equal(first.compareExchange(0, 0n, 5n), 0n);
  assert.equal(second.compareExchange(0, 0n, 6n), 5n, 'it came too late');
  assert.equal(second.load(0), 5n);
});
