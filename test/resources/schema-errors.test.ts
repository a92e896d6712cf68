import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSchemaCompiler } from '../../src/resources/compile-schema.ts';
import type { Schema } from '../../src/resources/schema.ts';
import { describeSchemaError } from '../../src/resources/schema-errors.ts';

const compile = createSchemaCompiler();

function texts(schema: Schema, value: unknown, secret = false): readonly string[] {
  return compile(schema)(value).map((error) => describeSchemaError(error, value, secret).message);
}

const cases: readonly { schema: Schema; value: unknown; text: string }[] = [
  {
    schema: { type: 'integer' },
    value: '5',
    text: 'Invalid value: "5": must be an integer: remove the quotes',
  },
  {
    schema: { type: 'boolean' },
    value: 'true',
    text: 'Invalid value: "true": must be a boolean: remove the quotes',
  },
  { schema: { type: 'boolean' }, value: 'yes', text: 'Invalid value: "yes": must be a boolean' },
  { schema: { type: 'string' }, value: 5, text: 'Invalid value: 5: must be a string: put it in quotes' },
  { schema: { type: 'object' }, value: [], text: 'Invalid value: (a list): must be an object' },
  { schema: { type: 'array' }, value: {}, text: 'Invalid value: (an object): must be an array' },
  {
    schema: { type: 'array' },
    value: null,
    text: 'Invalid value: null: must be an array: give a value or remove the field',
  },
  {
    schema: { type: 'string', minLength: 2 },
    value: 'a',
    text: 'Invalid value: "a": must have a length of at least 2',
  },
  { schema: { type: 'string', pattern: '^x$' }, value: 'a', text: 'Invalid value: "a": must match "^x$"' },
  {
    schema: { type: 'string', maxLength: 1 },
    value: 'y'.repeat(200),
    text: `Invalid value: "${'y'.repeat(99)}…: must have a length of at most 1`,
  },
];

for (const { schema, value, text } of cases) {
  test(`describeSchemaError() says: ${text.slice(0, 70)}`, () => {
    assert.deepEqual(texts(schema, value), [text]);
  });
}

test('describeSchemaError() names fields whose names need escapes, and tells positions from keys of digits', () => {
  const map: Schema = { type: 'object', additionalProperties: { type: 'array', items: { type: 'integer' } } };
  assert.deepEqual(texts(map, { 'a/b~c': [true] }), [
    '["a/b~c"][0]: Invalid value: true: must be an integer',
  ]);
  assert.deepEqual(texts(map, { 0: [true] }), ['["0"][0]: Invalid value: true: must be an integer']);
});

test('describeSchemaError() shows no value of a Secret', () => {
  const schema: Schema = { type: 'string', enum: ['a'], pattern: '^a$' };
  assert.deepEqual(texts(schema, 'hunter2', true), [
    'Unsupported value: must be one of "a"',
    'Invalid value: must match "^a$"',
  ]);
});
