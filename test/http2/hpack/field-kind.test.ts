import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AUTHORITY,
  COOKIE,
  kindOfName,
  METHOD,
  ORDINARY,
  PATH,
  PROTOCOL,
  SCHEME,
  SPECIAL,
  SPECIAL_NAMES,
  STATUS,
  UNKNOWN,
} from '../../../src/http2/hpack/field-kind.ts';

const cases: readonly (readonly [name: string, isToken: boolean, kind: number])[] = [
  [':method', false, METHOD],
  [':scheme', false, SCHEME],
  [':authority', false, AUTHORITY],
  [':path', false, PATH],
  [':protocol', false, PROTOCOL],
  [':status', false, STATUS],
  [':foo', false, UNKNOWN],
  ['A', false, UNKNOWN],
  ['', false, UNKNOWN],
  ['cookie', true, COOKIE],
  ['content-length', true, SPECIAL],
  ['if-none-match', true, SPECIAL],
  ['if-unheard-of', true, SPECIAL],
  ['iffy', true, ORDINARY],
  ['accept', true, ORDINARY],
  ['x-foo', true, ORDINARY],
  ['__proto__', true, ORDINARY],
];

for (const [name, isToken, kind] of cases) {
  test(`kindOfName() tells what ${JSON.stringify(name)} is`, () => {
    assert.deepEqual(kindOfName(name, isToken), { name, kind });
  });
}

test('SPECIAL_NAMES are special', () => {
  for (const name of SPECIAL_NAMES) {
    assert.equal(kindOfName(name, true).kind, name === 'cookie' ? COOKIE : SPECIAL);
  }
});
