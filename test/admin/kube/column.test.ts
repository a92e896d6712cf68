import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGE_COLUMN, column, NAME_COLUMN } from '../../../src/admin/kube/column.ts';
import type { KubeObject } from '../../../src/resources/kinds.ts';

const OBJECT = { metadata: { name: 'web', creationTimestamp: '2026-07-01T00:00:00Z' } } as KubeObject;

test('NAME_COLUMN shows the name', () => {
  assert.equal(NAME_COLUMN.cell(OBJECT, 0), 'web');
  assert.equal(NAME_COLUMN.format, 'name');
});

test('AGE_COLUMN shows the time since creation, <unknown> without one', () => {
  assert.equal(AGE_COLUMN.cell(OBJECT, Date.parse('2026-07-04T00:00:00Z')), '3d');
  assert.equal(AGE_COLUMN.cell({ metadata: {} } as KubeObject, 0), '<unknown>');
});

test('column() is shown always unless it has a priority', () => {
  assert.equal(column('A', '', () => 1).priority, 0);
  assert.equal(column('A', '', () => 1, 1).priority, 1);
});
