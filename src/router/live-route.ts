import type { Filter } from '../filters/filter.ts';
import { createFilter, type FilterDeps, inResponseOrder, inRunningOrder } from '../filters/registry.ts';
import type { Filter as FilterConfig } from '../snapshot/filter.ts';
import type { Action, Backend, Route } from '../snapshot/virtual-host.ts';
import { compileHeaderMatch } from './header-match.ts';
import type { MatchInput } from './match-input.ts';
import { compilePathMatch } from './path-match.ts';
import { compileQueryMatch } from './query-match.ts';

/** One route with everything made that its requests need. Immutable, shared by all requests of a worker. */
export interface LiveRoute {
  readonly route: Route;
  readonly action: Action;
  /** Place among the routes of its host, from 0: the first that holds answers. */
  readonly order: number;
  /** On the plain listener the answer is a redirect to HTTPS. */
  readonly plainRedirect: boolean;
  /** Only filters with `onRequest`, in their order; header policies stand at the backends. */
  readonly requestFilters: readonly Filter[];
  /** Only filters with `onResponse`, in their order for responses: of answers that come from no backend. */
  readonly responseFilters: readonly Filter[];
  /** Those that may be picked. Empty when the action does not forward. */
  readonly backends: readonly LiveBackend[];
  /** For each backend the sum of weights up to and with it. */
  readonly cumulativeWeights: readonly number[];
  /** The path condition alone; slow, without the index. */
  readonly matchesPath: (path: string) => boolean;
  /** Header and query conditions; null when there are none. */
  readonly conditions: readonly ((request: MatchInput) => boolean)[] | null;
}

/** One backend of a route: its own filters and what follows them of the route's, on either way. */
export interface LiveBackend {
  readonly upstream: string;
  readonly requestFilters: readonly Filter[];
  readonly responseFilters: readonly Filter[];
}

/** Weights beyond 32 bits are cut to this (httpproxy.md 1.4.12). */
const MAX_WEIGHT = 2 ** 32 - 1;

/** Makes the live form of the route at `order` of its host. */
export function createLiveRoute(route: Route, order: number, deps: FilterDeps): LiveRoute {
  const chosen = route.action.kind === 'forward' ? weightedBackends(route.action.backends) : [];
  const filters = createFilters(route.filters, deps);
  const onRequest = filters.filter((filter) => filter.onRequest !== undefined);
  let sum = 0;
  return {
    route,
    action: route.action,
    order,
    plainRedirect: route.plain === 'redirect',
    requestFilters: shared(onRequest.filter((filter) => !isLate(filter))),
    responseFilters: onResponses(filters),
    backends: chosen.map((backend) => {
      const own = createFilters(backend.filters, deps);
      return {
        upstream: backend.upstream,
        requestFilters: shared([
          ...own.filter((filter) => filter.onRequest !== undefined),
          ...onRequest.filter(isLate),
        ]),
        responseFilters: onResponses([...own, ...filters.filter((filter) => !isReplaced(filter, own))]),
      };
    }),
    cumulativeWeights: chosen.map((backend) => {
      sum += Math.min(backend.weight, MAX_WEIGHT);
      return sum;
    }),
    matchesPath: compilePathMatch(route.match.path),
    conditions: compileConditions(route),
  };
}

/** Creates filters in their order of running. */
export function createFilters(configs: readonly FilterConfig[], deps: FilterDeps): readonly Filter[] {
  return configs.length === 0
    ? NO_FILTERS
    : inRunningOrder(configs).map((config) => createFilter(config, deps));
}

/**
 * Chooses the backend of one attempt in proportion to the weights.
 *
 * @param route One whose action forwards.
 * @param random From 0 up to but without 1.
 */
export function pickBackend(route: LiveRoute, random: number): LiveBackend {
  const { backends, cumulativeWeights } = route;
  let index = 0;
  const last = backends.length - 1;
  if (last > 0) {
    const target = random * (cumulativeWeights[last] as number);
    // `last` ends the search too: a product just below the sum may round up to it.
    while (index < last && target >= (cumulativeWeights[index] as number)) index++;
  }
  return backends[index] as LiveBackend;
}

/** Whether the route is there on that listener, and all but its path holds. */
export function admits(route: LiveRoute, request: MatchInput, secure: boolean): boolean {
  if ((secure ? route.route.secure : route.route.plain) === 'none') return false;
  const { conditions } = route;
  if (conditions === null) return true;
  for (let i = 0; i < conditions.length; i++) {
    if (!(conditions[i] as (request: MatchInput) => boolean)(request)) return false;
  }
  return true;
}

const NO_FILTERS: readonly Filter[] = [];

/** Those with `onResponse`, in their order for responses. */
export function onResponses(filters: readonly Filter[]): readonly Filter[] {
  return shared(inResponseOrder(filters.filter((filter) => filter.onResponse !== undefined)));
}

/** Header policies act when the backend is known: the service's first, the route's last (httpproxy.md 1.4.6). */
function isLate({ kind }: Filter): boolean {
  return kind === 'request-headers';
}

/** Cookie rewrites of a service contain those of its route. */
function isReplaced({ kind }: Filter, own: readonly Filter[]): boolean {
  return kind === 'cookie-rewrite' && own.some((filter) => filter.kind === kind);
}

/** Most routes have no filters: all have the same empty list. */
function shared(filters: readonly Filter[]): readonly Filter[] {
  return filters.length === 0 ? NO_FILTERS : filters;
}

/** A backend of weight 0 is never picked. */
function weightedBackends(backends: readonly Backend[]): readonly Backend[] {
  return backends.filter((backend) => backend.weight > 0);
}

function compileConditions(route: Route): LiveRoute['conditions'] {
  const { headers, query } = route.match;
  if (headers.length === 0 && query.length === 0) return null;
  return [
    ...headers.map(compileHeaderMatch),
    ...query.map((match) => {
      const holds = compileQueryMatch(match);
      return (request: MatchInput) => holds(request.query);
    }),
  ];
}
