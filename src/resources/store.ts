import { isDeepStrictEqual } from 'node:util';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.d.ts';
import type { Ingress } from 'kubernetes-types/networking/v1.d.ts';
import { fqdnOfRoot, hostsOfIngress, serviceOfSlice } from './index-keys.ts';
import {
  describeRef,
  type Kind,
  type Kinds,
  type KubeObject,
  keyOf,
  type ObjectRef,
  refOf,
} from './kinds.ts';
import { MultiIndex } from './multi-index.ts';
import type { HTTPProxy } from './types.generated.ts';

/** Where an object comes from. Of several sources of one key the lowest `rank` wins, then the lowest `name`. */
export interface Source {
  /** 0 for a cluster, 1 for manifests. */
  readonly rank: number;
  /** Unique: the path of a file, the name of a cluster. */
  readonly name: string;
}

/** An object that came, went or changed. */
export interface Change {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** null when it is new. */
  readonly before: KubeObject | null;
  /** null when it is gone. */
  readonly after: KubeObject | null;
}

/** An object that is held back because another source has one of the same key. */
export interface Shadowed {
  readonly ref: ObjectRef;
  readonly source: Source;
  readonly winner: Source;
}

/** One source's upserts and removals that belong together. */
export interface Batch {
  readonly source: Source;
  readonly upserts: readonly KubeObject[];
  readonly removals: readonly ObjectRef[];
}

interface Candidate {
  readonly source: Source;
  readonly object: KubeObject;
}

/**
 * All objects that the gateway knows, one for each key, with the indexes that the compiler asks. Objects are
 * read-only: nobody changes one after it was handed in. Lists come sorted by name.
 */
export class Store {
  /** By kind and namespace (`''` for cluster-scoped kinds), then by name. */
  readonly #byKind = new Map<Kind, Map<string, Map<string, KubeObject>>>();
  /** Lists that were asked for, by kind and namespace; a change of one of their objects drops them. */
  readonly #lists = new Map<string, readonly KubeObject[]>();
  /** By key; the first one is in the indexes. */
  readonly #candidates = new Map<string, readonly Candidate[]>();
  /** Keys with several candidates. */
  readonly #contested = new Set<string>();
  readonly #roots = new MultiIndex<HTTPProxy>();
  readonly #ingresses = new MultiIndex<Ingress>();
  readonly #slices = new MultiIndex<EndpointSlice>();
  readonly #listeners = new Set<(changes: readonly Change[]) => void>();
  readonly #namespaces: ReadonlySet<string> | null;

  /** @param options.namespaces Objects of others are not taken; cluster-scoped ones are. Empty: all. */
  constructor(options: { readonly namespaces?: readonly string[] } = {}) {
    const { namespaces = [] } = options;
    this.#namespaces = namespaces.length === 0 ? null : new Set(namespaces);
  }

  /** Takes one object. Listeners hear of it before this returns, unless nothing changed. */
  upsert(object: KubeObject, source: Source): void {
    this.apply([{ source, upserts: [object], removals: [] }]);
  }

  /** Takes one object away; nothing happens when the source had none. */
  remove(ref: ObjectRef, source: Source): void {
    this.apply([{ source, upserts: [], removals: [ref] }]);
  }

  /**
   * Applies everything, then tells the listeners once. Of a key that changed several times only the first
   * `before` and the last `after` are told.
   */
  apply(batches: readonly Batch[]): void {
    const changes = new Map<string, Change>();
    for (const { source, upserts, removals } of batches) {
      for (const ref of removals) this.#replace(ref, source, null, changes);
      for (const object of upserts) this.#replace(refOf(object), source, object, changes);
    }
    const told = [...changes.values()].filter(({ before, after }) => !isDeepStrictEqual(before, after));
    if (told.length === 0) return;
    for (const listener of this.#listeners) listener(told);
  }

  /** The listener is called synchronously after each change of the store. Returns what ends it. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** @param namespace Empty for cluster-scoped kinds. */
  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined {
    // An object lies under its own kind.
    return this.#byKind.get(kind)?.get(namespace)?.get(name) as Kinds[K] | undefined;
  }

  /** Sorted by name; over all namespaces, by namespace and then name. */
  list<K extends Kind>(kind: K, namespace?: string): readonly Kinds[K][] {
    const listed = `${kind}/${namespace ?? '*'}`;
    const known = this.#lists.get(listed);
    if (known !== undefined) return known as readonly Kinds[K][];
    const byNamespace = this.#byKind.get(kind) ?? new Map<string, Map<string, KubeObject>>();
    const namespaces = namespace === undefined ? [...byNamespace.keys()].sort() : [namespace];
    const list: readonly KubeObject[] = namespaces.flatMap((key) =>
      [...(byNamespace.get(key) ?? [])]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([, object]) => object),
    );
    // Only lists that hold something: what is asked for in vain has no bound.
    if (list.length > 0) this.#lists.set(listed, list);
    return list as readonly Kinds[K][];
  }

