import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCharacter, percentEncode } from '../../src/lib/percent-encode.ts';

test('percentEncode() encodes what no path or query may hold, and nothing twice', () => {
  assert.equal(
    percentEncode('/a b\t\r\n\0"#<>\\^`{|}\x7f\xe9'),
    '/a%20b%09%0D%0A%00%22%23%3C%3E%5C%5E%60%7B%7C%7D%7F%E9',
  );
  const kept = "/a-._~!$&'()*+,;=:@%2f%zz?[]";
  assert.equal(percentEncode(kept), kept);
});

test('encodeCharacter() writes two digits in upper case', () => {
  assert.equal(encodeCharacter('\n'), '%0A');
  assert.equal(encodeCharacter('\xff'), '%FF');
});
