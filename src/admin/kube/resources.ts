import type { CrdSchema } from '../../resources/crd-schemas.ts';
import { isKind, KIND_FACTS, type Kind } from '../../resources/kinds.ts';
import type { Schema } from '../../resources/schema.ts';
import { BUILTIN_COLUMNS } from './builtin-columns.ts';
import { AGE_COLUMN, type Column, NAME_COLUMN } from './column.ts';
import { crdColumn } from './crd-columns.ts';

/** A kind as it is found in the API. */
export interface ApiResource {
  readonly kind: Kind;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  /** `all`: shown by `kubectl get all`. */
  readonly categories: readonly string[];
  readonly columns: readonly Column[];
  /** null for built-in kinds. */
  readonly schema: Schema | null;
}

type Names = Pick<ApiResource, 'plural' | 'shortNames' | 'categories'>;

const BUILTIN_NAMES: Readonly<Partial<Record<Kind, Names>>> = {
  Ingress: { plural: 'ingresses', shortNames: ['ing'], categories: [] },
  IngressClass: { plural: 'ingressclasses', shortNames: [], categories: [] },
  Service: { plural: 'services', shortNames: ['svc'], categories: ['all'] },
  EndpointSlice: { plural: 'endpointslices', shortNames: [], categories: [] },
  Secret: { plural: 'secrets', shortNames: [], categories: [] },
  Namespace: { plural: 'namespaces', shortNames: ['ns'], categories: [] },
  ConfigMap: { plural: 'configmaps', shortNames: ['cm'], categories: [] },
};

/**
 * Every kind that the gateway reads, built-in ones first.
 *
 * @throws {Error} If a kind has neither a built-in name nor a CRD: the installation is broken.
 */
export function apiResources(crds: readonly CrdSchema[]): readonly ApiResource[] {
  const kinds = Object.keys(KIND_FACTS).filter(isKind);
  const all = kinds.map((kind) => {
    const { apiVersion, namespaced } = KIND_FACTS[kind];
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    const singular = kind.toLowerCase();
    return { kind, group, version, singular, namespaced, ...ownParts(kind, crds) };
  });
  return [...all.filter(({ schema }) => schema === null), ...all.filter(({ schema }) => schema !== null)];
}

function ownParts(
  kind: Kind,
  crds: readonly CrdSchema[],
): Pick<ApiResource, 'plural' | 'shortNames' | 'categories' | 'columns' | 'schema'> {
  const names = BUILTIN_NAMES[kind];
  if (names !== undefined) {
    const { columns = [], wide = [] } = BUILTIN_COLUMNS[kind] ?? {};
    return { ...names, columns: [NAME_COLUMN, ...columns, AGE_COLUMN, ...wide], schema: null };
  }
  const crd = crds.find((one) => one.kind === kind);
  if (crd === undefined) throw new Error(`crds/ has no CustomResourceDefinition of ${kind}`);
  // As in an API server: a CRD that says nothing of its columns has an age.
  const columns = crd.printerColumns.length === 0 ? [AGE_COLUMN] : crd.printerColumns.map(crdColumn);
  const { plural, shortNames, schema } = crd;
  return { plural, shortNames, categories: [], columns: [NAME_COLUMN, ...columns], schema };
}
