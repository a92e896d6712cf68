import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRIC_GAUGES } from '../../src/workers/cells.ts';
import { MAX_SEATS, slotShift } from '../../src/workers/memory-layout.ts';
import { SharedMemory } from '../../src/workers/shared-memory.ts';
import { openCells } from '../../src/workers/worker-cells.ts';

test('SharedMemory sums what each worker added to its own cell', () => {
  const memory = new SharedMemory(3);
  memory.reserve(8);
  const workers = [0, 1, 2].map((index) => openCells(memory.handle(), index));
  for (const cells of workers) cells.add(7, 4, cells.worker + 1);
  assert.equal(memory.sum(7, 4), 6);
  assert.equal(workers[0]?.sum(7, 4), 6);
  assert.equal(memory.sum(7, 3), 0);
  assert.equal(memory.sum(6, 4), 0);
});

test('SharedMemory adds pages that a worker opens later', () => {
  const memory = new SharedMemory(2);
  const cells = openCells(memory.handle(), 1);
  const perPage = 1 << slotShift(2);
  memory.reserve(perPage + 1);
  assert.equal(memory.pages, 2);
  cells.add(perPage, 5, 2);
  assert.equal(memory.sum(perPage, 5), 0, 'a page that the worker does not have');
  for (const page of memory.pagesFrom(0)) cells.addPage(page);
  cells.add(perPage, 5, 2);
  assert.equal(cells.compareExchange(perPage, 0n, 9n), 0n);
  assert.equal(memory.sum(perPage, 5), 2);
  assert.equal(memory.load(perPage), 9n);
  assert.equal(memory.load(0), 0n);
});

test('clearGauges() empties the gauges of one worker and nothing else', () => {
  const memory = new SharedMemory(2);
  memory.reserve(2);
  const [first, second] = [openCells(memory.handle(), 0), openCells(memory.handle(), 1)];
  for (const cells of [first, second]) {
    for (let cell = 0; cell < 8; cell++) cells.add(1, cell, 1);
    cells.metrics[0] = 1;
    cells.metrics[METRIC_GAUGES] = 1;
  }
  assert.equal(memory.idle(1), false);
  memory.clearGauges(0);
  assert.deepEqual([memory.sum(1, 0), memory.sum(1, 3), memory.sum(1, 4)], [1, 1, 2]);
  assert.deepEqual([memory.sumMetric(0), memory.sumMetric(METRIC_GAUGES)], [1, 2]);
  assert.equal(memory.idle(1), false);
  memory.clearGauges(1);
  assert.equal(memory.idle(1), true);
});

test('clearSlot() empties cells and word of one slot', () => {
  const memory = new SharedMemory(2);
  memory.reserve(3);
  const cells = openCells(memory.handle(), 1);
  for (const slot of [0, 1, 2]) {
    cells.add(slot, 7, 1);
    cells.compareExchange(slot, 0n, 1n);
  }
  memory.clearSlot(1);
  assert.deepEqual(
    [0, 1, 2].map((slot) => memory.sum(slot, 7)),
    [1, 0, 1],
  );
  assert.deepEqual(
    [0, 1, 2].map((slot) => memory.load(slot)),
    [1n, 0n, 1n],
  );
});

test('SharedMemory keeps the signs of life of each seat', () => {
  const memory = new SharedMemory(2);
  const cells = openCells(memory.handle(), 1);
  memory.openSeat(1, 50);
  assert.equal(memory.heartbeat(1), 50);
  cells.beat(70);
  memory.takeLog(1, 10);
  assert.deepEqual([memory.heartbeat(0), memory.heartbeat(1), cells.logTakenBytes], [0, 70, 10]);
  memory.openSeat(1, 80);
  assert.equal(cells.logTakenBytes, 0);
});

test('SharedMemory refuses a number of seats for which a page is too small', () => {
  for (const seats of [0, -1, 1.5, MAX_SEATS + 1]) assert.throws(() => new SharedMemory(seats), RangeError);
});
