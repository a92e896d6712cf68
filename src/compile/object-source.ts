import type { Kind, Kinds, KubeObject } from '../resources/kinds.ts';

/**
 * Where the compiler finds objects: the store. All answers are of one moment, after the changes that are applied.
 * Objects are read-only and replaced, never changed. Lists are sorted by namespace and name.
 */
export interface ObjectSource {
  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined;
  /** All of a kind, or those of one namespace. */
  list<K extends Kind>(kind: K, namespace?: string): readonly Kinds[K][];
  /** HTTPProxies with this `virtualhost.fqdn`, compared in lower case. */
  rootsByFqdn(fqdn: string): readonly Kinds['HTTPProxy'][];
  /** Every fqdn that a root names, lower case. */
  fqdns(): Iterable<string>;
  /** Ingresses with a say in this host (`ingressHosts` of `ingress.ts`). */
  ingressesByHost(host: string): readonly Kinds['Ingress'][];
  /** Every host that an Ingress has a say in. */
  ingressHosts(): Iterable<string>;
  /** Slices whose label `kubernetes.io/service-name` is `service`. */
  endpointSlicesOf(namespace: string, service: string): readonly Kinds['EndpointSlice'][];
}

/** One object that came, changed or went. */
export interface ObjectChange {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** null when it is new. */
  readonly before: KubeObject | null;
  /** null when it is gone. */
  readonly after: KubeObject | null;
}
