import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { literalPrefix } from '../../src/router/literal-prefix.ts';

const CASES = [
  ['/api', '/api'],
  ['/api/v[0-9]+', '/api/v'],
  ['/api/.*', '/api/'],
  ['^/api/.*$', '/api/'],
  ['/ab*', '/a'],
  ['/ab?c', '/a'],
  ['/ab+', '/ab'],
  ['/ab(?i)?c', '/a'],
  ['/ab{2}', '/a'],
  ['/a\\.php', '/a'],
  ['/a/(b|c)/[^/]+', '/a/'],
  ['/a|/b', ''],
  ['/a(b|c)|/d', ''],
  ['/a[)|]b', '/a'],
  ['/a[]|]b', '/a'],
  ['/a[^]|]b', '/a'],
  ['/a[[:alpha:]|]b', '/a'],
  ['/a\\|b', '/a'],
  ['/a\\Q(\\E|b', ''],
  ['(?i)/a', ''],
  ['', ''],
  ['/\u{1f600}*', '/'],
] as const;

for (const [pattern, expected] of CASES) {
  test(`literalPrefix() of ${pattern} is ${JSON.stringify(expected)}`, () => {
    assert.equal(literalPrefix(pattern), expected);
  });
}

test('literalPrefix() stands at the beginning of every text that the pattern matches', () => {
  const piece = fc.constantFrom(
    ...[
      '/',
      'a',
      'b',
      'ab',
      '.',
      '[ab]',
      '[^b]',
      '[]a]',
      '[|)]',
      '(a|b)',
      '(',
      ')',
      '|',
      '*',
      '+',
      '?',
      '{2}',
    ],
    ...['\\.', '\\|', '\\Q', '\\E', '^', '$', '(?i)', '(?:', '[[:alpha:]|]', '\\x61', '{', ']'],
  );
  const text = fc.array(fc.constantFrom('/', 'a', 'b', 'A', '.', '|', ')', ']'), { maxLength: 5 });
  let matched = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), fc.array(text, { maxLength: 20 }), (pieces, texts) => {
      const pattern = pieces.join('');
      const regex = compile(pattern);
      if (regex === null) return;
      const prefix = literalPrefix(pattern);
      for (const characters of [...texts, [...prefix], [...pattern]]) {
        const path = characters.join('');
        if (!regex.testExact(path)) continue;
        matched++;
        assert.ok(path.startsWith(prefix), `${pattern} matches ${path}, prefix ${prefix}`);
      }
    }),
    { numRuns: 3000, seed: 3 },
  );
  assert.ok(matched > 1000);
});

function compile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null;
  }
}
