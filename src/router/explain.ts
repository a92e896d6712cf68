import { inRunningOrder } from '../filters/registry.ts';
import type { Route } from '../snapshot/virtual-host.ts';
import type { LiveHost } from './live-host.ts';
import type { MatchInput } from './match-input.ts';
import { matchingRoutes } from './reference.ts';

/** How a request would be routed, for `sluice explain` and `/v1/explain`. */
export interface Explanation {
  /** The route that answers, or null: 404. */
  readonly route: Route | null;
  /** The one that would answer if the first were not there. */
  readonly second: Route | null;
  /** Kinds of the filters that the request passes, in their order of running; each backend's own left out. */
  readonly filters: string[];
}

/** @param host null when no virtual host has the name. */
export function explain(host: LiveHost | null, request: MatchInput, secure: boolean): Explanation {
  const [first, second] = host === null ? [] : matchingRoutes(host.routes, request, secure);
  if (host === null || first === undefined) return { route: null, second: null, filters: [] };
  const filters =
    first.plainRedirect && !secure
      ? host.upgradeFilters.map((filter) => filter.kind)
      : inRunningOrder(first.route.filters).map((filter) => filter.kind);
  return { route: first.route, second: second?.route ?? null, filters };
}
