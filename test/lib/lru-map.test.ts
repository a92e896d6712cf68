import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LruMap } from '../../src/lib/lru-map.ts';

test('LruMap forgets what was used longest ago', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  assert.equal(map.get('a'), 1);
  map.set('c', 3);
  assert.deepEqual([map.get('a'), map.get('b'), map.get('c'), map.size], [1, undefined, 3, 2]);
});

test('LruMap replaces and deletes', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  assert.deepEqual([map.get('a'), map.get('b')], [3, undefined]);
  map.delete('a');
  assert.deepEqual([map.get('a'), map.size], [undefined, 1]);
});
