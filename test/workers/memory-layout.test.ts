import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CELLS_PER_SLOT, METRIC_CELLS } from '../../src/workers/cells.ts';
import {
  FIXED_STRIDE,
  HEARTBEAT_CELL,
  LOG_TAKEN_CELL,
  MAX_SEATS,
  PAGE_BYTES,
  slotShift,
  viewPage,
} from '../../src/workers/memory-layout.ts';

test('slotShift() fits as many slots as a power of two allows, and a useful number for every pool', () => {
  for (let seats = 1; seats <= MAX_SEATS; seats++) {
    const slots = 1 << slotShift(seats);
    const slotBytes = seats * CELLS_PER_SLOT * 8 + 8;
    assert.ok(slots >= 32 && slots * slotBytes <= PAGE_BYTES, `${seats} seats`);
    assert.ok(2 * slots * slotBytes > PAGE_BYTES, `${seats} seats leave half of a page`);
  }
});

test('viewPage() lays cells and words beside each other, in cache lines', () => {
  const page = new SharedArrayBuffer(PAGE_BYTES);
  for (const seats of [1, 2, 3, 17, MAX_SEATS]) {
    const slots = 1 << slotShift(seats);
    const { cells, words } = viewPage(page, seats);
    assert.equal(cells.length, slots * seats * CELLS_PER_SLOT);
    assert.equal(words.length, slots);
    assert.equal(words.byteOffset, cells.byteOffset + cells.byteLength, 'no byte is in both');
    assert.ok(words.byteOffset + words.byteLength <= PAGE_BYTES);
  }
  assert.equal((CELLS_PER_SLOT * 8) % 64, 0, 'two workers never write to the same line');
});

test("FIXED_STRIDE holds a seat's metrics and, in a line of their own, the cells of its channel", () => {
  const channel = [HEARTBEAT_CELL, LOG_TAKEN_CELL];
  assert.equal(new Set(channel).size, channel.length);
  for (const cell of channel) assert.ok(cell >= METRIC_CELLS && cell < FIXED_STRIDE, `${cell}`);
  assert.equal((FIXED_STRIDE * 8) % 64, 0);
});
