import { didYouMean } from '../lib/nearest.ts';
import { BUILTIN_SCHEMAS } from './builtin-schemas.ts';
import { checkBounds } from './check-bounds.ts';
import { createSchemaCompiler, type SchemaCheck } from './compile-schema.ts';
import { loadCrdSchemas } from './crd-schemas.ts';
import { isKind, KIND_FACTS, type Kind, type KubeObject } from './kinds.ts';
import { validateMetadata } from './metadata.ts';
import { prepareObject } from './prepare-object.ts';
import { type FieldError, fieldError, isRecord, type Schema } from './schema.ts';
import { describeSchemaError } from './schema-errors.ts';
import { checkRules, rulesOf, SCHEMA_RULES } from './schema-rules.ts';
import { mergeStringData } from './secret-data.ts';

/** What becomes of an object that somebody hands to the gateway. */
export type Verdict =
  /** With defaults, without unknown fields; `warnings` tell what was left out. */
  | { readonly verdict: 'accepted'; readonly object: KubeObject; readonly warnings: readonly string[] }
  /** No kind of ours. `hint` is null unless it looks as if it should be one. */
  | { readonly verdict: 'ignored'; readonly hint: string | null }
  | { readonly verdict: 'refused'; readonly errors: readonly FieldError[] };

/** Checks objects as an API server would. */
export interface Validator {
  /** Never throws and does not change `object`. */
  validate(object: unknown): Verdict;
}

/** More errors than these of one object are only counted. */
const MAX_ERRORS = 50;

const OUR_GROUPS = ['projectcontour.io', 'sluice.dev'];

/** The checks of one kind. `metadata` has its own. */
interface KindCheck {
  readonly body: Schema;
  readonly check: SchemaCheck;
}

/**
 * Reads and compiles the schemas, once, at start (about 0.2 s). `status` of our own kinds is dropped: manifests
 * do not say what the gateway finds.
 *
 * @throws If `crds/` of the installation is broken, or has a CEL rule without a function in `schema-rules.ts`.
 */
export function createValidator(): Validator {
  const compile = createSchemaCompiler();
  const checks = new Map<Kind, KindCheck>();
  for (const { kind, apiVersion, schema } of loadCrdSchemas()) {
    if (isKind(kind) && KIND_FACTS[kind].apiVersion === apiVersion) addKind(kind, schema);
  }
  for (const [kind, schema] of Object.entries(BUILTIN_SCHEMAS)) {
    if (isKind(kind)) addKind(kind, schema);
  }
  return { validate };

  function addKind(kind: Kind, schema: Schema): void {
    const unknownRule = rulesOf(schema).find((rule) => !Object.hasOwn(SCHEMA_RULES, rule));
    if (unknownRule !== undefined) throw new Error(`${kind}: no function for the rule ${unknownRule}`);
    const body = bodyOf(schema);
    checks.set(kind, { body, check: compile(body) });
  }

  function validate(object: unknown): Verdict {
    if (!isRecord(object)) return refused([fieldError([], 'Invalid value: an object must be a map')]);
    const bounds = checkBounds(object);
    if (bounds !== null) return refused([fieldError([], `Invalid value: ${bounds}`)]);
    const { apiVersion, kind, metadata, ...rest } = object;
    const untyped = typeErrors(apiVersion, kind);
    if (untyped.length > 0) return refused(untyped);
    const name = String(kind);
    const kindCheck = isKind(name) ? checks.get(name) : undefined;
    if (!isKind(name) || kindCheck === undefined || KIND_FACTS[name].apiVersion !== apiVersion) {
      return { verdict: 'ignored', hint: hintFor(String(apiVersion), name) };
    }
    return validateKind(name, kindCheck, { metadata, rest });
  }

  function validateKind(
    kind: Kind,
    { body, check }: KindCheck,
    { metadata, rest }: { readonly metadata: unknown; readonly rest: Readonly<Record<string, unknown>> },
  ): Verdict {
    const errors: FieldError[] = [];
    const checkedMetadata = validateMetadata(kind, metadata, errors);
    const merged = kind === 'Secret' ? mergeStringData(rest, errors) : withoutStatus(kind, rest);
    const { value, warnings } = prepareObject(body, merged);
    const found = check(value);
    for (const error of found.slice(0, MAX_ERRORS)) {
      errors.push(describeSchemaError(error, value, kind === 'Secret'));
    }
    if (found.length === 0) checkRules(body, value, [], errors);
    if (errors.length > 0) return refused(errors, found.length);
    const { apiVersion } = KIND_FACTS[kind];
    // The one place where `unknown` becomes a type: everything that the type promises was checked above.
    const object = { apiVersion, kind, metadata: checkedMetadata, ...(value as object) } as KubeObject;
    return { verdict: 'accepted', object, warnings };
  }
}

function refused(errors: readonly FieldError[], found = 0): Verdict {
  const more = Math.max(errors.length, found) - MAX_ERRORS;
  if (more <= 0) return { verdict: 'refused', errors };
  return {
    verdict: 'refused',
    errors: [...errors.slice(0, MAX_ERRORS), fieldError([], `and ${more} more errors`)],
  };
}

function typeErrors(apiVersion: unknown, kind: unknown): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries({ apiVersion, kind })) {
    if (typeof value !== 'string' || value === '') {
      errors.push(fieldError([name], 'Required value: every object names its apiVersion and kind'));
    }
  }
  return errors;
}

function hintFor(apiVersion: string, kind: string): string | null {
  if (isKind(kind)) {
    const ours = KIND_FACTS[kind].apiVersion;
    return `${kind} is read in ${ours}, not in ${apiVersion}: change apiVersion to ${ours} if this is the same kind`;
  }
  const group = apiVersion.split('/')[0] ?? '';
  if (!OUR_GROUPS.includes(group)) return null;
  return `${kind} in ${apiVersion} is no kind that this version reads${didYouMean(kind, Object.keys(KIND_FACTS))}`;
}

/** `status` of the kinds of `crds/` comes from the gateway alone; that of others may be read. */
function withoutStatus(
  kind: Kind,
  rest: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (Object.hasOwn(BUILTIN_SCHEMAS, kind)) return rest;
  const { status: _, ...kept } = rest;
  return kept;
}

/** The schema without the fields that have their own checks. */
function bodyOf(schema: Schema): Schema {
  const { apiVersion: _a, kind: _k, metadata: _m, ...properties } = schema.properties ?? {};
  const required = (schema.required ?? []).filter((name) => Object.hasOwn(properties, name));
  return { ...schema, properties, required };
}
