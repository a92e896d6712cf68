import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUILTIN_SCHEMAS } from '../../src/resources/builtin-schemas.ts';
import { loadCrdSchemas } from '../../src/resources/crd-schemas.ts';
import { KIND_FACTS } from '../../src/resources/kinds.ts';

test('BUILTIN_SCHEMAS has, with crds/, a schema for every kind that is read', () => {
  const kinds = [...Object.keys(BUILTIN_SCHEMAS), ...loadCrdSchemas().map(({ kind }) => kind)];
  assert.deepEqual(kinds.sort(), Object.keys(KIND_FACTS).sort());
});

test('BUILTIN_SCHEMAS keep what they do not name', () => {
  for (const [kind, schema] of Object.entries(BUILTIN_SCHEMAS)) {
    assert.equal(schema['x-kubernetes-preserve-unknown-fields'], true, kind);
  }
});
