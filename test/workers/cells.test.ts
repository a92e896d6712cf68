import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CELLS_PER_SLOT,
  ENDPOINT_CELL,
  GAUGE_CELLS,
  METRIC_CELLS,
  METRIC_GAUGES,
  UPSTREAM_CELL,
} from '../../src/workers/cells.ts';

/** What is present now; a worker's death takes it away. All else counts for ever. */
const PRESENT: readonly string[] = ['connections', 'pending', 'active', 'activeRetries'];

for (const [name, cells] of Object.entries({ UPSTREAM_CELL, ENDPOINT_CELL })) {
  test(`${name} puts what is present among the gauges and the rest behind them, each in a cell of its own`, () => {
    const taken: readonly number[] = Object.values(cells);
    assert.equal(new Set(taken).size, taken.length);
    for (const [what, cell] of Object.entries(cells)) {
      assert.ok(Number.isInteger(cell) && cell >= 0 && cell < CELLS_PER_SLOT, what);
      assert.equal(cell < GAUGE_CELLS, PRESENT.includes(what), what);
    }
  });
}

test('ENDPOINT_CELL and UPSTREAM_CELL put what has the same name into the same cell', () => {
  const upstream: Readonly<Record<string, number>> = UPSTREAM_CELL;
  for (const [what, cell] of Object.entries(ENDPOINT_CELL)) {
    if (what in upstream) assert.equal(upstream[what], cell, what);
  }
});

test('METRIC_GAUGES is a part of METRIC_CELLS, and both fill whole cache lines', () => {
  assert.ok(METRIC_GAUGES < METRIC_CELLS);
  for (const cells of [METRIC_GAUGES, METRIC_CELLS, CELLS_PER_SLOT]) assert.equal((cells * 8) % 64, 0);
});
