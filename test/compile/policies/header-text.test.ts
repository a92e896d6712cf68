import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodePathText, hasControls, isHeaderName } from '../../../src/compile/policies/header-text.ts';

test('isHeaderName() accepts tokens only', () => {
  for (const name of ['a', 'X-A', "!#$%&'*+-.^_`|~0"]) assert.ok(isHeaderName(name), name);
  for (const name of ['', 'a b', ':path', 'ä', 'a\n', 'a(b)']) assert.ok(!isHeaderName(name), name);
});

test('hasControls() finds what would break a head, and lets tabs and UTF-8 pass', () => {
  for (const text of ['a\nb', '\r', '\0', '\u007f']) assert.ok(hasControls(text), JSON.stringify(text));
  for (const text of ['', 'a\tb', 'ä', 'a b']) assert.ok(!hasControls(text), JSON.stringify(text));
});

test('encodePathText() encodes what no request target may carry', () => {
  assert.equal(encodePathText('/a%20b?c#d'), '/a%20b?c#d');
  assert.equal(encodePathText('/a b\r\n\u007fä😀'), '/a%20b%0D%0A%7F%C3%A4%F0%9F%98%80');
});
