import type { FilterDeps } from '../../src/filters/registry.ts';
import { TokenVerifier } from '../../src/filters/token-verifier.ts';
import { LiveHost } from '../../src/router/live-host.ts';
import type { MatchInput } from '../../src/router/match-input.ts';
import type { HeaderMatch, PathMatch, QueryMatch } from '../../src/snapshot/match.ts';
import type { Backend, Forward, Route, VirtualHost } from '../../src/snapshot/virtual-host.ts';
import { sharedCells } from '../limits/shared-cells.ts';

export const DEPS: FilterDeps = {
  cells: sharedCells(),
  clock: { now: () => 0, wall: () => 0 },
  tokens: new TokenVerifier({ clock: { now: () => 0, wall: () => 0 }, askKeys: () => {} }),
  hostname: 'gw-1',
};

/** A filter of a bucket `b`. */
export const LIMIT = {
  kind: 'local-rate-limit',
  bucket: 'b',
  tokens: 1,
  periodMs: 1000,
  burst: 1,
  status: 429,
  headers: [],
} as const;

/** A request; what a test does not name is plain. */
export function request(parts: Partial<MatchInput> = {}): MatchInput {
  return {
    method: 'GET',
    path: '/',
    query: '',
    authority: 'shop.test',
    scheme: 'http',
    headers: [],
    ...parts,
  };
}

/** A route that answers itself; `name` goes into its origin. */
export function route(path: PathMatch, parts: Partial<Route> & { name?: string } = {}): Route {
  const { name = 'route', ...rest } = parts;
  return {
    match: { path, headers: [], query: [] },
    action: { kind: 'respond', status: 200, body: '', error: null },
    filters: [],
    plain: 'serve',
    secure: 'serve',
    origin: { kind: 'HTTPProxy', namespace: 'shop', name, field: 'spec.routes[0]' },
    ...rest,
  };
}

export function virtualHost(name: string, routes: readonly Route[]): VirtualHost {
  return { name, routes, upgradeFilters: [], tls: null };
}

export function liveHost(routes: readonly Route[]): LiveHost {
  return new LiveHost(virtualHost('shop.test', routes), DEPS);
}

export function header(parts: Partial<HeaderMatch>): HeaderMatch {
  return {
    name: 'x',
    op: 'exact',
    value: '',
    ignoreCase: false,
    negate: false,
    treatMissingAsEmpty: false,
    ...parts,
  };
}

export function parameter(parts: Partial<QueryMatch>): QueryMatch {
  return { name: 'q', op: 'exact', value: '', ignoreCase: false, ...parts };
}

export function forwardTo(backends: readonly Partial<Backend>[]): Forward {
  return {
    kind: 'forward',
    backends: backends.map((backend, i) => ({ upstream: `u${i}`, weight: 1, filters: [], ...backend })),
    mirror: null,
    timeouts: { responseMs: 0, idleMs: 0 },
    retry: null,
    rewrite: null,
    websocket: false,
  };
}
