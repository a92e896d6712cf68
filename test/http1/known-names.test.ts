import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findKnownName } from '../../src/http1/known-names.ts';

test('findKnownName() finds names in any case, and nothing like them', () => {
  const find = (text: string): string | undefined => findKnownName(Buffer.from(text), 0, text.length)?.name;
  assert.equal(find('Content-Length'), 'content-length');
  assert.equal(find('HOST'), 'host');
  assert.equal(find('tE'), 'te');
  for (const text of ['hast', 'hosts', 'content_length', 'x', 'x-unknown', '__proto__']) {
    assert.equal(find(text), undefined);
  }
  assert.equal(findKnownName(Buffer.from('xhostx'), 1, 5)?.special, true);
});
