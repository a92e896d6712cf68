import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleOf } from '../../../src/http2/hpack/indexing.ts';

const cases: readonly (readonly [name: string, indexing: string, staticIndex: number])[] = [
  ['server', 'first', 54],
  ['date', 'second', 33],
  ['etag', 'plain', 34],
  [':path', 'plain', 4],
  ['authorization', 'never', 23],
  ['set-cookie', 'never', 55],
  ['connection', 'forbidden', 0],
  ['transfer-encoding', 'forbidden', 57],
  ['host', 'forbidden', 38],
  ['x-request-id', 'plain', 0],
];

for (const [name, indexing, staticIndex] of cases) {
  test(`ruleOf() has ${name} as ${indexing}`, () => {
    const rule = ruleOf(name);
    assert.deepEqual([rule?.name, rule?.indexing, rule?.staticIndex], [name, indexing, staticIndex]);
  });
}

test('ruleOf() has names ready as literals', () => {
  assert.equal(
    Buffer.from(ruleOf('x-frame-options')?.literal ?? []).toString('hex'),
    '8bf2b4b60e92ac7ad263d48f',
  );
});

test('ruleOf() knows nothing of other names', () => {
  for (const name of ['x-foo', '', '__proto__', 'constructor']) assert.equal(ruleOf(name), undefined);
});
