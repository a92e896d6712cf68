import { nearest } from '../lib/nearest.ts';
import { type FieldPath, formatPath, isRecord, type Schema } from './schema.ts';

/** What a value becomes before it is validated. */
export interface Prepared {
  readonly value: unknown;
  /** One text for each field that was left out. */
  readonly warnings: readonly string[];
}

/** More warnings than these on one object are not told. */
const MAX_WARNINGS = 50;

/**
 * Leaves out what the schema does not know and fills in defaults, as an API server does before it validates.
 * The given value is not changed. A value of a wrong type stays, for the validation to refuse.
 */
export function prepareObject(schema: Schema, value: unknown): Prepared {
  const warnings: string[] = [];
  return { value: prepare(schema, value, []), warnings };

  function prepare(part: Schema, current: unknown, path: FieldPath): unknown {
    if (part.items !== undefined && Array.isArray(current)) {
      const items = part.items;
      return current.map((item, index) => prepare(items, item, [...path, index]));
    }
    if (part.type !== 'object' || !isRecord(current)) return current;
    const values = part.additionalProperties;
    if (values !== undefined) {
      return Object.fromEntries(
        Object.entries(current).map(([key, item]) => [key, prepare(values, item, [...path, key])]),
      );
    }
    return prepareFields(part, current, path);
  }

  function prepareFields(part: Schema, current: Readonly<Record<string, unknown>>, path: FieldPath): unknown {
    const fields = part.properties ?? {};
    const lenient = part['x-kubernetes-preserve-unknown-fields'] === true;
    const result: [string, unknown][] = [];
    for (const [name, item] of Object.entries(current)) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      // A null is a missing field to built-in kinds, and to others where there is a default.
      if (item === null && (lenient || field?.default !== undefined)) continue;
      if (field !== undefined) {
        result.push([name, prepare(field, item, [...path, name])]);
      } else if (lenient) {
        result.push([name, item]);
      } else if (warnings.length < MAX_WARNINGS) {
        warnings.push(unknownField([...path, name], name, Object.keys(fields)));
      }
    }
    const given = new Set(result.map(([name]) => name));
    for (const [name, field] of Object.entries(fields)) {
      if (field.default === undefined || given.has(name)) continue;
      result.push([name, prepare(field, structuredClone(field.default), [...path, name])]);
    }
    return Object.fromEntries(result);
  }
}

function unknownField(path: FieldPath, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  const remedy = near === undefined ? 'remove it' : `did you mean ${JSON.stringify(near)}?`;
  return `${formatPath(path)}: Unknown field is ignored: ${remedy}`;
}
