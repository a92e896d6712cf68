import type { ObjectRef } from '../resources/kinds.ts';
import type { Filter } from '../snapshot/filter.ts';
import type { Upstream } from '../snapshot/upstream.ts';
import type { Route, TlsPolicy } from '../snapshot/virtual-host.ts';

/** What one kind of object contributes to a host. The host's parts are merged by `compile-host.ts`. */
export interface HostPart {
  /** In any order; merging sorts them. */
  readonly routes: readonly Route[];
  readonly tls: TlsPolicy | null;
  readonly upgradeFilters: readonly Filter[];
  readonly upstreams: readonly Upstream[];
  readonly problems: readonly Problem[];
  /** The host is off (httpproxy.md 2.2, effect H). */
  readonly off: boolean;
}

/** A user's mistake, or a field that is not honoured, on one object. */
export interface Problem {
  readonly object: ObjectRef;
  readonly severity: 'error' | 'warning';
  /** Type of the sub-condition, as `RouteError`. */
  readonly type: string;
  /** Reason code, as `PathMatchConditionsNotValid`. */
  readonly reason: string;
  /** Path of the field, as `spec.routes[2].conditions[0].prefix`. */
  readonly field: string;
  /** Names the value and the way out. */
  readonly message: string;
}
