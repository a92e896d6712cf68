import type { KubeObject } from '../../resources/kinds.ts';
import { isRecord } from '../../resources/schema.ts';
import { formatAge } from './age.ts';

/** What a table shows of an object; null is an empty cell. */
export type Cell = string | number | boolean | null;

/** A column of `kubectl get`. */
export interface Column<T = KubeObject> {
  readonly name: string;
  /** Of OpenAPI: `string`, `integer`, … */
  readonly type: string;
  /** `name` marks the one that `-o name` shows. */
  readonly format: string;
  readonly description: string;
  /** Above 0: only with `-o wide`. */
  readonly priority: number;
  /** @param nowMs Milliseconds since 1970. */
  cell(object: T, nowMs: number): Cell;
}

export const NAME_COLUMN: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Unique within a namespace.',
  priority: 0,
  cell: ({ metadata }) => metadata?.name ?? '',
};

export const AGE_COLUMN: Column = {
  name: 'Age',
  type: 'string',
  format: '',
  description: 'Time since it was created.',
  priority: 0,
  cell: ({ metadata }, nowMs) => {
    const time: unknown = isRecord(metadata) ? metadata.creationTimestamp : undefined;
    return formatAge(typeof time === 'string' ? time : undefined, nowMs);
  },
};

/** A column of texts and numbers. */
export function column<T>(
  name: string,
  description: string,
  cell: (object: T) => Cell,
  priority = 0,
): Column<T> {
  return { name, type: 'string', format: '', description, priority, cell };
}
