import type { ErrorObject } from 'ajv';
import { PATTERN_WORDS } from './pattern-words.ts';
import { type FieldError, type FieldPath, fieldError, isRecord } from './schema.ts';

const MAX_SHOWN_CHARACTERS = 100;

const FORMATS: Readonly<Record<string, string>> = {
  int32: 'must be an integer of 32 bits',
  int64: 'must be an integer of 53 bits',
  byte: 'must be base64; plain text belongs into stringData (Secret) or data (ConfigMap)',
  'date-time': 'must be a time, as "2026-01-31T12:00:00Z"',
};

/**
 * Puts an error of the schema validator into the words of an API server: field, value, remedy.
 *
 * @param root The validated value, for the values to show.
 * @param secret The value is a Secret: nothing of it is shown.
 */
export function describeSchemaError(error: ErrorObject, root: unknown, secret: boolean): FieldError {
  const { path, value } = locate(root, error.instancePath);
  const params: Readonly<Record<string, unknown>> = error.params;
  if (error.keyword === 'required') {
    return fieldError([...path, String(params.missingProperty)], 'Required value: add the field');
  }
  if (error.keyword === 'enum' && Array.isArray(params.allowedValues)) {
    const allowed = params.allowedValues.map((item) => JSON.stringify(item)).join(', ');
    return fieldError(path, `Unsupported value: ${secret ? '' : show(value)}must be one of ${allowed}`);
  }
  return fieldError(
    path,
    `Invalid value: ${secret ? '' : show(value)}${ruleOf(error.keyword, params, value)}`,
  );
}

function ruleOf(keyword: string, params: Readonly<Record<string, unknown>>, value: unknown): string {
  const limit = Number(params.limit);
  switch (keyword) {
    case 'type':
      return typeRule(String(params.type), value);
    case 'pattern': {
      const pattern = String(params.pattern);
      return PATTERN_WORDS[pattern] ?? `must match ${JSON.stringify(pattern)}`;
    }
    case 'format':
      return FORMATS[String(params.format)] ?? `must be in the format ${params.format}`;
    case 'minimum':
      return `must be at least ${limit}`;
    case 'maximum':
      return `must be at most ${limit}`;
    case 'minLength':
    case 'minItems':
      return limit === 1 ? 'must not be empty' : `must have a length of at least ${limit}`;
    case 'maxLength':
    case 'maxItems':
      return `must have a length of at most ${limit}`;
    default:
      return `breaks the rule ${keyword}`;
  }
}

function typeRule(type: string, value: unknown): string {
  const article = /^[aio]/.test(type) ? 'an' : 'a';
  if (value === null) return `must be ${article} ${type}: give a value or remove the field`;
  if (type === 'string' && typeof value !== 'object') return 'must be a string: put it in quotes';
  if (type !== 'string' && typeof value === 'string' && typeof readJson(value) === typeOfJson(type)) {
    return `must be ${article} ${type}: remove the quotes`;
  }
  return `must be ${article} ${type}`;
}

function typeOfJson(type: string): string {
  return type === 'integer' ? 'number' : type;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function show(value: unknown): string {
  if (isRecord(value)) return '(an object): ';
  if (Array.isArray(value)) return '(a list): ';
  const text = JSON.stringify(value) ?? String(value);
  return `${text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text}: `;
}

/** Follows a JSON pointer (RFC 6901). */
function locate(root: unknown, pointer: string): { readonly path: FieldPath; readonly value: unknown } {
  const path: (string | number)[] = [];
  let value = root;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) {
      path.push(Number(name));
      value = value[Number(name)];
    } else {
      path.push(name);
      value = isRecord(value) ? value[name] : undefined;
    }
  }
  return { path, value };
}
