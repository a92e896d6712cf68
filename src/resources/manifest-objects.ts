import { isKind, KIND_FACTS, type KubeObject, keyOf, type ObjectRef, refOf } from './kinds.ts';
import type { Origin, Report } from './manifest-report.ts';
import { type RawObject, readManifestText } from './manifest-text.ts';
import { isRecord } from './schema.ts';
import type { Validator } from './validate.ts';

/** What one file holds, by key. */
export interface ManifestObjects {
  readonly objects: ReadonlyMap<string, ManifestObject>;
  readonly reports: readonly Report[];
}

export interface ManifestObject {
  readonly object: KubeObject;
  readonly origin: Origin;
}

/** A file that was never read. */
export const NO_OBJECTS: ManifestObjects = { objects: new Map(), reports: [] };

/**
 * Reads and checks the objects of one file. As an API server would, it keeps the last good form of an object
 * whose new one is invalid, and all of them when the file cannot be parsed.
 *
 * @param lastGood What the file held before.
 */
export function readManifestObjects(
  file: { readonly path: string; readonly text: string },
  lastGood: ManifestObjects,
  validator: Validator,
): ManifestObjects {
  const parsed = readManifestText(file.text, file.path.endsWith('.json') ? 'json' : 'yaml');
  if (!parsed.ok) {
    const { line, text } = parsed.error;
    return keepLastGood(lastGood, { file: file.path, line, severity: 'error', object: null, text });
  }
  const objects = new Map<string, ManifestObject>();
  const reports: Report[] = [];
  for (const raw of parsed.value) takeObject(raw);
  return { objects, reports };

  function takeObject(raw: RawObject): void {
    const result = validator.validate(raw.value);
    const report = (
      severity: Report['severity'],
      line: number,
      object: ObjectRef | null,
      text: string,
    ): void => {
      reports.push({ file: file.path, line, severity, object, text });
    };
    switch (result.verdict) {
      case 'ignored':
        if (result.hint !== null) report('warning', raw.line, null, result.hint);
        return;
      case 'refused': {
        const ref = claimedRef(raw.value);
        const kept = ref === null ? undefined : lastGood.objects.get(keyOf(ref));
        if (ref !== null && kept !== undefined && !objects.has(keyOf(ref))) objects.set(keyOf(ref), kept);
        for (const { path, message } of result.errors) report('error', raw.lineOf(path), ref, message);
        return;
      }
      case 'accepted': {
        const ref = refOf(result.object);
        const key = keyOf(ref);
        const first = objects.get(key);
        if (first !== undefined) {
          const text = `Defined twice in this file: line ${first.origin.line} stays; rename or remove one`;
          report('error', raw.line, ref, text);
          return;
        }
        objects.set(key, { object: result.object, origin: { file: file.path, line: raw.line } });
        for (const text of result.warnings) report('warning', raw.line, ref, text);
        return;
      }
      default:
        result satisfies never;
    }
  }
}

/** The same objects, with a report instead of the earlier ones. */
export function keepLastGood(lastGood: ManifestObjects, report: Report): ManifestObjects {
  const kept = lastGood.objects.size;
  const text = kept === 0 ? report.text : `${report.text}; its last good ${kept} objects stay`;
  return { objects: lastGood.objects, reports: [{ ...report, text }] };
}

/** The key that a refused object would have had, as far as it can be told. */
function claimedRef(value: unknown): ObjectRef | null {
  if (!isRecord(value) || !isRecord(value.metadata)) return null;
  const { kind } = value;
  const { name, namespace } = value.metadata;
  if (typeof kind !== 'string' || !isKind(kind) || typeof name !== 'string') return null;
  if (!KIND_FACTS[kind].namespaced) return { kind, namespace: '', name };
  return { kind, namespace: typeof namespace === 'string' ? namespace : 'default', name };
}
