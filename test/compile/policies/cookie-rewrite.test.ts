import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileCookieRewrites, mergeCookieRewrites } from '../../../src/compile/policies/cookie-rewrite.ts';
import type { CookieChange } from '../../../src/snapshot/filter.ts';
import { findings } from '../findings.ts';

type Policies = Parameters<typeof compileCookieRewrites>[0];
const check = (policies: Policies) => findings((place) => compileCookieRewrites(policies, place)).reports;
const ERROR = 'error RouteError/CookieRewritePoliciesInvalid at';

const NOTHING = { path: null, domain: null, secure: null, sameSite: null };

test('compileCookieRewrites() leaves attributes that are not named', () => {
  const policies = [
    { name: 'a', secure: false },
    { name: 'b', pathRewrite: { value: '/x' }, domainRewrite: { value: 'a.example' }, sameSite: 'None' },
  ] as const;
  const { value, reports } = findings((place) => compileCookieRewrites(policies, place));
  assert.deepEqual(reports, []);
  assert.deepEqual(value, {
    kind: 'cookie-rewrite',
    cookies: [
      { ...NOTHING, name: 'a', secure: false },
      { name: 'b', path: '/x', domain: 'a.example', secure: null, sameSite: 'None' },
    ],
  });
  for (const none of [[], undefined, null]) {
    assert.equal(findings((place) => compileCookieRewrites(none, place)).value, null);
  }
});

test('mergeCookieRewrites() puts the service over the route, attribute by attribute', () => {
  const rewrite = (...cookies: CookieChange[]) => ({ kind: 'cookie-rewrite', cookies }) as const;
  const route = rewrite(
    { name: 'a', path: '/r', domain: 'r.test', secure: true, sameSite: 'Lax' },
    { ...NOTHING, name: 'b', path: '/r' },
  );
  const service = rewrite(
    { ...NOTHING, name: 'c', secure: true },
    { ...NOTHING, name: 'a', path: '/s', secure: false },
  );
  assert.deepEqual(
    mergeCookieRewrites(route, service),
    rewrite(
      { name: 'a', path: '/s', domain: 'r.test', secure: false, sameSite: 'Lax' },
      { ...NOTHING, name: 'b', path: '/r' },
      { ...NOTHING, name: 'c', secure: true },
    ),
  );
  assert.deepEqual(mergeCookieRewrites(null, service), service);
  assert.equal(mergeCookieRewrites(route, null), null, "the route's hold");
});

test('compileCookieRewrites() rejects', () => {
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
