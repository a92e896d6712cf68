import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryBudget } from '../../src/upstream/retry-budget.ts';

/** Asks for a retry after each of so many requests, spread over a time. @returns How many were admitted. */
function admitted(budget: RetryBudget, requests: number, from: number, overMs: number): number {
  let retries = 0;
  for (let i = 1; i <= requests; i++) {
    if (budget.admits({ requests: from + i, retries }, from + (overMs * i) / requests)) retries++;
  }
  return retries;
}

test('admits() lets three retries a second pass where there is next to no traffic', () => {
  const budget = new RetryBudget();
  const totals = { requests: 1, retries: 0 };
  const answers = Array.from({ length: 5 }, (_, retries) => budget.admits({ ...totals, retries }, 0));
  assert.deepEqual(answers, [true, true, true, false, false]);
});

test('admits() begins anew each second', () => {
  const budget = new RetryBudget();
  assert.equal(budget.admits({ requests: 1, retries: 0 }, 0), true);
  assert.equal(budget.admits({ requests: 1, retries: 3 }, 1000), false);
  assert.equal(budget.admits({ requests: 1, retries: 3 }, 1001), true);
});

test('admits() holds retries to a fifth of the requests under load', () => {
  const retries = admitted(new RetryBudget(), 10_000, 0, 10_000);
  assert.equal(retries <= 0.2 * 10_000 + 3 * 11, true, `${retries} retries of 10 000 requests`);
  assert.equal(retries >= 0.2 * 10_000 - 50, true, `${retries} retries of 10 000 requests`);
});

test('admits() forgets nothing of a burst within its second', () => {
  const budget = new RetryBudget();
  budget.admits({ requests: 100, retries: 0 }, 0);
  assert.equal(budget.admits({ requests: 200, retries: 22 }, 500), true);
  assert.equal(budget.admits({ requests: 200, retries: 23 }, 999), false);
});
