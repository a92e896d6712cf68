import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FoundToken, findToken } from '../../src/filters/bearer-token.ts';

const NONE: FoundToken = { kind: 'none' };
const SEVERAL: FoundToken = { kind: 'several' };
const header = (token: string): FoundToken => ({ kind: 'header', token });
const query = (token: string, rest: string): FoundToken => ({ kind: 'query', token, rest });

const CASES: readonly (readonly [
  name: string,
  headers: readonly string[],
  query: string,
  found: FoundToken,
])[] = [
  ['nothing', [], '', NONE],
  ['a header', ['host', 'a', 'authorization', 'Bearer a.b.c'], '', header('a.b.c')],
  ['a scheme in any letter case', ['authorization', 'bEARER   a.b.c '], '?x=1', header('a.b.c')],
  ['a tab', ['authorization', 'Bearer\ta.b.c'], '', header('a.b.c')],
  ['another scheme', ['authorization', 'Basic YTpi'], '', NONE],
  ['a longer scheme', ['authorization', 'Bearers a.b.c'], '', NONE],
  ['a scheme alone', ['authorization', 'Bearer'], '', NONE],
  ['a parameter', [], '?access_token=a.b.c', query('a.b.c', '')],
  ['a parameter among others', [], '?x=1&access_token=a.b.c&y', query('a.b.c', '?x=1&y')],
  ['a parameter with an escaped name', [], '?access%5Ftoken=a.b.c&%zz=1', query('a.b.c', '?%zz=1')],
  ['a parameter without a value', [], '?access_token', query('', '')],
  ['parameters of like names', [], '?my_access_token=a&access_token2=b', NONE],
  ['a parameter beside another scheme', ['authorization', 'Basic YTpi'], '?access_token=a', query('a', '')],
  ['two fields', ['authorization', 'Bearer a', 'authorization', 'Bearer a'], '', SEVERAL],
  ['two fields of which one is none', ['authorization', 'Basic a', 'authorization', 'Bearer a'], '', SEVERAL],
  ['a field and a parameter', ['authorization', 'Bearer a'], '?access_token=a', SEVERAL],
  ['two parameters', [], '?access_token=a&access%5ftoken=b', SEVERAL],
];

for (const [name, headers, text, found] of CASES) {
  test(`findToken() finds ${name}`, () => {
    assert.deepEqual(findToken(headers, text), found);
  });
}
