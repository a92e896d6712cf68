import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHealthCheck } from '../../../src/compile/policies/health-check.ts';
import { findings } from '../findings.ts';

type Policy = Parameters<typeof checkHealthCheck>[0];
const check = (policy: Policy) => findings((place) => checkHealthCheck(policy, place)).reports;

test('checkHealthCheck() says that a good policy is not honoured', () => {
  const policy = { path: '/', intervalSeconds: 0, expectedStatuses: [{ start: 200, end: 600 }] };
  assert.deepEqual(check(policy), ['warning SpecError/IgnoredField at']);
  assert.deepEqual(check(undefined), []);
});

test('checkHealthCheck() rejects', () => {
  const cases: Policy[] = [
    { path: '' },
    { path: '/', intervalSeconds: -1 },
    { path: '/', expectedStatuses: [{ start: 300, end: 200 }] },
    { path: '/', expectedStatuses: [{ start: 99, end: 200 }] },
    { path: '/', expectedStatuses: [{ start: 200, end: 601 }] },
  ];
  for (const policy of cases)
    assert.deepEqual(check(policy), ['error RouteError/HealthCheckPolicyInvalid at']);
});
