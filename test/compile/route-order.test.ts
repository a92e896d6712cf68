import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareMatches, matchText } from '../../src/compile/route-order.ts';
import type { HeaderMatch, Match, PathMatch, QueryMatch } from '../../src/snapshot/match.ts';

const path: fc.Arbitrary<PathMatch> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('exact' as const, 'prefix' as const, 'segment' as const),
    value: fc.constantFrom('/', '/a', '/b', '/ab'),
  }),
  fc.record({ kind: fc.constant('regex' as const), pattern: fc.constantFrom('/a', '/.*', '/ab') }),
);
const header: fc.Arbitrary<HeaderMatch> = fc.record({
  name: fc.constantFrom(':method', 'a', 'b'),
  op: fc.constantFrom('exact', 'regex', 'contains', 'present'),
  value: fc.constantFrom('1', '2'),
  ignoreCase: fc.constant(false),
  negate: fc.boolean(),
  treatMissingAsEmpty: fc.constant(false),
});
const parameter: fc.Arbitrary<QueryMatch> = fc.record({
  name: fc.constantFrom('q', 'r'),
  op: fc.constantFrom('exact', 'regex', 'prefix', 'suffix', 'contains', 'present'),
  value: fc.constantFrom('1', '2'),
  ignoreCase: fc.boolean(),
});
const match: fc.Arbitrary<Match> = fc.record({
  path,
  headers: fc.array(header, { maxLength: 3 }),
  query: fc.array(parameter, { maxLength: 2 }),
});

const at = (kind: 'exact' | 'prefix' | 'segment', value: string): Match => ({
  path: { kind, value },
  headers: [],
  query: [],
});
const regex = (pattern: string): Match => ({ path: { kind: 'regex', pattern }, headers: [], query: [] });

test('compareMatches() orders paths: exact, regex, prefix; longer first; then backwards', () => {
  const ordered = [
    at('exact', '/b'),
    at('exact', '/aa'),
    regex('/longer.*'),
    regex('/b.*'),
    regex('/a.*'),
    at('segment', '/foo'),
    at('prefix', '/foo'),
    at('prefix', '/b'),
    at('segment', '/a'),
    at('prefix', '/a'),
    at('prefix', '/'),
  ];
  for (const [index, earlier] of ordered.entries()) {
    for (const later of ordered.slice(index + 1)) {
      assert.ok(compareMatches(earlier, later) < 0, `${matchText(earlier)} before ${matchText(later)}`);
      assert.ok(compareMatches(later, earlier) > 0);
    }
  }
});

test('compareMatches() is an order: antisymmetric and transitive', () => {
  fc.assert(
    fc.property(match, match, match, (a, b, c) => {
      assert.equal(Math.sign(compareMatches(a, b)), -Math.sign(compareMatches(b, a)) + 0);
      if (compareMatches(a, b) <= 0 && compareMatches(b, c) <= 0) assert.ok(compareMatches(a, c) <= 0);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('compareMatches() does not look at the order of conditions', () => {
  fc.assert(
    fc.property(match, (a) => {
      const b = { ...a, headers: a.headers.toReversed(), query: a.query.toReversed() };
      assert.equal(compareMatches(a, b), 0);
    }),
    { seed: 1 },
  );
});

test('matchText() tells matches apart by every field, in the order of the spec', () => {
  fc.assert(
    fc.property(match, match, (a, b) => {
      assert.equal(matchText(a) === matchText(b), same(a, b));
    }),
    { seed: 1, numRuns: 2000 },
  );
  assert.equal(matchText(at('segment', '/')), matchText(at('prefix', '/')));
});

function same(a: Match, b: Match): boolean {
  const text = (one: Match): string => {
    const everything = one.path.kind === 'segment' && one.path.value === '/';
    return JSON.stringify(everything ? { ...one, path: { ...one.path, kind: 'prefix' } } : one);
  };
  return text(a) === text(b);
}