  /** The source whose object stands under this key. */
  sourceOf(ref: ObjectRef): Source | undefined {
    return this.#candidates.get(keyOf(ref))?.[0]?.source;
  }

  /** Every object that another source's hides, sorted by key. */
  shadowed(): readonly Shadowed[] {
    const found: Shadowed[] = [];
    for (const key of [...this.#contested].sort()) {
      const [winner, ...others] = this.#candidates.get(key) ?? [];
      if (winner === undefined) continue;
      for (const { source, object } of others)
        found.push({ ref: refOf(object), source, winner: winner.source });
    }
    return found;
  }

  /** Root HTTPProxies with this FQDN in any letter case, sorted by namespace and name. */
  rootsByFqdn(fqdn: string): readonly HTTPProxy[] {
    return this.#roots.get(fqdn.toLowerCase());
  }

  /** Every FQDN of a root, in lower case, sorted. */
  fqdns(): readonly string[] {
    return this.#roots.keys();
  }

  /** Ingresses with a rule or a TLS entry for this host, `*` for the catch-all; sorted by namespace and name. */
  ingressesByHost(host: string): readonly Ingress[] {
    return this.#ingresses.get(host.toLowerCase());
  }

  /** Every host of an Ingress, in lower case, sorted; `*` for the catch-all. */
  ingressHosts(): readonly string[] {
    return this.#ingresses.keys();
  }

  /** EndpointSlices that carry the Service's name in their label, sorted by name. */
  endpointSlicesOf(namespace: string, service: string): readonly EndpointSlice[] {
    return this.#slices.get(`${namespace}/${service}`);
  }

  #replace(ref: ObjectRef, source: Source, object: KubeObject | null, changes: Map<string, Change>): void {
    if (this.#namespaces !== null && ref.namespace !== '' && !this.#namespaces.has(ref.namespace)) return;
    const key = keyOf(ref);
    const held = this.#candidates.get(key) ?? [];
    const before = held[0]?.object ?? null;
    const others = held.filter((candidate) => candidate.source.name !== source.name);
    const next = object === null ? others : [...others, { source, object }].sort(bySource);
    if (next.length === 0) this.#candidates.delete(key);
    else this.#candidates.set(key, next);
    if (next.length > 1) this.#contested.add(key);
    else this.#contested.delete(key);
    const after = next[0]?.object ?? null;
    if (before === after) return;
    this.#index(ref, before, after);
    const { kind, namespace, name } = ref;
    changes.set(key, { kind, namespace, name, before: (changes.get(key) ?? { before }).before, after });
  }

  #index(ref: ObjectRef, before: KubeObject | null, after: KubeObject | null): void {
    const byNamespace = getOrAdd(this.#byKind, ref.kind, () => new Map<string, Map<string, KubeObject>>());
    const byName = getOrAdd(byNamespace, ref.namespace, () => new Map<string, KubeObject>());
    if (after === null) byName.delete(ref.name);
    else byName.set(ref.name, after);
    if (byName.size === 0) byNamespace.delete(ref.namespace);
    this.#lists.delete(`${ref.kind}/${ref.namespace}`);
    this.#lists.delete(`${ref.kind}/*`);
    const place = `${ref.namespace}/${ref.name}`;
    switch (ref.kind) {
      case 'HTTPProxy':
        this.#roots.replace(place, fqdnOfRoot(before), fqdnOfRoot(after), after as HTTPProxy | null);
        return;
      case 'Ingress':
        this.#ingresses.replace(
          place,
          hostsOfIngress(before),
          hostsOfIngress(after),
          after as Ingress | null,
        );
        return;
      case 'EndpointSlice':
        this.#slices.replace(
          place,
          serviceOfSlice(before),
          serviceOfSlice(after),
          after as EndpointSlice | null,
        );
        return;
      default:
        return;
    }
  }
}

/** For people: which object is hidden, and what hides it. */
export function describeShadowed({ ref, source, winner }: Shadowed): string {
  return `${describeRef(ref)} of ${source.name} is not used: ${winner.name} has one of that name; rename or remove one`;
}

function bySource(left: Candidate, right: Candidate): number {
  const rank = left.source.rank - right.source.rank;
  if (rank !== 0) return rank;
  return left.source.name < right.source.name ? -1 : 1;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
