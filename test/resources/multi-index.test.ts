import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MultiIndex } from '../../src/resources/multi-index.ts';

test('MultiIndex.replace() puts an object under its keys, sorted by place', () => {
  const index = new MultiIndex<string>();
  index.replace('n/b', [], ['x', 'y'], 'B');
  index.replace('n/a', [], ['x'], 'A');
  assert.deepEqual(index.get('x'), ['A', 'B']);
  assert.deepEqual(index.get('y'), ['B']);
  assert.deepEqual(index.keys(), ['x', 'y']);
});

test('MultiIndex.replace() takes an object from keys that it has no more', () => {
  const index = new MultiIndex<string>();
  index.replace('n/a', [], ['x', 'y'], 'A');
  index.replace('n/a', ['x', 'y'], ['y', 'z'], 'A2');
  assert.deepEqual(index.keys(), ['y', 'z']);
  assert.deepEqual(index.get('y'), ['A2']);
  index.replace('n/a', ['y', 'z'], [], null);
  assert.deepEqual(index.keys(), []);
  assert.deepEqual(index.get('y'), []);
});
