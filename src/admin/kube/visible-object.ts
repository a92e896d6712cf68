import { type KubeObject, refOf } from '../../resources/kinds.ts';
import { isRecord } from '../../resources/schema.ts';
import type { Status } from '../../resources/status.ts';
import type { GatewayView } from '../gateway-view.ts';

/** Stands for each value of a Secret: base64, so that it decodes, to `[redacted]`. */
export const REDACTED_DATA = Buffer.from('[redacted]').toString('base64');

const REDACTED = '[redacted]';
const MAX_SECRET_ANNOTATION = 256;

/**
 * An object as it may be shown: with the status that the gateway gave it, and without the values of a Secret.
 * The object itself is not changed.
 */
export function visibleObject(object: KubeObject, { statuses }: Pick<GatewayView, 'statuses'>): KubeObject {
  if (object.kind === 'Secret') return redactSecret(object);
  const own = statuses.get(refOf(object));
  if (own === undefined) return object;
  const before = 'status' in object && isRecord(object.status) ? object.status : {};
  return { ...object, status: mergeStatus(before, own) } as KubeObject;
}

/** Conditions of types that are not ours stay beside ours. */
function mergeStatus(before: Readonly<Record<string, unknown>>, own: Status): Status {
  if (own.conditions === undefined || !Array.isArray(before.conditions)) return { ...before, ...own };
  const types = new Set<unknown>(own.conditions.map(({ type }) => type));
  const others = before.conditions.filter((condition) => !isRecord(condition) || !types.has(condition.type));
  return { ...before, ...own, conditions: [...others, ...own.conditions] };
}

/** Only fields that are known to hold no value of it. */
function redactSecret(secret: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = secret;
  const { type, immutable, data } = secret as { type?: unknown; immutable?: unknown; data?: unknown };
  const annotations = Object.entries(metadata?.annotations ?? {}).map(([name, value]) => [
    name,
    mayHoldCopy(value) ? REDACTED : value,
  ]);
  const keys = isRecord(data) ? Object.keys(data) : [];
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations) }),
    },
    ...(type === undefined ? {} : { type }),
    ...(immutable === undefined ? {} : { immutable }),
    ...(isRecord(data) ? { data: Object.fromEntries(keys.map((key) => [key, REDACTED_DATA])) } : {}),
  } as KubeObject;
}

/** Tools keep copies of whole objects in annotations: kubectl in `last-applied-configuration`, others in their own. */
function mayHoldCopy(value: unknown): boolean {
  return typeof value !== 'string' || value.length > MAX_SECRET_ANNOTATION || /[{\n]/.test(value);
}
