import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rewritePath } from '../../src/router/prefix-rewrite.ts';

/** httpproxy.md 1.4.8. */
const CASES: readonly (readonly [prefix: string, replacement: string, path: string, result: string])[] = [
  ['/p', '/R', '/p/x', '/R/x'],
  ['/p', '/R', '/pfoo', '/Rfoo'],
  ['/p', '/R', '/p', '/R'],
  ['/p', '/R', '/p/', '/R/'],
  ['/p', '/R/', '/p/x', '/R/x'],
  ['/p', '/R/', '/p', '/R'],
  ['/p', '/R/', '/pfoo', '/Rfoo'],
  ['/p/', '/R', '/p/x', '/R/x'],
  ['/p/', '/R', '/p/', '/R/'],
  ['/p/', '/R', '/p', '/R'],
  ['/p', '/', '/p/x', '/x'],
  ['/p', '/', '/p', '/'],
  ['/p', '/', '/p/', '/'],
  ['/p', '/', '/pfoo', '/foo'],
  ['/p', '', '/p/x', '/x'],
  ['/p', '', '/p', '/'],
  ['/', '/R', '/x', '/Rx'],
  ['/', '/R/', '/x', '/R/x'],
  ['/', '/R', '/', '/R'],
  ['/', '', '/x', '/x'],
  ['/p', 'R', '/p/x', '/R/x'],
  ['/p', '/a b\n?#é', '/p/x', '/a%20b%0A%3F%23%C3%A9/x'],
  ['/p', '/a%2fb', '/p/x', '/a%2fb/x'],
  ['/p', '/R', '/p/a%2fb', '/R/a%2fb'],
  ['/p', '/R', '/other', '/other'],
  // No dot segment arises where the texts meet.
  ['/p', '/', '/p../secret', '/secret'],
  ['/p', '/', '/p.', '/'],
  ['/p', '/R/.', '/p./secret', '/secret'],
  ['/p', '/R', '/p/.hidden', '/R/.hidden'],
];

for (const [prefix, replacement, path, result] of CASES) {
  test(`rewritePath() of ${path}, ${prefix} to ${JSON.stringify(replacement)}, is ${result}`, () => {
    assert.equal(rewritePath({ prefix, replacement }, path), result);
  });
}

test('rewritePath() always gives a path without dot segments, whatever meets', () => {
  const text = fc.string({ unit: fc.constantFrom('/', '.', 'a', '..', ' '), maxLength: 6 });
  fc.assert(
    fc.property(
      text,
      text,
      fc.string({ unit: fc.constantFrom('/', 'a', '.b', 'c..'), maxLength: 6 }),
      (a, b, rest) => {
        const result = rewritePath({ prefix: `/${a}`, replacement: b }, `/${a}${rest}`);
        assert.match(result, /^\/[!-~]*$/);
        if (!`/${a}${rest}`.split('/').some((part) => part === '.' || part === '..')) {
          assert.ok(!result.split('/').some((part) => part === '.' || part === '..'), result);
        }
      },
    ),
    { numRuns: 1000, seed: 6 },
  );
});
