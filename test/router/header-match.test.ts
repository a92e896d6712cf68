import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileHeaderMatch } from '../../src/router/header-match.ts';
import type { MatchInput } from '../../src/router/match-input.ts';
import type { HeaderMatch } from '../../src/snapshot/match.ts';
import { header, request } from './fixtures.ts';

const NOT = { negate: true } as const;
const EMPTY = { negate: true, treatMissingAsEmpty: true } as const;

const CASES: readonly (readonly [string, Partial<HeaderMatch>, Partial<MatchInput>, boolean])[] = [
  ['exact, equal', { value: 'a' }, { headers: ['x', 'a'] }, true],
  ['exact, other', { value: 'a' }, { headers: ['x', 'b'] }, false],
  ['exact, absent', { value: 'a' }, {}, false],
  ['exact empty text, absent', { value: '' }, {}, false],
  ['exact empty text, empty', { value: '' }, { headers: ['x', ''] }, true],
  ['exact, letter case', { value: 'Abc' }, { headers: ['x', 'abc'] }, false],
  ['exact, ignoreCase', { value: 'Abc', ignoreCase: true }, { headers: ['x', 'aBC'] }, true],
  ['ignoreCase is ASCII only', { value: 'k', ignoreCase: true }, { headers: ['x', 'â\x84ª'] }, false],
  ['exact, UTF-8', { value: 'Zoë' }, { headers: ['x', 'Zo\xc3\xab'] }, true],
  ['repeats are joined', { value: 'a,b' }, { headers: ['x', 'a', 'y', 'n', 'x', 'b'] }, true],
  ['one of the repeats', { value: 'a' }, { headers: ['x', 'a', 'x', 'b'] }, false],
  ['contains', { op: 'contains', value: 'ell' }, { headers: ['x', 'hello'] }, true],
  ['contains, not', { op: 'contains', value: 'ELL' }, { headers: ['x', 'hello'] }, false],
  [
    'contains, ignoreCase',
    { op: 'contains', value: 'ELL', ignoreCase: true },
    { headers: ['x', 'hello'] },
    true,
  ],
  ['contains, over repeats', { op: 'contains', value: 'a,b' }, { headers: ['x', 'a', 'x', 'b'] }, true],
  ['regex, whole value', { op: 'regex', value: '[a-z]+' }, { headers: ['x', 'abc'] }, true],
  ['regex, part', { op: 'regex', value: '[a-z]+' }, { headers: ['x', 'abc1'] }, false],
  ['regex, UTF-8', { op: 'regex', value: 'Zo.' }, { headers: ['x', 'Zo\xc3\xab'] }, true],
  ['regex, absent', { op: 'regex', value: '.*' }, {}, false],
  ['present', { op: 'present' }, { headers: ['x', ''] }, true],
  ['present, absent', { op: 'present' }, { headers: ['y', ''] }, false],
  ['notpresent', { op: 'present', ...NOT }, { headers: ['x', ''] }, false],
  ['notpresent, absent', { op: 'present', ...NOT }, {}, true],
  ['notexact, other', { value: 'a', ...NOT }, { headers: ['x', 'b'] }, true],
  ['notexact, equal', { value: 'a', ...NOT }, { headers: ['x', 'a'] }, false],
  ['notexact, absent', { value: 'a', ...NOT }, {}, false],
  ['notexact, absent as empty', { value: 'a', ...EMPTY }, {}, true],
  ['notexact empty, absent as empty', { value: '', ...EMPTY }, {}, false],
  ['notcontains, absent', { op: 'contains', value: 'a', ...NOT }, {}, false],
  ['notcontains, absent as empty', { op: 'contains', value: 'a', ...EMPTY }, {}, true],
  ['notcontains, contains', { op: 'contains', value: 'a', ...EMPTY }, { headers: ['x', 'cat'] }, false],
  [':method', { name: ':method', value: 'POST' }, { method: 'POST' }, true],
  [':method, other', { name: ':method', value: 'POST' }, {}, false],
  [':path with its query', { name: ':path', value: '/a?b=1' }, { path: '/a', query: '?b=1' }, true],
  [':authority', { name: ':authority', value: 'shop.test:8080' }, { authority: 'shop.test:8080' }, true],
  ['host', { name: 'host', value: 'shop.test' }, {}, true],
  [':scheme', { name: ':scheme', value: 'https' }, { scheme: 'https' }, true],
  ['unknown pseudo-header', { name: ':status', op: 'present' }, {}, false],
  ['upgrade', { name: 'upgrade', value: 'websocket' }, { upgrade: 'websocket' }, true],
  ['upgrade, none', { name: 'upgrade', op: 'present' }, { upgrade: null }, false],
];

for (const [name, match, input, expected] of CASES) {
  test(`compileHeaderMatch() ${expected ? 'holds' : 'fails'}: ${name}`, () => {
    assert.equal(compileHeaderMatch(header(match))(request(input)), expected);
  });
}
