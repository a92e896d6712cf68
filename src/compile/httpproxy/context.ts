import type { ObjectRef } from '../../resources/kinds.ts';
import type { Cors, Filter, IpFilter, LocalRateLimit } from '../../snapshot/filter.ts';
import type { Upstream } from '../../snapshot/upstream.ts';
import type { Route } from '../../snapshot/virtual-host.ts';
import type { Place } from '../place.ts';
import type { View } from '../view.ts';
import type { HTTPProxy } from './spec.ts';

/** What the routes of one root's tree inherit and where their findings go. */
export interface RootContext {
  readonly view: View;
  readonly fqdn: string;
  /** The root's own place: some errors of routes land there. */
  readonly root: Place;
  /** The host has a certificate: routes are served over TLS, plain requests are redirected. */
  readonly tls: boolean;
  /** What the host says to browsers. */
  readonly cors: Cors | null;
  /** The host's local limit; a route's own replaces it. */
  readonly localRateLimit: LocalRateLimit | null;
  /** The host's address filter; a route's own replaces it. */
  readonly ipFilter: IpFilter | null;
  /** Whether routes are to be authorized unless they say otherwise; null: the host has no authorizer. */
  readonly authorization: { readonly enabled: boolean } | null;
  /** Names of the providers, and the one that holds for routes that name none. */
  readonly jwt: { readonly names: ReadonlySet<string>; readonly default: string | null };
  /** Filled on the way, by name. */
  readonly upstreams: Map<string, Upstream>;
}

/** The filters of a host that hold wherever nothing else is said. */
export function hostFilters({ cors, localRateLimit, ipFilter }: HostFilters): readonly Filter[] {
  return [cors, localRateLimit, ipFilter].filter((filter) => filter !== null);
}

/** What `hostFilters` takes. */
export type HostFilters = Pick<RootContext, 'cors' | 'localRateLimit' | 'ipFilter'>;

/** A route before those with identical matches are told apart. */
export interface Candidate {
  readonly route: Route;
  /** A condition was left out of its match because it could not be read. */
  readonly reduced: boolean;
  readonly place: Place;
}

/** Names a proxy in problems and maps. */
export function proxyRef(proxy: HTTPProxy): ObjectRef {
  return {
    kind: 'HTTPProxy',
    namespace: proxy.metadata?.namespace ?? '',
    name: proxy.metadata?.name ?? '',
  };
}

/** `namespace/name`. */
export function refKey({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}
