import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareObject } from '../../src/resources/prepare-object.ts';
import type { Schema } from '../../src/resources/schema.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    count: { type: 'integer', default: 1 },
    name: { type: 'string' },
    empty: { type: 'object' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    state: {
      type: 'object',
      default: { phase: 'new' },
      properties: { phase: { type: 'string' }, tries: { type: 'integer', default: 0 } },
    },
    parts: {
      type: 'array',
      items: { type: 'object', properties: { on: { type: 'boolean', default: true } } },
    },
  },
};
const filled = { count: 1, state: { phase: 'new', tries: 0 } };

const cases: readonly { name: string; given: unknown; value: unknown; warnings?: readonly string[] }[] = [
  { name: 'fills in defaults, and those within defaults', given: {}, value: filled },
  { name: 'keeps what is given', given: { count: 2, state: {} }, value: { count: 2, state: { tries: 0 } } },
  {
    name: 'takes a null for a missing field where there is a default',
    given: { count: null },
    value: filled,
  },
  {
    name: 'keeps a null without default for the validation',
    given: { name: null },
    value: { ...filled, name: null },
  },
  {
    name: 'keeps a value of a wrong type for the validation',
    given: { parts: {}, state: 5 },
    value: { count: 1, state: 5, parts: {} },
  },
  {
    name: 'fills in defaults in items',
    given: { parts: [{}, { on: false }] },
    value: { ...filled, parts: [{ on: true }, { on: false }] },
  },
  {
    name: 'leaves maps as they are',
    given: { labels: { a: 'b' } },
    value: { ...filled, labels: { a: 'b' } },
  },
  {
    name: 'leaves out unknown fields',
    given: { names: 'x', parts: [{ off: 1 }], empty: { zzz: 1 } },
    value: { ...filled, parts: [{ on: true }], empty: {} },
    warnings: [
      'names: Unknown field is ignored: did you mean "name"?',
      'parts[0].off: Unknown field is ignored: remove it',
      'empty.zzz: Unknown field is ignored: remove it',
    ],
  },
  { name: 'leaves a value that is no object', given: 'x', value: 'x' },
];

for (const { name, given, value, warnings = [] } of cases) {
  test(`prepareObject() ${name}`, () => {
    const before = structuredClone(given);
    assert.deepEqual(prepareObject(schema, given), { value, warnings });
    assert.deepEqual(given, before);
  });
}

test('prepareObject() keeps unknown fields of built-in kinds and drops their nulls', () => {
  const lenient: Schema = { ...schema, 'x-kubernetes-preserve-unknown-fields': true };
  const { value, warnings } = prepareObject(lenient, { other: 1, name: null, more: null });
  assert.deepEqual(value, { ...filled, other: 1 });
  assert.deepEqual(warnings, []);
});

test('prepareObject() shares no default between objects', () => {
  const [one, two] = [prepareObject(schema, {}).value, prepareObject(schema, {}).value] as {
    state: object;
  }[];
  assert.notEqual(one?.state, two?.state);
});

test('prepareObject() bounds its warnings', () => {
  const given = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`unknown${index}`, 1]));
  assert.equal(prepareObject(schema, given).warnings.length, 50);
});
