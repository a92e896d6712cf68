import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { expectedTypes, generateTypes } from '../../scripts/generate-types.ts';

test('types.generated.ts is what scripts/generate-types.ts makes of crds/', () => {
  const file = new URL('../../src/resources/types.generated.ts', import.meta.url);
  assert.equal(readFileSync(file, 'utf8'), expectedTypes(), 'run: node scripts/generate-types.ts');
});

const manifest = (spec: string, kind = 'Thing'): string => `
spec:
  group: example.com
  names: { kind: ${kind} }
  versions:
    - name: v1
      schema:
        openAPIV3Schema: &${kind}
          type: object
          description: ${kind}.
          required: [spec]
          properties:
            metadata: { type: object }
            spec: ${spec}
`;

const cases: readonly { name: string; spec: string; type: string }[] = [
  { name: 'a text', spec: '{ type: string }', type: 'string' },
  { name: 'a number', spec: '{ type: integer }', type: 'number' },
  { name: 'an enum', spec: '{ type: string, enum: [a, "b c"] }', type: '"a" | "b c"' },
  { name: 'an enum of numbers', spec: '{ type: integer, enum: [1, 2] }', type: '1 | 2' },
  { name: 'a list', spec: '{ type: array, items: { type: string } }', type: 'readonly string[]' },
  {
    name: 'a list of an enum',
    spec: '{ type: array, items: { type: string, enum: [a, b] } }',
    type: 'readonly ("a" | "b")[]',
  },
  {
    name: 'a map',
    spec: '{ type: object, additionalProperties: { type: string } }',
    type: '{ readonly [key: string]: string }',
  },
  { name: 'a named object', spec: '&Part { type: object, properties: {} }', type: 'Part' },
];

for (const { name, spec, type } of cases) {
  test(`generateTypes() writes ${name}`, () => {
    assert.ok(generateTypes([manifest(spec)]).includes(`  readonly spec: ${type};\n`));
  });
}

test('generateTypes() writes a default and the end of a comment into the docstring', () => {
  const text = generateTypes([manifest("{ type: integer, default: 3, description: 'A */ b.' }")]);
  assert.ok(text.includes('  /** A *\\/ b. Default: 3. */\n  readonly spec: number;\n'));
});

test('generateTypes() refuses two meanings of one name', () => {
  const one = manifest('&Part { type: object, properties: { a: { type: string } } }', 'One');
  const two = manifest('&Part { type: object, properties: { a: { type: integer } } }', 'Two');
  assert.throws(() => generateTypes([one, two]), /Two: type Part differs/);
  assert.doesNotThrow(() => generateTypes([one, one]));
});
