import type { Kind, Kinds } from '../resources/kinds.ts';

/**
 * What the compiler sees of the store while it works on one unit. Every look is recorded, also one in vain,
 * so that a later event dirties exactly the units that looked. Objects are read-only.
 */
export interface View {
  readonly options: CompileOptions;
  get<K extends Kind>(kind: K, namespace: string, name: string): Kinds[K] | undefined;
  /** All objects of a kind in a namespace, sorted by name. Records the whole namespace as read. */
  list<K extends Kind>(kind: K, namespace: string): readonly Kinds[K][];
  /**
   * The slices whose label `kubernetes.io/service-name` is `service`, sorted by name, from the store's index
   * `endpointSlicesOf`. Records that service's slices as read, not the namespace: slices change often.
   */
  endpointSlices(namespace: string, service: string): readonly Kinds['EndpointSlice'][];
}

/** Settings that change what objects mean; defaults in `config.ts`. */
export interface CompileOptions {
  /** Classes to serve; empty: no class, `sluice`, or an IngressClass of our controller. */
  readonly ingressClasses: readonly string[];
  /** Namespaces that may hold roots; empty: all. */
  readonly rootNamespaces: readonly string[];
  readonly disablePermitInsecure: boolean;
  readonly enableExternalNameService: boolean;
  readonly connectTimeoutMs: number;
  /** Of routes that do not set their own; 0: none. */
  readonly streamIdleMs: number;
  readonly tlsMinVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly tlsMaxVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly upstreamTlsMinVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly upstreamTlsMaxVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly breaker: {
    readonly connections: number;
    readonly pendingRequests: number;
    readonly requests: number;
    readonly retries: number;
    readonly perEndpointConnections: number;
  };
  /** Secret of the fallback certificate, or null. */
  readonly fallbackCertificate: { readonly namespace: string; readonly name: string } | null;
  /** Global header policy (httpproxy.md 3.4 `policy`). Lower-case names. */
  readonly requestHeaders: GlobalHeaderPolicy;
  readonly responseHeaders: GlobalHeaderPolicy;
  readonly applyHeadersToIngress: boolean;
}

export interface GlobalHeaderPolicy {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}
