import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crdColumn } from '../../../src/admin/kube/crd-columns.ts';
import type { KubeObject } from '../../../src/resources/kinds.ts';

const OBJECT = {
  spec: { text: 'a', count: 3, on: false, list: ['x', { y: 1 }], since: '2026-07-01T00:00:00Z', none: null },
} as unknown as KubeObject;
const NOW_MS = Date.parse('2026-07-02T00:00:00Z');

const CASES: readonly (readonly [type: string, jsonPath: string, cell: unknown])[] = [
  ['string', '.spec.text', 'a'],
  ['string', '.spec.count', '3'],
  ['string', '.spec.list[*]', 'x {"y":1}'],
  ['string', '.spec.gone', null],
  ['string', '.spec.none', null],
  ['integer', '.spec.count', 3],
  ['integer', '.spec.text', null],
  ['boolean', '.spec.on', false],
  ['date', '.spec.since', '24h'],
  ['date', '.spec.gone', null],
];

for (const [type, jsonPath, cell] of CASES) {
  test(`crdColumn() shows ${JSON.stringify(cell)} for ${type} ${jsonPath}`, () => {
    assert.equal(crdColumn({ name: 'A', type, jsonPath }).cell(OBJECT, NOW_MS), cell);
  });
}

test('crdColumn() tells clients that an age is a text', () => {
  const { type, priority } = crdColumn({ name: 'A', type: 'date', jsonPath: '.a', priority: 1 });
  assert.deepEqual([type, priority], ['string', 1]);
});
