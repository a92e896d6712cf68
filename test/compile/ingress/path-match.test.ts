import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingressPathMatch, isChallengePath } from '../../../src/compile/ingress/path-match.ts';
import type { PathMatch } from '../../../src/snapshot/match.ts';
import { path } from '../test-objects.ts';

test('ingressPathMatch() reads the path by its type (ingress.md 4.1)', () => {
  const cases: readonly (readonly [text: string, pathType: string, match: PathMatch])[] = [
    ['/foo', 'Prefix', { kind: 'segment', value: '/foo' }],
    ['/foo/', 'Prefix', { kind: 'segment', value: '/foo' }],
    ['/foo//', 'Prefix', { kind: 'segment', value: '/foo' }],
    ['/', 'Prefix', { kind: 'prefix', value: '/' }],
    ['', 'Prefix', { kind: 'prefix', value: '/' }],
    ['/foo.*', 'Prefix', { kind: 'segment', value: '/foo.*' }],
    ['/foo', 'Exact', { kind: 'exact', value: '/foo' }],
    ['/foo/', 'Exact', { kind: 'exact', value: '/foo/' }],
    ['', 'Exact', { kind: 'exact', value: '/' }],
    ['/[a]', 'Exact', { kind: 'exact', value: '/[a]' }],
    ['/foo', 'ImplementationSpecific', { kind: 'prefix', value: '/foo' }],
    ['/foo/', 'ImplementationSpecific', { kind: 'prefix', value: '/foo/' }],
    ['', 'ImplementationSpecific', { kind: 'prefix', value: '/' }],
    ['/a.b', 'ImplementationSpecific', { kind: 'prefix', value: '/a.b' }],
    ['/(a|b)?', 'ImplementationSpecific', { kind: 'prefix', value: '/(a|b)?' }],
    ['/foo', '', { kind: 'prefix', value: '/foo' }],
    ['^/foo', 'ImplementationSpecific', { kind: 'regex', pattern: '^/foo' }],
    ['/a+', 'ImplementationSpecific', { kind: 'regex', pattern: '/a+' }],
    ['/foo/.*', 'ImplementationSpecific', { kind: 'regex', pattern: '/foo/.*' }],
    ['/[ab]', 'ImplementationSpecific', { kind: 'regex', pattern: '/[ab]' }],
    ['/a%20b', 'ImplementationSpecific', { kind: 'regex', pattern: '/a%20b' }],
    ['/v[0-9]+', '', { kind: 'regex', pattern: '/v[0-9]+' }],
  ];
  for (const [text, pathType, match] of cases) {
    assert.deepEqual(
      ingressPathMatch(path(text, pathType)),
      { ok: true, value: match },
      `${text} ${pathType}`,
    );
  }
});

test('ingressPathMatch() reads a path without a type as ImplementationSpecific', () => {
  const { backend } = path('/');
  const bare = { path: '/a.*', backend } as ReturnType<typeof path>;
  assert.deepEqual(ingressPathMatch(bare), { ok: true, value: { kind: 'regex', pattern: '/a.*' } });
});

test('ingressPathMatch() says what is wrong', () => {
  const cases = [
    { text: '/[a', pathType: 'ImplementationSpecific', reason: 'PathPatternNotValid' },
    { text: '*', pathType: 'ImplementationSpecific', reason: 'PathPatternNotValid' },
    { text: '/(?=a)+', pathType: 'ImplementationSpecific', reason: 'PathPatternNotValid' },
    { text: `/${'a+'.repeat(4096)}`, pathType: 'ImplementationSpecific', reason: 'PathPatternNotValid' },
    { text: 'foo', pathType: 'ImplementationSpecific', reason: 'PathNotValid' },
    { text: 'foo', pathType: 'Prefix', reason: 'PathNotValid' },
    { text: 'foo', pathType: 'Exact', reason: 'PathNotValid' },
    { text: '/foo', pathType: 'prefix', reason: 'PathTypeNotValid' },
  ];
  for (const { text, pathType, reason } of cases) {
    const found = ingressPathMatch(path(text, pathType));
    assert.ok(!found.ok, text);
    assert.equal(found.error.reason, reason, text.slice(0, 20));
  }
});

test('isChallengePath() takes only what lies wholly below the directory of challenges', () => {
  const cases: readonly (readonly [PathMatch, boolean])[] = [
    [{ kind: 'exact', value: '/.well-known/acme-challenge/token' }, true],
    [{ kind: 'prefix', value: '/.well-known/acme-challenge/' }, true],
    [{ kind: 'segment', value: '/.well-known/acme-challenge' }, true],
    [{ kind: 'segment', value: '/.well-known/acme-challenge/token' }, true],
    [{ kind: 'prefix', value: '/.well-known/acme-challenge' }, false],
    [{ kind: 'exact', value: '/.well-known/acme-challenge' }, false],
    [{ kind: 'prefix', value: '/.well-known/' }, false],
    [{ kind: 'prefix', value: '/' }, false],
    [{ kind: 'regex', pattern: '/.well-known/acme-challenge/|/.*' }, false],
  ];
  for (const [match, expected] of cases)
    assert.equal(isChallengePath(match), expected, JSON.stringify(match));
});
