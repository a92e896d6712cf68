import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkGlobalRateLimit } from '../../../src/compile/policies/global-rate-limit.ts';
import { findings } from '../findings.ts';

type Policy = NonNullable<Parameters<typeof checkGlobalRateLimit>[0]>;
type Entry = NonNullable<Policy['descriptors']>[number]['entries'][number];

function check(...entries: Entry[]) {
  return findings((place) =>
    checkGlobalRateLimit(
      { descriptors: [{ entries }] },
      { place, code: 'RouteError/RateLimitPolicyNotValid' },
    ),
  ).reports;
}

test('checkGlobalRateLimit() says that descriptors are inert', () => {
  const match = { headers: [{ name: 'a', exact: 'b' }], value: 'c' };
  assert.deepEqual(
    check(
      { genericKey: { value: 'a' } },
      { remoteAddress: {} },
      { requestHeader: { headerName: 'a', descriptorKey: 'b' } },
      { requestHeaderValueMatch: match },
    ),
    ['warning SpecError/IgnoredField at'],
  );
});

test('checkGlobalRateLimit() has nothing to say of `disabled` alone', () => {
  const code = 'RouteError/RateLimitPolicyNotValid';
  assert.deepEqual(
    findings((place) => checkGlobalRateLimit({ disabled: true }, { place, code })).reports,
    [],
  );
});

test('checkGlobalRateLimit() rejects', () => {
  const cases: Entry[][] = [
    [],
    [{}],
    [{ genericKey: { value: 'a' }, remoteAddress: {} }],
    [{ genericKey: { value: '' } }],
    [{ requestHeader: { headerName: 'a' } }],
    [{ requestHeaderValueMatch: { value: 'a', headers: [] } }],
    [{ requestHeaderValueMatch: { value: '', headers: [{ name: 'a', present: true }] } }],
    [{ requestHeaderValueMatch: { value: 'a', headers: [{ name: 'a' }] } }],
  ];
  for (const entries of cases) {
    assert.deepEqual(check(...entries), ['error RouteError/RateLimitPolicyNotValid at.descriptors[0]']);
  }
});
