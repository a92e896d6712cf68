import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asciiLowerCase, isAscii } from '../../src/lib/ascii.ts';

test('isAscii() ends at U+007F', () => {
  assert.equal(isAscii('a\x7f\0'), true);
  assert.equal(isAscii('a\x80'), false);
  assert.equal(isAscii(''), true);
});

test('asciiLowerCase() changes A to Z and nothing else', () => {
  assert.equal(asciiLowerCase('AbZ-\xc0\u212a\u0130'), 'abz-\xc0\u212a\u0130');
});
