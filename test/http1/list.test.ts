import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForTrailers, parseTokenList } from '../../src/http1/list.ts';

test('parseTokenList() skips empty members and refuses what is no token', () => {
  assert.deepEqual(parseTokenList(' Close,, \tX-a ,'), ['close', 'x-a']);
  assert.deepEqual(parseTokenList(''), []);
  for (const text of ['a b', 'a;b', 'a,"b"', '\xa0a']) assert.equal(parseTokenList(text), null);
  assert.equal(parseTokenList('a,'.repeat(64))?.length, 64);
  assert.equal(parseTokenList('a,'.repeat(65)), null);
});

test('asksForTrailers() looks for the member, not for the word', () => {
  for (const text of ['trailers', 'gzip;q=1,\tTrailers ', ',trailers'])
    assert.equal(asksForTrailers(text), true);
  for (const text of ['', 'trailers;q=1', 'xtrailers', 'trailers\xa0'])
    assert.equal(asksForTrailers(text), false);
});
