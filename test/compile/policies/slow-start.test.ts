import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSlowStart } from '../../../src/compile/policies/slow-start.ts';
import { findings } from '../findings.ts';

type Policy = Parameters<typeof checkSlowStart>[0];
const check = (policy: Policy, strategy = '') =>
  findings((place) => checkSlowStart(policy, { place, strategy })).reports;

test('checkSlowStart() says that a good policy is not honoured', () => {
  for (const strategy of ['', 'RoundRobin', 'WeightedLeastRequest', 'Fastest']) {
    assert.deepEqual(check({ window: '10s', aggression: '.5', minWeightPercent: 0 }, strategy), [
      'warning SpecError/IgnoredField at',
    ]);
  }
  assert.deepEqual(check(undefined), []);
});

test('checkSlowStart() rejects', () => {
  const cases: [Policy, string][] = [
    [{ window: '10s' }, 'Random'],
    [{ window: '10s' }, 'Cookie'],
    [{ window: 'x' }, ''],
    [{ window: '-1s' }, ''],
    [{ window: '1s', aggression: '0' }, ''],
    [{ window: '1s', aggression: '1e3' }, ''],
    [{ window: '1s', minWeightPercent: 101 }, ''],
  ];
  for (const [policy, strategy] of cases) {
    assert.deepEqual(check(policy, strategy), ['error ServiceError/SlowStartInvalid at']);
  }
});
