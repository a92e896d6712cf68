/**
 * A structural schema, as Kubernetes takes in a CustomResourceDefinition: only the keywords that `crds/` and
 * `builtin-schemas.ts` use.
 */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly 'x-kubernetes-validations'?: readonly SchemaRule[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  /** Fields that the schema does not name are kept, and a null is the same as no field: built-in kinds. */
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
}

/** A rule in CEL and what to say when it does not hold. */
export interface SchemaRule {
  readonly rule: string;
  readonly message: string;
}

/** Where a value stands in an object: names of fields and positions in lists. */
export type FieldPath = readonly (string | number)[];

/** A mistake at one place of an object. */
export interface FieldError {
  readonly path: FieldPath;
  /** Begins with the field: `spec.routes[0].services[1].port: Invalid value: 0: must be at least 1`. */
  readonly message: string;
}

/** The path as people write it: `spec.routes[0].services`. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z][A-Za-z0-9]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}

/** A `FieldError` with the field put before the text. */
export function fieldError(path: FieldPath, text: string): FieldError {
  return { path, message: path.length === 0 ? text : `${formatPath(path)}: ${text}` };
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
