import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldError } from '../../src/resources/schema.ts';
import { mergeStringData } from '../../src/resources/secret-data.ts';

const cases: readonly {
  name: string;
  secret: Readonly<Record<string, unknown>>;
  value: object;
  errors?: readonly string[];
}[] = [
  {
    name: 'leaves a Secret without stringData',
    secret: { data: { a: 'YQ==' } },
    value: { data: { a: 'YQ==' } },
  },
  {
    name: 'makes data of stringData',
    secret: { stringData: { a: 'a', e: '' } },
    value: { data: { a: 'YQ==', e: '' } },
  },
  {
    name: 'lets stringData win',
    secret: { data: { a: 'YQ==', b: 'Yg==' }, stringData: { a: 'ö' } },
    value: { data: { a: 'w7Y=', b: 'Yg==' } },
  },
  { name: 'takes null for nothing', secret: { stringData: null }, value: { stringData: null } },
  {
    name: 'refuses a list',
    secret: { stringData: ['hunter2'] },
    value: {},
    errors: ['stringData: Invalid value: must be a map of texts'],
  },
  {
    name: 'refuses a number without showing it',
    secret: { stringData: { pin: 4711 } },
    value: { data: {} },
    errors: ['stringData.pin: Invalid value: must be a string: put it in quotes'],
  },
];

for (const { name, secret, value, errors = [] } of cases) {
  test(`mergeStringData() ${name}`, () => {
    const found: FieldError[] = [];
    assert.deepEqual(mergeStringData(secret, found), value);
    assert.deepEqual(
      found.map(({ message }) => message),
      errors,
    );
  });
}
