import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalPath } from '../../src/http1/path.ts';

/** Input, with slashes merged, without (the same where it is left out). */
const CASES: readonly (readonly [string, string | null, (string | null)?])[] = [
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a/b/', '/a/b/'],
  ['/a.b/.c/..d/e../f.', '/a.b/.c/..d/e../f.'],
  ['/a/../b', '/b'],
  ['/./a', '/a'],
  ['/a/.', '/a/'],
  ['/a/..', '/'],
  ['/..', '/'],
  ['/../../etc/passwd', '/etc/passwd'],
  ['/%2e%2e/', '/'],
  ['/a/.%2e/b', '/b'],
  ['/a/%2E./b/%2e', '/b/'],
  ['/%41%7a%30%2d%5F%7E', '/Az0-_~'],
  ['/a%2fb', '/a%2fb'],
  ['/a%2Fb%5C', '/a%2Fb%5C'],
  ['/%252e%252e/x', '/%252e%252e/x'],
  ['/%25%32%65', '/%252e'],
  ['/admin;x=1/', '/admin;x=1/'],
  ['/..;/manager', '/..;/manager'],
  ['/%3b%2f', '/%3b%2f'],
  ['//a', '/a', '//a'],
  ['/a//b///', '/a/b/', '/a//b///'],
  ['/a//../b', '/a/b', '/a/b'],
  ['//..//a', '/a', '//a'],
  ['/a/..//', '/', '//'],
  ['/%C3%A9', '/%C3%A9'],
  ['/%e9', '/%e9'],
  ['/%ff%80', '/%ff%80'],
  ['/%e0%a0%80%f0%90%80%80', '/%e0%a0%80%f0%90%80%80'],
  ['', null],
  ['a', null],
  ['*', null],
  ['/%', null],
  ['/%1', null],
  ['/%zz', null],
  ['/%4', null],
  ['/%4g', null],
  ['/% 41', null],
  ['/%00', null],
  ['/%c0%ae', null],
  ['/%C1%9C', null],
  ['/%c0', null],
  ['/%e0%80%ae', null],
  ['/%e0%9f%bf', null],
  ['/%f0%8f%bf%bf', null],
  ['/%f8%87%bf%bf%bf', null],
  ['/%fc%83%bf%bf%bf%bf', null],
  ['/%f0%80%80%ae', null],
  ['/%f8%80%80%80%ae', null],
  ['/%fc%80%80%80%80%ae', null],
  ['/a b', null],
  ['/a#b', null],
  ['/a?b', null],
  ['/\\', null],
  ['/\0', null],
  ['/\xe9', null],
  ['/\u0141', null],
  ['/%4\u0131', null],
];

describe('canonicalPath()', () => {
  for (const [path, merged, kept = merged] of CASES) {
    test(`makes ${JSON.stringify(path)} ${merged}`, () => {
      assert.equal(canonicalPath(path, true), merged);
      assert.equal(canonicalPath(path, false), kept);
    });
  }

  const segment = fc.constantFrom(
    ...['a', '.', '..', '', '%2e', '%2E%2e', '.%2e', '%252e', '%2f', '%41', '..;', '%c3%a9', '%', '%e9'],
  );

  test('leaves what it made alone, and leaves no dot segment in it', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 12 }), fc.boolean(), (segments, merge) => {
        const once = canonicalPath(`/${segments.join('/')}`, merge);
        if (once === null) {
          assert.ok(segments.includes('%'));
          return;
        }
        assert.equal(canonicalPath(once, merge), once);
        const parts = once.split('/').slice(1);
        assert.ok(once.startsWith('/'));
        assert.ok(!parts.some((part) => part === '.' || part === '..'));
        if (merge) assert.ok(!once.includes('//'));
      }),
    );
  });

  test('takes or refuses any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, merge) => {
        const once = canonicalPath(`/${text}`, merge);
        if (once !== null) assert.equal(canonicalPath(once, merge), once);
      }),
    );
  });
});
