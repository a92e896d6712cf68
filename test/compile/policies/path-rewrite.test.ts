import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePathRewrite } from '../../../src/compile/policies/path-rewrite.ts';
import type { PathMatch } from '../../../src/snapshot/match.ts';
import { findings } from '../findings.ts';

type Items = readonly { readonly prefix?: string; readonly replacement: string }[];
const PREFIX: PathMatch = { kind: 'prefix', value: '/a' };

function compile(replacePrefix: Items, path = PREFIX) {
  return findings((place) => compilePathRewrite({ replacePrefix }, { path, place }));
}

test('compilePathRewrite() takes the item of exactly the prefix, else the one without, else none', () => {
  const own = { prefix: '/a', replacement: '/own' };
  const other = { prefix: '/b', replacement: '/other' };
  const any = { replacement: '/any' };
  assert.deepEqual(compile([any, own, other]).value, { prefix: '/a', replacement: '/own' });
  assert.deepEqual(compile([other, any]).value, { prefix: '/a', replacement: '/any' });
  assert.deepEqual(compile([other]), { value: null, reports: [], messages: [] });
  assert.equal(findings((place) => compilePathRewrite(undefined, { path: PREFIX, place })).value, null);
});

test('compilePathRewrite() encodes control characters', () => {
  assert.equal(compile([{ replacement: '/a\r\nb' }]).value?.replacement, '/a%0D%0Ab');
});

test('compilePathRewrite() rejects repeats and routes without a prefix', () => {
  const item = { prefix: '/a', replacement: '/b' };
  const bare = { replacement: '/b' };
  const cases: [Items, PathMatch, string][] = [
    [[item, item], PREFIX, 'error PrefixReplaceError/DuplicateReplacement at.replacePrefix[1]'],
    [[bare, bare], PREFIX, 'error PrefixReplaceError/AmbiguousReplacement at.replacePrefix[1]'],
    [[bare], { kind: 'exact', value: '/a' }, 'error PrefixReplaceError/MustHavePrefix at'],
    [[bare], { kind: 'regex', pattern: '/a' }, 'error PrefixReplaceError/MustHavePrefix at'],
  ];
  for (const [items, path, report] of cases) {
    const { value, reports } = compile(items, path);
    assert.equal(value, null);
    assert.deepEqual(reports, [report]);
  }
});
