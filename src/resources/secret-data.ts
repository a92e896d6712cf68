import { type FieldError, fieldError, isRecord } from './schema.ts';

/**
 * Merges the write-only `stringData` of a Secret into `data`, as an API server does: its entries win.
 * No text of an error holds a value.
 */
export function mergeStringData(
  secret: Readonly<Record<string, unknown>>,
  errors: FieldError[],
): Readonly<Record<string, unknown>> {
  const { stringData, ...rest } = secret;
  if (stringData === undefined || stringData === null) return secret;
  if (!isRecord(stringData)) {
    errors.push(fieldError(['stringData'], 'Invalid value: must be a map of texts'));
    return rest;
  }
  const merged = isRecord(rest.data) ? Object.entries(rest.data) : [];
  for (const [key, value] of Object.entries(stringData)) {
    if (typeof value === 'string') merged.push([key, Buffer.from(value, 'utf8').toString('base64')]);
    else errors.push(fieldError(['stringData', key], 'Invalid value: must be a string: put it in quotes'));
  }
  return { ...rest, data: Object.fromEntries(merged) };
}
