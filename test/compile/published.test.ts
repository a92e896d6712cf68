import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Published } from '../../src/compile/published.ts';

const value = (name: string, text: string) => ({ name, text });

test('Published tells differences only, sorted by name', () => {
  const published = new Published<{ name: string; text: string }>();
  published.put('b', value('b', '1'));
  published.put('a', value('a', '1'));
  assert.deepEqual(published.flush(), { set: [value('a', '1'), value('b', '1')], remove: [] });
  published.put('a', value('a', '1'));
  published.put('b', null);
  published.put('c', null);
  assert.deepEqual(published.flush(), { set: [], remove: ['b'] });
  assert.deepEqual(published.flush(), { set: [], remove: [] });
});

test('Published never changes a map that it handed out', () => {
  const published = new Published<{ name: string; text: string }>();
  published.put('a', value('a', '1'));
  published.flush();
  const before = published.values;
  published.put('a', value('a', '1'));
  published.flush();
  assert.equal(published.values, before);
  published.put('a', null);
  published.flush();
  assert.equal(before.size, 1);
  assert.equal(published.values.size, 0);
});

test('Published takes the last word about a name', () => {
  const published = new Published<{ name: string; text: string }>();
  published.put('a', null);
  published.put('a', value('a', '1'));
  assert.equal(published.flush().set.length, 1);
});
