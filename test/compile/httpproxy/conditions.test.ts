import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Conditions, PathPart } from '../../../src/compile/httpproxy/conditions.ts';
import {
  checkContradictions,
  mergeConditions,
  mergePath,
  NO_CONDITIONS,
  readConditions,
} from '../../../src/compile/httpproxy/conditions.ts';
import { LinearRegex } from '../../../src/lib/linear-regex.ts';
import { findings } from '../findings.ts';

type List = Parameters<typeof readConditions>[0];
const read = (list: List, kind: 'include' | 'route' = 'route') =>
  findings((place) => readConditions(list, { kind, place }), kind);
const part = (kind: PathPart['kind'], text: string): Conditions => ({
  ...NO_CONDITIONS,
  path: { kind, text },
});

test('mergePath() joins texts and takes the type of the path element', () => {
  const cases: [Conditions[], object][] = [
    [[NO_CONDITIONS], { kind: 'prefix', value: '/' }],
    [[part('prefix', '/app'), part('exact', '/foo')], { kind: 'exact', value: '/app/foo' }],
    [[part('prefix', '/app/'), part('prefix', '/')], { kind: 'prefix', value: '/app/' }],
    [[part('prefix', '//a//'), part('prefix', '//b')], { kind: 'prefix', value: '/a/b' }],
    [[part('prefix', '/a'), NO_CONDITIONS, part('exact', '/b')], { kind: 'exact', value: '/a/b' }],
    [[part('prefix', '/a'), NO_CONDITIONS], { kind: 'prefix', value: '/a' }],
    [[part('prefix', '/'), part('regex', '/x//y')], { kind: 'regex', pattern: '/x//y' }],
    [
      [part('prefix', '/echo.1/'), part('regex', '/us/.*|/eu')],
      { kind: 'regex', pattern: '/echo\\.1(?:/us/.*|/eu)' },
    ],
  ];
  for (const [chain, expected] of cases) assert.deepEqual(mergePath(chain), expected);
});

test('mergePath() never lets a regex out of the prefix it is included under', () => {
  const character = fc.constantFrom('a', '.', '|', '(', ')', '*', '\\', '[', '/', '$', '?');
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 6 }), (text) => {
      const path = mergePath([part('prefix', `/${text}`), part('regex', '/x|/y')]);
      if (path.kind !== 'regex') return assert.fail();
      const prefix = `/${text}`.replace(/\/+/g, '/').replace(/\/$/, '');
      const regex = new LinearRegex(path.pattern);
      assert.ok(regex.matches(`${prefix}/x`) && regex.matches(`${prefix}/y`));
      if (prefix !== '') assert.ok(!regex.matches('/y'));
    }),
    { seed: 1 },
  );
});

test('readConditions() counts an equal path condition once', () => {
  const { value, reports } = read([
    { prefix: '/a', header: { name: 'x', present: true } },
    { prefix: '/a', header: { name: 'y', present: true } },
  ]);
  assert.deepEqual(value.path, { kind: 'prefix', text: '/a' });
  assert.equal(value.headers.length, 2);
  assert.deepEqual(reports, []);
});

test('readConditions() gives up a path it cannot read', () => {
  const cases: List[] = [
    [{ prefix: 'a' }],
    [{ exact: 'a' }],
    [{ regex: '.*' }],
    [{ regex: '/(' }],
    [{ prefix: '/a' }, { prefix: '/b' }],
    [{ prefix: '/a', exact: '/a' }],
  ];
  for (const list of cases) {
    const { value, reports } = read(list);
    assert.equal(value.pathFailed, true);
    assert.match(reports.join(), /^error RouteError\/PathMatchConditionsNotValid at\.conditions\[\d\]\.\w+$/);
  }
});

test('readConditions() takes prefixes only from an include', () => {
  for (const list of [[{ exact: '/a' }], [{ regex: '/a' }]]) {
    assert.match(read(list, 'include').reports.join(), /^error IncludeError\/PathMatchConditionsNotValid/);
  }
});

test('readConditions() leaves out what it cannot read, and says so', () => {
  const { value } = read([
    { prefix: '/a' },
    { header: { name: 'x' } },
    { header: { name: 'y', exact: '1' } },
  ]);
  assert.equal(value.reduced, true);
  assert.deepEqual(
    value.headers.map(({ name }) => name),
    ['y'],
  );
});

test('mergeConditions() reports a regex that is too large', () => {
  const long = `/${'a'.repeat(4000)}`;
  const chain = [part('prefix', long), part('regex', long)];
  const { value, reports } = findings((place) => mergeConditions(chain, place));
  assert.equal(value, null);
  assert.deepEqual(reports, ['error RouteError/PathMatchConditionsNotValid at.conditions']);
});

test('checkContradictions() finds conditions that exclude each other', () => {
  const header = (name: string, operators: object) => ({ header: { name, ...operators } });
  const cases: [List, boolean][] = [
    [[header('a', { exact: '1' }), header('A', { exact: '1' })], true],
    [[header('a', { exact: '1' }), header('A', { exact: '2' })], true],
    [[header('a', { present: true }), header('A', { notpresent: true })], true],
    [[header('a', { exact: '1' }), header('a', { notexact: '1' })], true],
    [[header('a', { notcontains: '1' }), header('a', { contains: '1' })], true],
    [[header('a', { exact: '1' }), header('a', { notexact: '2' })], false],
    [[header('a', { notexact: '1' }), header('a', { notexact: '1' })], false],
    [[header('a', { contains: '1' }), header('a', { contains: '2' })], false],
    [[header('a', { regex: '1' }), header('a', { exact: '1' })], false],
  ];
  for (const [list, contradictory] of cases) {
    const { reports } = findings((place) => checkContradictions(read(list).value, place));
    const expected = ['error RouteError/HeaderMatchConditionsNotValid at.conditions'];
    assert.deepEqual(reports, contradictory ? expected : [], JSON.stringify(list));
  }
  const parameters: List = [
    { queryParameter: { name: 'a', exact: '1' } },
    { queryParameter: { name: 'A', exact: '1' } },
  ];
  assert.deepEqual(findings((place) => checkContradictions(read(parameters).value, place)).reports, [
    'error RouteError/QueryParameterMatchConditionsNotValid at.conditions',
  ]);
});
