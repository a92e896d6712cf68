import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsedNames } from '../../src/compile/used-names.ts';

test('UsedNames tells the first use and the last', () => {
  const used = new UsedNames();
  assert.deepEqual(used.set('one', new Set(['a', 'b'])), { added: ['a', 'b'], gone: [] });
  assert.deepEqual(used.set('two', new Set(['b', 'c'])), { added: ['c'], gone: [] });
  assert.deepEqual(used.set('one', new Set()), { added: [], gone: ['a'] });
  assert.deepEqual([...used.usersOf('b')], ['two']);
  assert.deepEqual([used.has('a'), used.has('b')], [false, true]);
  assert.deepEqual(used.set('two', new Set(['a'])), { added: ['a'], gone: ['b', 'c'] });
  assert.deepEqual([...used.usersOf('gone')], []);
});
