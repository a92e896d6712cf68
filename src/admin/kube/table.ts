import type { KubeObject } from '../../resources/kinds.ts';
import type { ApiResource } from './resources.ts';

export interface TableOptions {
  readonly resource: ApiResource;
  /** Of `meta.k8s.io`. */
  readonly version: string;
  readonly listMetadata: Readonly<Record<string, unknown>>;
  /** The query parameter: `None`, `Object`, or by default the metadata. */
  readonly includeObject: string | null;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Objects as a `Table` of `meta.k8s.io`, which kubectl prints as it stands. */
export function tableOf(objects: readonly KubeObject[], options: TableOptions) {
  const { resource, version, listMetadata, includeObject, nowMs } = options;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: listMetadata,
    columnDefinitions: resource.columns.map(({ name, type, format, description, priority }) => ({
      name,
      type,
      format,
      description,
      priority,
    })),
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => column.cell(object, nowMs)),
      object: rowObject(object, includeObject, version),
    })),
  };
}

function rowObject(object: KubeObject, includeObject: string | null, version: string) {
  if (includeObject === 'None') return null;
  return includeObject === 'Object' ? object : partialMetadata(object, version);
}

/** The metadata alone. */
export function partialMetadata({ metadata }: KubeObject, version: string) {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata };
}
