import { Ajv, type ErrorObject } from 'ajv';
import { RE2JS } from 're2js';
import type { Schema } from './schema.ts';

/** Returns the errors of a value; none when the schema accepts it. */
export type SchemaCheck = (value: unknown) => readonly ErrorObject[];

const VOCABULARY = [
  'x-kubernetes-validations',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-preserve-unknown-fields',
];

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Patterns run in linear time, as in an API server; the values come from outside. */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const regex = RE2JS.compile(pattern);
    // The validator tells patterns apart by their text.
    return { test: (text: string) => regex.test(text), toString: () => pattern };
  },
  { code: 'linearRegExp' },
);

/** Compiles schemas. All errors of a value are found, not only the first. */
export function createSchemaCompiler(): (schema: Schema) => SchemaCheck {
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, code: { regExp: linearRegExp } });
  ajv.addVocabulary(VOCABULARY);
  ajv.addFormat('int32', { type: 'number', validate: (value) => value >= -(2 ** 31) && value < 2 ** 31 });
  ajv.addFormat('int64', { type: 'number', validate: (value) => Number.isSafeInteger(value) });
  ajv.addFormat('byte', (text) => BASE64.test(text.replaceAll(/[\r\n]/g, '')));
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
  return (schema) => {
    const validate = ajv.compile(schema);
    return (value) => (validate(value) ? [] : (validate.errors ?? []));
  };
}
