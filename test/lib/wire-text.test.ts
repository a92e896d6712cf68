import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wireText } from '../../src/lib/wire-text.ts';

test('wireText() gives the bytes of UTF-8, one character each', () => {
  assert.equal(wireText('plain'), 'plain');
  assert.equal(wireText('é€'), '\xc3\xa9\xe2\x82\xac');
});
