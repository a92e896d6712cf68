import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareMatches } from '../../src/compile/route-order.ts';
import { matchingRoutes } from '../../src/router/reference.ts';
import type { Match, PathMatch } from '../../src/snapshot/match.ts';
import type { Route } from '../../src/snapshot/virtual-host.ts';
import { header, liveHost, parameter, request, route } from './fixtures.ts';

function nameOf(routes: readonly Route[], path: string, secure = false): string | null {
  return liveHost(routes).match(request({ path }), secure)?.route.origin.name ?? null;
}

const PATHS: readonly (readonly [PathMatch, string, boolean])[] = [
  [{ kind: 'exact', value: '/foo' }, '/foo', true],
  [{ kind: 'exact', value: '/foo' }, '/foo/', false],
  [{ kind: 'prefix', value: '/foo' }, '/foobar', true],
  [{ kind: 'prefix', value: '/foo' }, '/fo', false],
  [{ kind: 'prefix', value: '/foo/' }, '/foo', false],
  [{ kind: 'prefix', value: '/' }, '*', false],
  [{ kind: 'segment', value: '/foo' }, '/foo', true],
  [{ kind: 'segment', value: '/foo' }, '/foo/bar', true],
  [{ kind: 'segment', value: '/foo' }, '/foobar', false],
  [{ kind: 'segment', value: '/foo/' }, '/foo', true],
  [{ kind: 'segment', value: '/foo/' }, '/foo/x', true],
  [{ kind: 'segment', value: '/foo/' }, '/foobar', false],
  [{ kind: 'segment', value: '/' }, '/any/thing', true],
  [{ kind: 'segment', value: '/' }, '*', false],
  [{ kind: 'regex', pattern: '/v[0-9]+/.*' }, '/v1/a', true],
  [{ kind: 'regex', pattern: '/v[0-9]+' }, '/v1/a', false],
  [{ kind: 'regex', pattern: '/a|/b' }, '/b', true],
  [{ kind: 'regex', pattern: '^/a$' }, '/a', true],
];

for (const [path, text, expected] of PATHS) {
  test(`RouteIndex.find() ${expected ? 'takes' : 'leaves'} ${text} with ${JSON.stringify(path)}`, () => {
    const host = liveHost([route(path)]);
    assert.equal(host.match(request({ path: text }), false) !== null, expected);
    assert.equal(matchingRoutes(host.routes, request({ path: text }), false).length, expected ? 1 : 0);
  });
}

test('RouteIndex.find() tries exact, then patterns, then the longest prefix', () => {
  const routes = [
    route({ kind: 'exact', value: '/a/b' }, { name: 'exact' }),
    route({ kind: 'regex', pattern: '/a/[b-c]' }, { name: 'regex' }),
    route({ kind: 'prefix', value: '/a/' }, { name: 'long' }),
    route({ kind: 'prefix', value: '/' }, { name: 'short' }),
  ];
  assert.equal(nameOf(routes, '/a/b'), 'exact');
  assert.equal(nameOf(routes, '/a/c'), 'regex');
  assert.equal(nameOf(routes, '/a/d'), 'long');
  assert.equal(nameOf(routes, '/b'), 'short');
});

test('RouteIndex.find() goes on to a shorter prefix when conditions fail', () => {
  const conditional = route(
    { kind: 'prefix', value: '/a' },
    {
      name: 'conditional',
      match: {
        path: { kind: 'prefix', value: '/a' },
        headers: [header({ value: '1' })],
        query: [parameter({})],
      },
    },
  );
  const host = liveHost([conditional, route({ kind: 'prefix', value: '/' }, { name: 'rest' })]);
  const match = (headers: string[], query: string) =>
    host.match(request({ path: '/ab', headers, query }), false)?.route.origin.name;
  assert.equal(match(['x', '1'], '?q='), 'conditional');
  assert.equal(match(['x', '1'], ''), 'rest');
  assert.equal(match([], '?q='), 'rest');
});

test('RouteIndex.find() leaves out routes that are not on the listener', () => {
  const routes = [
    route({ kind: 'prefix', value: '/' }, { name: 'tls', plain: 'none' }),
    route({ kind: 'prefix', value: '/' }, { name: 'plain', secure: 'none' }),
  ];
  assert.equal(nameOf(routes, '/', true), 'tls');
  assert.equal(nameOf(routes, '/', false), 'plain');
  assert.equal(nameOf(routes.slice(1), '/', true), null);
});

const TEXT = fc.string({ unit: fc.constantFrom('/', 'a', 'b'), maxLength: 4 }).map((text) => `/${text}`);
const PATH: fc.Arbitrary<PathMatch> = fc.oneof(
  TEXT.map((value) => ({ kind: 'exact' as const, value })),
  TEXT.map((value) => ({ kind: 'prefix' as const, value })),
  TEXT.map((value) => ({ kind: 'segment' as const, value })),
  fc
    .tuple(TEXT, fc.constantFrom('', '.*', '[ab]', '/?', '|/b', '+'))
    .map(([text, rest]) => ({ kind: 'regex' as const, pattern: text + rest })),
);
const MATCH: fc.Arbitrary<Match> = fc.record({
  path: PATH,
  headers: fc.array(
    fc
      .record({ value: fc.constantFrom('1', '2'), negate: fc.boolean(), treatMissingAsEmpty: fc.boolean() })
      .map(header),
    { maxLength: 1 },
  ),
  query: fc.array(fc.record({ value: fc.constantFrom('1', '2') }).map(parameter), { maxLength: 1 }),
});
const ROUTES = fc.array(
  fc.record({
    match: MATCH,
    plain: fc.constantFrom('serve' as const, 'redirect' as const, 'none' as const),
    secure: fc.constantFrom('serve' as const, 'none' as const),
  }),
  { minLength: 3, maxLength: 25 },
);
const REQUEST = fc.record({
  path: TEXT,
  headers: fc.constantFrom([], ['x', '1'], ['x', '2']),
  query: fc.constantFrom('', '?q=1', '?q=2&q=1'),
});

test('RouteIndex.find() finds what the plain scan finds, in the order of the compiler and in any other', () => {
  let answered = 0;
  fc.assert(
    fc.property(
      ROUTES,
      fc.array(REQUEST, { minLength: 5, maxLength: 20 }),
      fc.boolean(),
      fc.boolean(),
      (made, requests, secure, sorted) => {
        const routes = made.map((parts, i) => route(parts.match.path, { ...parts, name: `${i}` }));
        if (sorted) routes.sort((a, b) => compareMatches(a.match, b.match));
        const host = liveHost(routes);
        for (const parts of requests) {
          const input = request(parts);
          const [expected = null] = matchingRoutes(host.routes, input, secure);
          const actual = host.match(input, secure);
          assert.equal(actual?.order ?? null, expected?.order ?? null, JSON.stringify(parts));
          if (actual !== null) answered++;
        }
      },
    ),
    { numRuns: 1500, seed: 5 },
  );
  assert.ok(answered > 2000);
});
