import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQueryCondition } from '../../../src/compile/httpproxy/query-condition.ts';
import { findings } from '../findings.ts';

type Condition = Parameters<typeof readQueryCondition>[0];
const read = (condition: Condition) => findings((place) => readQueryCondition(condition, place));

test('readQueryCondition() keeps the letter case of the name', () => {
  assert.deepEqual(read({ name: 'Q', exact: 'x', ignoreCase: true }).value, {
    name: 'Q',
    op: 'exact',
    value: 'x',
    ignoreCase: true,
  });
});

test('readQueryCondition() ignores case for texts only', () => {
  for (const condition of [{ regex: 'x' }, { present: true }]) {
    assert.equal(read({ name: 'q', ignoreCase: true, ...condition }).value?.ignoreCase, false);
  }
});

test('readQueryCondition() rejects none, several, no name and a bad regex', () => {
  const cases: Condition[] = [
    { name: 'q' },
    { name: 'q', present: false },
    { name: 'q', exact: 'a', present: true },
    { name: 'q', prefix: 'a', suffix: 'b' },
    { name: '', exact: 'a' },
    { name: 'q', regex: '[' },
  ];
  for (const condition of cases) {
    const { value, reports } = read(condition);
    assert.equal(value, null);
    assert.deepEqual(reports, ['error RouteError/QueryParameterMatchConditionsNotValid at']);
  }
});
