import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFieldValue, isToken, parseContentLength, TOKEN_LOWER, trimOws } from '../../src/http1/fields.ts';

test('isToken() takes the characters of RFC 9110 §5.6.2 and no others', () => {
  const allowed = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (let c = 0; c < 0x200; c++) {
    const character = String.fromCharCode(c);
    assert.equal(isToken(`a${character}`), allowed.includes(character), `character ${c}`);
  }
  assert.equal(isToken(''), false);
});

test('TOKEN_LOWER folds A to Z only', () => {
  assert.equal(TOKEN_LOWER[0x41], 0x61);
  assert.equal(TOKEN_LOWER[0x5a], 0x7a);
  assert.equal(TOKEN_LOWER[0xc9], 0);
  assert.equal(TOKEN_LOWER[0x5e], 0x5e);
});

test('isFieldValue() refuses control characters and what does not fit a byte', () => {
  for (const text of ['', 'a b\tc', '\x80\xff']) assert.equal(isFieldValue(text), true);
  for (const text of ['\r', '\n', '\0', 'a\x7f', '\u0100', '\u010a']) assert.equal(isFieldValue(text), false);
});

test('trimOws() takes SP and HTAB only', () => {
  assert.equal(trimOws(' \t a b\t '), 'a b');
  assert.equal(trimOws('\xa0a\x0b\f'), '\xa0a\x0b\f');
  assert.equal(trimOws(' \t'), '');
});

test('parseContentLength() takes decimal digits up to 2^53-1', () => {
  const cases: [string, number][] = [
    ['0', 0],
    ['00010', 10],
    ['9007199254740991', 2 ** 53 - 1],
    ['9007199254740992', -1],
    ['90071992547409910', -1],
    ['18446744073709551617', -1],
    ['', -1],
    [' 1', -1],
    ['1 ', -1],
    ['+1', -1],
    ['1e1', -1],
    ['0x1', -1],
    ['\xb9', -1],
    ['\u0661', -1],
  ];
  for (const [text, value] of cases) assert.equal(parseContentLength(text), value, text);
});
