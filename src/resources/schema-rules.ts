import { isIPv4, isIPv6 } from 'node:net';
import { type FieldError, type FieldPath, fieldError, isRecord, type Schema } from './schema.ts';

type Self = Readonly<Record<string, unknown>>;

/**
 * The rules of the schemas, by their text in CEL. The language is not interpreted: there are few rules, and each
 * has its function here. `self` has passed the rest of its schema.
 */
export const SCHEMA_RULES: Readonly<Record<string, (self: Self) => boolean>> = {
  "!has(self.httpSettings) || (has(self.serviceType) && self.serviceType == 'http')": (self) =>
    self.httpSettings === undefined || self.serviceType === 'http',

  '[has(self.exact), has(self.prefix), has(self.suffix), has(self.contains)].filter(given, given).size() == 1':
    (self) =>
      ['exact', 'prefix', 'suffix', 'contains'].filter((name) => self[name] !== undefined).length === 1,

  'has(self.remoteJWKS) != has(self.localJWKS)': (self) =>
    (self.remoteJWKS !== undefined) !== (self.localJWKS !== undefined),

  '!has(self.subjectNames) || self.subjectNames[0] == self.subjectName': (self) =>
    self.subjectNames === undefined || itemsOf(self.subjectNames)[0] === self.subjectName,

  "!has(self.pathType) || self.pathType == 'ImplementationSpecific' || self.path.startsWith('/')": (self) =>
    self.pathType === undefined ||
    self.pathType === 'ImplementationSpecific' ||
    String(self.path ?? '').startsWith('/'),

  "self.addressType == 'FQDN' || self.endpoints.all(e, e.addresses.all(a, isIP(a)))": (self) => {
    if (self.addressType === 'FQDN') return true;
    const isAddress = self.addressType === 'IPv4' ? isIPv4 : isIPv6;
    return itemsOf(self.endpoints).every(
      (endpoint) => isRecord(endpoint) && itemsOf(endpoint.addresses).every((a) => isAddress(String(a))),
    );
  },
};

/** Every rule of a schema with a place at which it stands. */
export function rulesOf(schema: Schema): readonly string[] {
  const own = (schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule);
  const below = [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties];
  return [...own, ...below.flatMap((part) => (part === undefined ? [] : rulesOf(part)))];
}

/**
 * Applies the rules of a schema to a value that the schema else accepts.
 *
 * @param errors Gets one entry for each rule that does not hold.
 */
export function checkRules(schema: Schema, value: unknown, path: FieldPath, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return;
    value.forEach((item, index) => {
      checkRules(items, item, [...path, index], errors);
    });
    return;
  }
  if (!isRecord(value)) return;
  for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
    if (SCHEMA_RULES[rule]?.(value) !== true) errors.push(fieldError(path, `Invalid value: ${message}`));
  }
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    if (Object.hasOwn(value, name)) checkRules(part, value[name], [...path, name], errors);
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
