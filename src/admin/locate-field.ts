import { readFileSync } from 'node:fs';
import type { ObjectRef } from '../resources/kinds.ts';
import type { Origin } from '../resources/manifest-report.ts';
import { readManifestText } from '../resources/manifest-text.ts';
import { type FieldPath, isRecord } from '../resources/schema.ts';
import type { RouteOrigin } from '../snapshot/virtual-host.ts';

/**
 * The line of an object's field in a manifest, from 1; of its nearest parent when the field is not there, and
 * null when the object is not.
 *
 * @param path Name of the file: its ending says whether it is JSON or YAML.
 */
export function lineOfField(path: string, text: string, origin: RouteOrigin): number | null {
  const objects = readManifestText(text, path.endsWith('.json') ? 'json' : 'yaml');
  if (!objects.ok) return null;
  const found = objects.value.find(({ value }) => isNamed(value, origin));
  return found?.lineOf(fieldPath(origin.field)) ?? null;
}

function isNamed(value: unknown, { kind, namespace, name }: RouteOrigin): boolean {
  if (!isRecord(value) || value.kind !== kind || !isRecord(value.metadata)) return false;
  return value.metadata.name === name && (value.metadata.namespace ?? 'default') === namespace;
}

/** `spec.routes[2]` as the steps `spec`, `routes`, 2. */
function fieldPath(field: string): FieldPath {
  const steps = field.match(/[^.[\]]+/g) ?? [];
  return steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/**
 * Finds fields in the manifests that objects were read from. Reads the file anew, so the line is that of now.
 *
 * @param originOf Where an object was read from; undefined when it came from elsewhere.
 * @returns `file:line`, or null.
 */
export function locateIn(
  originOf: (ref: ObjectRef) => Origin | undefined,
): (origin: RouteOrigin) => string | null {
  return (origin) => {
    const { kind, namespace, name } = origin;
    const found = originOf({ kind, namespace, name });
    if (found === undefined) return null;
    try {
      const line = lineOfField(found.file, readFileSync(found.file, 'utf8'), origin);
      return `${found.file}:${line ?? found.line}`;
    } catch {
      // Gone since it was read: the object is still served.
      return `${found.file}:${found.line}`;
    }
  };
}
