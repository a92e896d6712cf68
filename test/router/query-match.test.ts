import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQueryMatch, firstValue } from '../../src/router/query-match.ts';
import type { QueryMatch } from '../../src/snapshot/match.ts';
import { parameter } from './fixtures.ts';

const CASES: readonly (readonly [string, Partial<QueryMatch>, string, boolean])[] = [
  ['exact', { value: 'a' }, '?q=a', true],
  ['exact, other', { value: 'a' }, '?q=ab', false],
  ['no query', { value: 'a' }, '', false],
  ['only the first occurrence counts', { value: 'b' }, '?q=a&q=b', false],
  ['the name has a case', { value: 'a' }, '?Q=a', false],
  ['the value has a case', { value: 'a' }, '?q=A', false],
  ['ignoreCase', { value: 'Ab', ignoreCase: true }, '?q=aB', true],
  ['a longer name is another', { value: 'a' }, '?qq=a', false],
  ['a name inside another value', { value: 'a' }, '?x=q=a', false],
  ['behind others', { value: 'a' }, '?x&&y=1&q=a&z', true],
  ['a value with =', { value: 'a=b' }, '?q=a=b', true],
  ['no =, empty value', { value: '' }, '?q', true],
  ['values are not decoded', { value: 'a b' }, '?q=a%20b', false],
  ['values as they were sent', { value: 'a%20b' }, '?q=a%20b', true],
  ['plus stays plus', { value: 'a b' }, '?q=a+b', false],
  ['names are not decoded', { value: 'a' }, '?%71=a', false],
  ['prefix', { op: 'prefix', value: 'ab' }, '?q=abc', true],
  ['prefix, not', { op: 'prefix', value: 'bc' }, '?q=abc', false],
  ['suffix', { op: 'suffix', value: 'bc' }, '?q=abc', true],
  ['suffix, ignoreCase', { op: 'suffix', value: 'BC', ignoreCase: true }, '?q=abc', true],
  ['suffix, not', { op: 'suffix', value: 'ab' }, '?q=abc', false],
  ['contains', { op: 'contains', value: 'b' }, '?q=abc', true],
  ['contains, not in the next', { op: 'contains', value: 'z' }, '?q=abc&r=z', false],
  ['regex, whole value', { op: 'regex', value: '[0-9]+' }, '?q=12', true],
  ['regex, part', { op: 'regex', value: '[0-9]+' }, '?q=12a', false],
  ['present', { op: 'present' }, '?q', true],
  ['present, absent', { op: 'present' }, '?r=q', false],
  ['a name with = is never there', { name: 'a=b', op: 'present' }, '?a=b=c', false],
];

for (const [name, match, query, expected] of CASES) {
  test(`compileQueryMatch() ${expected ? 'holds' : 'fails'}: ${name}`, () => {
    assert.equal(compileQueryMatch(parameter(match))(query), expected);
  });
}

test('firstValue() knows an empty query and an empty name', () => {
  assert.equal(firstValue('?', 'a'), undefined);
  assert.equal(firstValue('?=v', ''), 'v');
});
