import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePathMatch, endsSegment, segmentText } from '../../src/router/path-match.ts';

test('compilePathMatch() compares each kind in its way', () => {
  const cases = [
    [compilePathMatch({ kind: 'exact', value: '/a' }), ['/a']],
    [compilePathMatch({ kind: 'prefix', value: '/a' }), ['/a', '/a/', '/a/b', '/ab']],
    [compilePathMatch({ kind: 'segment', value: '/a' }), ['/a', '/a/', '/a/b']],
    [compilePathMatch({ kind: 'segment', value: '/a/' }), ['/a', '/a/', '/a/b']],
    [compilePathMatch({ kind: 'regex', pattern: '/a/?' }), ['/a', '/a/']],
  ] as const;
  for (const [holds, expected] of cases) {
    assert.deepEqual(['/', '/a', '/a/', '/a/b', '/ab'].filter(holds), expected);
  }
});

test('segmentText() drops one slash at the end', () => {
  assert.deepEqual(['/', '/a', '/a/', '/a//'].map(segmentText), ['', '/a', '/a', '/a/']);
});

test('endsSegment() looks for the end or a slash', () => {
  assert.deepEqual([endsSegment('/a', 2), endsSegment('/a/', 2), endsSegment('/ab', 2)], [true, true, false]);
});
