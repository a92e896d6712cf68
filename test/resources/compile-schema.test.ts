import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSchemaCompiler } from '../../src/resources/compile-schema.ts';
import type { Schema } from '../../src/resources/schema.ts';

const compile = createSchemaCompiler();
const errorsOf = (schema: Schema, value: unknown): readonly string[] =>
  compile(schema)(value).map(({ keyword }) => keyword);

test('createSchemaCompiler() tells several patterns of one schema apart', () => {
  const schema: Schema = {
    type: 'object',
    properties: { a: { type: 'string', pattern: '^a+$' }, b: { type: 'string', pattern: '^b+$' } },
  };
  assert.deepEqual(errorsOf(schema, { a: 'aa', b: 'bb' }), []);
  assert.deepEqual(errorsOf(schema, { a: 'bb', b: 'aa' }), ['pattern', 'pattern']);
});

test('createSchemaCompiler() matches patterns in linear time', () => {
  const schema: Schema = { type: 'string', pattern: '^(a|a)*b$' };
  assert.deepEqual(errorsOf(schema, 'a'.repeat(10_000)), ['pattern']);
});

test('createSchemaCompiler() finds all errors of a value', () => {
  const schema: Schema = { type: 'array', items: { type: 'integer', minimum: 1 } };
  assert.deepEqual(errorsOf(schema, [0, 'x', 1, -1]), ['minimum', 'type', 'minimum']);
});

const formats: readonly {
  format: string;
  type: Schema['type'];
  good: readonly unknown[];
  bad: readonly unknown[];
}[] = [
  { format: 'int32', type: 'integer', good: [0, 2 ** 31 - 1, -(2 ** 31)], bad: [2 ** 31] },
  { format: 'int64', type: 'integer', good: [2 ** 53 - 1], bad: [2 ** 53] },
  {
    format: 'byte',
    type: 'string',
    good: ['', 'YQ==', 'YWI=', 'YWJj', 'YW\nJj\r\n'],
    bad: ['YQ', 'YQ=', '=', 'Y Q=', '-_==', 'ö'],
  },
  { format: 'date-time', type: 'string', good: ['2026-01-31T12:00:00Z'], bad: ['now'] },
];

for (const { format, type, good, bad } of formats) {
  test(`createSchemaCompiler() knows the format ${format}`, () => {
    for (const value of good) assert.deepEqual(errorsOf({ type, format }, value), [], String(value));
    for (const value of bad) assert.deepEqual(errorsOf({ type, format }, value), ['format'], String(value));
  });
}
