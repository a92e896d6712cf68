import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRetry } from '../../../src/compile/policies/retry.ts';
import { findings } from '../findings.ts';

test('compileRetry() counts as the specification says', () => {
  const cases: [number | undefined, number | null][] = [
    [undefined, 1],
    [-1, null],
    [0, 1],
    [1, 1],
    [5, 5],
  ];
  for (const [count, expected] of cases) {
    const policy = count === undefined ? {} : { count };
    const { value } = findings((place) => compileRetry(policy, place));
    assert.equal(value?.count ?? null, expected, String(count));
  }
  assert.equal(findings((place) => compileRetry(undefined, place)).value, null);
});

test('compileRetry() has no limit for a try that it cannot read, with a warning', () => {
  for (const perTryTimeout of ['infinity', '5x', '-1s']) {
    const { value, reports } = findings((place) => compileRetry({ perTryTimeout }, place));
    assert.equal(value?.perTryTimeoutMs, 0);
    assert.deepEqual(reports, ['warning SpecError/IgnoredField at.perTryTimeout']);
  }
  assert.deepEqual(findings((place) => compileRetry({ perTryTimeout: '' }, place)).reports, []);
});

test('compileRetry() retries on 5xx by default and drops unknown conditions', () => {
  assert.deepEqual(findings((place) => compileRetry({}, place)).value?.on, ['5xx']);
  const retryOn = ['reset', 'moonphase', 'reset'] as never[];
  const { value, reports } = findings((place) => compileRetry({ retryOn }, place));
  assert.deepEqual(value?.on, ['reset']);
  assert.deepEqual(reports, ['warning SpecError/IgnoredField at.retryOn']);
});
