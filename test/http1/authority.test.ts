import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalAuthority } from '../../src/http1/authority.ts';

const CASES: readonly (readonly [string, string | null, string?])[] = [
  ['a', 'a', 'a'],
  ['A.Example.COM.:80', 'a.example.com', 'a.example.com'],
  ['a:443', 'a:443', 'a'],
  ['a:080', 'a', 'a'],
  ['a:0', 'a:0', 'a'],
  ['a:00081', 'a:81', 'a'],
  ['a:65535', 'a:65535', 'a'],
  ['127.0.0.1:8080', '127.0.0.1:8080', '127.0.0.1'],
  ['_a-b.c', '_a-b.c', '_a-b.c'],
  ['[::1]', '[::1]', '[::1]'],
  ['[2001:DB8::A]:80', '[2001:db8::a]', '[2001:db8::a]'],
  ['[::ffff:1.2.3.4]:1', '[::ffff:1.2.3.4]:1', '[::ffff:1.2.3.4]'],
  [
    `${'a'.repeat(63)}.${'b'.repeat(189)}`,
    `${'a'.repeat(63)}.${'b'.repeat(189)}`,
    `${'a'.repeat(63)}.${'b'.repeat(189)}`,
  ],
  ['a'.repeat(254), null],
  ...[
    '',
    '.',
    '..',
    'a..',
    '.a',
    'a..b',
    ':80',
    'a:',
    'a:b',
    'a:65536',
    'a:100000',
    'a:000080',
    'a:-1',
    'a:1:2',
  ].map(refused),
  ...[
    'a b',
    ' a',
    'a\t',
    'u@a',
    'a/p',
    'a?x',
    'a#x',
    'a,b',
    '%6fk',
    'a%',
    '*',
    'a*',
    'a\\b',
    'a"',
    'a;b',
    'a=b',
    '~a',
  ].map(refused),
  ...['\xff', 'a\xa0', '\u212a', '\u017f', '\u0430', 'a\0'].map(refused),
  ...[
    '[::1',
    '[::1].',
    '[::1]a',
    'x[::1]',
    '[ab..cd]',
    '[]',
    '[',
    ']',
    '[1.2.3.4]',
    '[::1%25eth0]',
    '[::1%eth0]',
    '[v1.a]',
  ].map(refused),
  ...['[::1]:', '[::1]:x', '[::1]:65536', '[[::1]]', '[::1]]', `[${':'.repeat(60)}]`, '::1'].map(refused),
];

describe('canonicalAuthority()', () => {
  for (const [text, authority, host] of CASES) {
    test(`makes ${JSON.stringify(text).slice(0, 60)} ${authority?.slice(0, 60)}`, () => {
      assert.deepEqual(canonicalAuthority(text, false), authority === null ? null : { authority, host });
    });
  }

  test('drops the default port of the scheme', () => {
    assert.equal(canonicalAuthority('a:443', true)?.authority, 'a');
    assert.equal(canonicalAuthority('a:80', true)?.authority, 'a:80');
  });

  test('leaves what it made alone', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}(:[0-9]{0,6})?$/);
    fc.assert(
      fc.property(fc.oneof(name, fc.string()), fc.boolean(), (text, secure) => {
        const once = canonicalAuthority(text, secure);
        if (once === null) return;
        assert.deepEqual(canonicalAuthority(once.authority, secure), once);
        assert.ok(once.authority.startsWith(once.host));
      }),
    );
  });
});

function refused(text: string): readonly [string, null] {
  return [text, null];
}
