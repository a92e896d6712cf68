import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkBounds } from '../../src/resources/check-bounds.ts';

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const shared = Array(1000).fill('x'.repeat(1000));

const cases: readonly { name: string; value: unknown; says: RegExp | null }[] = [
  { name: 'nesting of 64', value: nested(64), says: null },
  { name: 'nesting of 65', value: nested(65), says: /nested deeper than 64 levels/ },
  {
    name: 'a text of 3 MiB',
    value: 'x'.repeat(3 * 1024 * 1024),
    says: /larger than 3145728 bytes: split it/,
  },
  { name: 'a key of 3 MiB', value: { ['x'.repeat(3 * 1024 * 1024)]: 1 }, says: /larger than/ },
  { name: 'many small values', value: Array(1_000_000).fill(0), says: /larger than/ },
  { name: 'one part that occurs often', value: [shared, shared, shared, shared], says: /larger than/ },
  { name: 'infinity', value: { a: Number.POSITIVE_INFINITY }, says: /Infinity is no number in JSON/ },
  { name: 'undefined', value: [undefined], says: /undefined is no value in JSON/ },
  { name: 'a Map', value: new Map(), says: /keys that are no texts/ },
];

for (const { name, value, says } of cases) {
  test(`checkBounds() ${says === null ? 'lets pass' : 'stops'} ${name}`, () => {
    const found = checkBounds(value);
    if (says === null) assert.equal(found, null);
    else assert.match(found ?? '', says);
  });
}

test('checkBounds() lets all small JSON pass', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      assert.equal(checkBounds(JSON.parse(text)), null);
    }),
    { seed: 1 },
  );
});
