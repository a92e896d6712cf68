import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCookieRewrites } from '../../../src/compile/policies/cookie-rewrite.ts';
import { findings } from '../findings.ts';

type Policies = Parameters<typeof checkCookieRewrites>[0];
const check = (policies: Policies) => findings((place) => checkCookieRewrites(policies, place)).reports;
const ERROR = 'error RouteError/CookieRewritePoliciesInvalid at';

test('checkCookieRewrites() says that good policies are not honoured', () => {
  assert.deepEqual(
    check([
      { name: 'a', secure: false },
      { name: 'b', pathRewrite: { value: '/x' }, domainRewrite: { value: 'a.example' }, sameSite: 'None' },
    ]),
    ['warning SpecError/IgnoredField at'],
  );
  assert.deepEqual(check([]), []);
  assert.deepEqual(check(undefined), []);
});

test('checkCookieRewrites() rejects', () => {
  const cases: NonNullable<Policies>[] = [
    [{ name: 'a' }],
    [{ name: 'a b', secure: true }],
    [{ name: 'a'.repeat(4097), secure: true }],
    [{ name: 'a', pathRewrite: { value: '/; Domain=evil' } }],
    [{ name: 'a', pathRewrite: { value: '/\n' } }],
    [{ name: 'a', domainRewrite: { value: '*.example' } }],
    [{ name: 'a', sameSite: 'lax' as 'Lax' }],
    [
      { name: 'a', secure: true },
      { name: 'a', secure: true },
    ],
  ];
  for (const policies of cases) assert.deepEqual(check(policies), [ERROR]);
});
