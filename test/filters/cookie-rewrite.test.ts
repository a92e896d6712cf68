import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CookieRewrite } from '../../src/filters/cookie-rewrite.ts';
import type { CookieChange } from '../../src/snapshot/filter.ts';
import { context } from './context.ts';

const CHANGE: CookieChange = { name: 'sid', path: null, domain: null, secure: null, sameSite: null };

/** What becomes of response headers. */
function rewrite(changes: readonly Partial<CookieChange>[], headers: readonly string[]): string[] {
  const cookies = changes.map((change) => ({ ...CHANGE, ...change }));
  const answer = context({ responseHeaders: [...headers] });
  new CookieRewrite({ kind: 'cookie-rewrite', cookies }).onResponse(answer);
  return answer.responseHeaders;
}

function rewriteOne(change: Partial<CookieChange>, value: string): string {
  return rewrite([change], ['set-cookie', value])[1] ?? '';
}

const ALL = { path: '/new', domain: 'new.test', secure: true, sameSite: 'Lax' } as const;

for (const [name, change, before, after] of [
  ['adds', ALL, 'sid=1', 'sid=1; Path=/new; Domain=new.test; SameSite=Lax; Secure'],
  [
    'replaces',
    ALL,
    'sid=1; Path=/; Domain=old.test; SameSite=None; Secure; HttpOnly',
    'sid=1; HttpOnly; Path=/new; Domain=new.test; SameSite=Lax; Secure',
  ],
  ['replaces in any letter case', { path: '/new' }, 'sid=1; PATH=/a; path=/b; pAtH', 'sid=1; Path=/new'],
  ['removes secure', { secure: false }, 'sid=1; secure; Path=/; SECURE=x', 'sid=1; Path=/'],
  [
    'keeps unknown attributes',
    { path: '/' },
    'sid=1;Priority=High;  x = y ;=z',
    'sid=1;Priority=High;  x = y ;=z; Path=/',
  ],
  ['drops empty attributes', { path: '/' }, 'sid=1;; \t;', 'sid=1; Path=/'],
  ['keeps the value', { path: '/' }, ' sid = "a=b,c" ; Max-Age=1', ' sid = "a=b,c" ; Max-Age=1; Path=/'],
  ['keeps an empty value', { path: '/' }, 'sid=', 'sid=; Path=/'],
  ['leaves what has no value', { path: '/' }, 'sid; Path=/a', 'sid; Path=/a'],
  ['leaves what has no value but in an attribute', { path: '/' }, 'sid; sid=1', 'sid; sid=1'],
  ['leaves other cookies', { path: '/' }, 'SID=1; Path=/a', 'SID=1; Path=/a'],
  ['leaves a longer name', { path: '/' }, 'xsid=1', 'xsid=1'],
  ['leaves a name with a blank that is none', { path: '/' }, '\xa0sid=1', '\xa0sid=1'],
  ['takes a path as it is', { path: '/%REQ(x)%$1{}"' }, 'sid=1', 'sid=1; Path=/%REQ(x)%$1{}"'],
  ['sends a path as UTF-8', { path: '/ü' }, 'sid=1', 'sid=1; Path=/\xc3\xbc'],
  ['leaves an empty text', { path: '/' }, '', ''],
] as const) {
  test(`CookieRewrite ${name}`, () => {
    assert.equal(rewriteOne(change, before), after);
  });
}

test('CookieRewrite changes every cookie of its name and no other header', () => {
  const headers = [
    'x-a',
    'sid=1',
    'set-cookie',
    'sid=1',
    'set-cookie',
    'b=2',
    'set-cookie',
    'sid=3; Path=/',
    'set-cookie',
    'c=4',
  ];
  assert.deepEqual(rewrite([{ path: '/n' }, { name: 'b', secure: true }], headers), [
    'x-a',
    'sid=1',
    'set-cookie',
    'sid=1; Path=/n',
    'set-cookie',
    'b=2; Secure',
    'set-cookie',
    'sid=3; Path=/n',
    'set-cookie',
    'c=4',
  ]);
});

/** What a response field may hold, rich in what separates. */
const fieldValue = fc
  .array(
    fc.constantFrom('sid', '=', ';', ' ', '\t', 'Path', 'secure', '"', ',', 'domain', '\xfc', '\xa0', 'x'),
    {
      maxLength: 20,
    },
  )
  .map((parts) => parts.join(''));
const changes = fc.record({
  path: fc.option(fc.string({ unit: fc.constantFrom('/', 'a', ';', '\r', '\n', '\0', 'ü', '€', '=') })),
  domain: fc.option(fc.constantFrom('a.test', 'b.test\r\nx: y', 'c;Secure')),
  secure: fc.option(fc.boolean()),
  sameSite: fc.option(fc.constantFrom('Strict' as const, 'Lax' as const, 'None' as const)),
});

/** A cookie as browsers read it (RFC 6265 §5.2): the last attribute of a name counts. */
function read(text: string) {
  const blank = /^[ \t]+|[ \t]+$/g;
  const [pair = '', ...rest] = text.split(';');
  const attributes = new Map<string, string>();
  for (const attribute of rest) {
    const [name = '', ...value] = attribute.split('=');
    attributes.set(name.replace(blank, '').toLowerCase(), value.join('=').replace(blank, ''));
  }
  return { pair, name: pair.split('=')[0]?.replace(blank, ''), isCookie: pair.includes('='), attributes };
}

test('CookieRewrite changes only what it was told to, and never emits CR, LF, NUL or another attribute', () => {
  fc.assert(
    fc.property(
      changes,
      fc.oneof(
        fieldValue,
        fieldValue.map((text) => `sid=${text}`),
      ),
      (change, text) => {
        const out = rewriteOne(change, text);
        assert.doesNotMatch(out, /[\r\n\0]/);
        for (const c of out) assert.ok(c.charCodeAt(0) < 0x100);
        const before = read(text);
        const after = read(out);
        assert.equal(after.pair, before.pair);
        if (!before.isCookie || before.name !== 'sid') {
          assert.equal(out, text);
          return;
        }
        const told = new Set(
          (['path', 'domain', 'secure', 'sameSite'] as const)
            .filter((key) => change[key] !== null)
            .map((key) => key.toLowerCase()),
        );
        const kept = (attributes: ReadonlyMap<string, string>) =>
          [...attributes].filter(([name]) => !told.has(name) && name !== '').toSorted();
        assert.deepEqual(kept(after.attributes), kept(before.attributes));
        if (change.secure !== null) assert.equal(after.attributes.has('secure'), change.secure);
        if (change.sameSite !== null) assert.equal(after.attributes.get('samesite'), change.sameSite);
      },
    ),
  );
});

test('CookieRewrite takes a set-cookie full of blanks in linear time', () => {
  const text = `sid=1${`;${' '.repeat(1000)}x`.repeat(60)}`;
  assert.equal(rewriteOne({ path: '/' }, text), `${text}; Path=/`);
});
