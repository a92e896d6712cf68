import type { ObjectMeta } from 'kubernetes-types/meta/v1.d.ts';
import { KIND_FACTS, type Kind } from './kinds.ts';
import { type FieldError, type FieldPath, fieldError, isRecord } from './schema.ts';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const DNS_NAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const DEFAULT_NAMESPACE = 'default';
const TEXTS = ['uid', 'resourceVersion', 'generateName', 'selfLink'] as const;
const MAPS = ['labels', 'annotations'] as const;

/**
 * Checks what every object carries, as an API server would, and fills in the namespace.
 *
 * @param value The object's `metadata`; a null anywhere in it is the same as no field.
 * @param errors Gets one entry for each mistake.
 */
export function validateMetadata(kind: Kind, value: unknown, errors: FieldError[]): ObjectMeta {
  if (!isRecord(value)) {
    errors.push(fieldError(['metadata'], 'Required value: add metadata with a name'));
    return {};
  }
  const given = Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
  const { namespaced } = KIND_FACTS[kind];
  checkName(kind, given.name, errors);
  if (!namespaced && given.namespace !== undefined && given.namespace !== '') {
    refuse(['namespace'], given.namespace, `must be left out: ${kind} is in no namespace`);
  }
  const namespace = given.namespace === undefined ? DEFAULT_NAMESPACE : given.namespace;
  if (namespaced && !isName(namespace, DNS_LABEL, 63)) {
    refuse(['namespace'], namespace, 'must be letters a-z, digits and inner "-", at most 63');
  }
  for (const name of TEXTS) {
    const text = given[name];
    if (text !== undefined && typeof text !== 'string') refuse([name], text, 'must be a string');
  }
  const { generation, creationTimestamp: created } = given;
  if (generation !== undefined && !Number.isSafeInteger(generation)) {
    refuse(['generation'], generation, 'must be an integer');
  }
  if (created !== undefined && (typeof created !== 'string' || Number.isNaN(Date.parse(created)))) {
    refuse(['creationTimestamp'], created, 'must be a time, as "2026-01-31T12:00:00Z"');
  }
  for (const name of MAPS) checkMap(name, given[name]);
  return { ...given, ...(namespaced ? { namespace } : {}) } as ObjectMeta;

  function checkMap(name: string, map: unknown): void {
    if (map === undefined) return;
    if (!isRecord(map)) {
      refuse([name], map, 'must be a map');
      return;
    }
    for (const [key, text] of Object.entries(map)) {
      if (typeof text !== 'string') refuse([name, key], text, 'must be a string: put it in quotes');
    }
  }

  function refuse(path: FieldPath, found: unknown, text: string): void {
    const shown = typeof found === 'object' ? '' : `${JSON.stringify(found).slice(0, 100)}: `;
    errors.push(fieldError(['metadata', ...path], `Invalid value: ${shown}${text}`));
  }
}

function checkName(kind: Kind, name: unknown, errors: FieldError[]): void {
  const path = ['metadata', 'name'];
  if (name === undefined || name === '') {
    errors.push(fieldError(path, 'Required value: give the object a name'));
    return;
  }
  const shown = JSON.stringify(name).slice(0, 100);
  if (kind === 'Service' && !isName(name, SERVICE_NAME, 63)) {
    const rule = 'must be letters a-z, digits and inner "-", begin with a letter, and be at most 63 long';
    errors.push(fieldError(path, `Invalid value: ${shown}: ${rule}`));
  } else if (kind === 'Namespace' && !isName(name, DNS_LABEL, 63)) {
    const rule = 'must be letters a-z, digits and inner "-", at most 63';
    errors.push(fieldError(path, `Invalid value: ${shown}: ${rule}`));
  } else if (!isName(name, DNS_NAME, 253)) {
    const rule = 'must be letters a-z, digits, inner "-" and ".", at most 253';
    errors.push(fieldError(path, `Invalid value: ${shown}: ${rule}`));
  }
}

function isName(value: unknown, pattern: RegExp, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength && pattern.test(value);
}
