import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReadIndex } from '../../src/compile/read-index.ts';

test('ReadIndex finds who read a key, and forgets what is no longer read', () => {
  const index = new ReadIndex();
  index.set('one', new Set(['a', 'b']));
  index.set('two', new Set(['b']));
  assert.deepEqual([...index.readersOf('b')], ['one', 'two']);
  index.set('one', new Set(['c']));
  assert.deepEqual([...index.readersOf('a')], []);
  assert.deepEqual([...index.readersOf('b')], ['two']);
  assert.deepEqual([...index.readersOf('c')], ['one']);
  index.set('one', new Set());
  assert.deepEqual([...index.readersOf('c')], []);
});
