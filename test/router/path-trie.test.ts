import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PathTrie } from '../../src/router/path-trie.ts';

/** Orders of all values that `longest` and its `shorter` nodes hold, longest text first. */
function found(texts: readonly string[], path: string): number[] {
  const trie = new PathTrie(texts.map((text, order) => [text, { order }] as const));
  const orders: number[] = [];
  for (let node = trie.longest(path); node !== null; node = node.shorter) {
    assert.equal(node.lowest, Math.min(...ordersOf(node)));
    orders.push(...node.values.map(({ order }) => order));
  }
  return orders;
}

function ordersOf(node: ReturnType<PathTrie<{ order: number }>['longest']>): number[] {
  return node === null ? [] : [...node.values.map(({ order }) => order), ...ordersOf(node.shorter)];
}

test('PathTrie.longest() finds nothing in an empty trie', () => {
  assert.deepEqual(found([], '/a'), []);
});

test('PathTrie.longest() leads from the longest text to the shortest', () => {
  assert.deepEqual(found(['/', '/ab', '/abc', '/abd', '/a', '/ab', ''], '/abcd'), [2, 1, 5, 4, 0, 6]);
});

test('PathTrie.longest() finds all texts that a path begins with, and no other', () => {
  const text = fc.string({ unit: fc.constantFrom('/', 'a', 'b'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 30 }), text, (texts, path) => {
      const expected = texts
        .map((value, order) => ({ value, order }))
        .filter(({ value }) => path.startsWith(value))
        .sort((a, b) => b.value.length - a.value.length || a.order - b.order)
        .map(({ order }) => order);
      assert.deepEqual(found(texts, path), expected);
    }),
    { numRuns: 500, seed: 4 },
  );
});

test('PathTrie.longest() stands thousands of texts inside each other', () => {
  const texts = Array.from({ length: 4000 }, (_, i) => '/a'.repeat(i + 1));
  const trie = new PathTrie(texts.map((text, order) => [text, { order }] as const));
  assert.equal(trie.longest('/a'.repeat(5000))?.values[0]?.order, 3999);
});
