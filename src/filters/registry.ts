import type { Clock } from '../lib/clock.ts';
import type { Filter as FilterConfig } from '../snapshot/filter.ts';
import type { Cells } from '../workers/cells.ts';
import { CookieRewrite } from './cookie-rewrite.ts';
import { Cors } from './cors.ts';
import type { Filter } from './filter.ts';
import { IpFilter } from './ip-filter.ts';
import { Jwt } from './jwt.ts';
import { LocalRateLimit } from './local-rate-limit.ts';
import { RequestHeaders } from './request-headers.ts';
import { ResponseHeaders } from './response-headers.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** What filters may use of their worker. */
export interface FilterDeps {
  readonly cells: Cells;
  readonly clock: Clock;
  /** Keys and verified tokens of the worker. */
  readonly tokens: TokenVerifier;
  /** What `%HOSTNAME%` says: the name of this gateway's machine or pod. */
  readonly hostname: string;
}

/** Makes a filter of one kind. */
type Create<C extends FilterConfig> = (config: C, deps: FilterDeps) => Filter;

/** Every filter by its kind; its place is its order of running on requests (httpproxy.md part 0). */
export const FILTERS: { readonly [K in FilterConfig['kind']]: Create<Extract<FilterConfig, { kind: K }>> } = {
  cors: (config) => new Cors(config),
  'local-rate-limit': (config, deps) => new LocalRateLimit(config, deps),
  'cookie-rewrite': (config) => new CookieRewrite(config),
  'ip-filter': (config) => new IpFilter(config),
  jwt: (config, deps) => new Jwt(config, deps),
  'request-headers': (config, deps) => new RequestHeaders(config, deps),
  'response-headers': (config, deps) => new ResponseHeaders(config, deps),
};

const KINDS = Object.keys(FILTERS);

/**
 * Makes the filter that the data describe.
 *
 * @throws {RangeError} When the data are impossible, which the compiler must not let pass.
 */
export function createFilter(config: FilterConfig, deps: FilterDeps): Filter {
  const create = FILTERS[config.kind] as Create<FilterConfig>;
  return create(config, deps);
}

/** Sorts for requests, by the registry; filters of one kind stay as they are, host before route. */
export function inRunningOrder(configs: readonly FilterConfig[]): FilterConfig[] {
  return configs.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

/**
 * Sorts live filters for responses: the reverse of the registry, since what is first on the way in is last on the
 * way out. Filters of one kind stay as they are, service before route.
 */
export function inResponseOrder(filters: readonly Filter[]): Filter[] {
  return filters.toSorted((a, b) => KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind));
}
