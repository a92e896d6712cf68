import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUILTIN_SCHEMAS } from '../../src/resources/builtin-schemas.ts';
import { loadCrdSchemas } from '../../src/resources/crd-schemas.ts';
import { PATTERN_WORDS } from '../../src/resources/pattern-words.ts';
import type { Schema } from '../../src/resources/schema.ts';

function patternsOf(schema: Schema | undefined): readonly string[] {
  if (schema === undefined) return [];
  const parts = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  return [...(schema.pattern === undefined ? [] : [schema.pattern]), ...parts.flatMap(patternsOf)];
}

test('PATTERN_WORDS has words for every pattern that users meet, and no others', () => {
  const schemas = [
    ...loadCrdSchemas().map(({ schema }) => schema.properties?.spec),
    ...Object.values(BUILTIN_SCHEMAS),
  ];
  assert.deepEqual(Object.keys(PATTERN_WORDS).sort(), [...new Set(schemas.flatMap(patternsOf))].sort());
});
