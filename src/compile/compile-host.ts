import type { Kinds } from '../resources/kinds.ts';
import type { Upstream } from '../snapshot/upstream.ts';
import type { Route, VirtualHost } from '../snapshot/virtual-host.ts';
import { proxyRef } from './httpproxy/context.ts';
import type { ProxyPart } from './httpproxy/root.ts';
import { compileRoot } from './httpproxy/root.ts';
import { MISCONFIGURED } from './httpproxy/route.ts';
import { isChallengePath } from './ingress/path-match.ts';
import { compileIngressHost } from './ingress.ts';
import type { HostPart, Problem } from './part.ts';
import { Place } from './place.ts';
import { compareMatches, matchText } from './route-order.ts';
import type { View } from './view.ts';

/** All that has a say in one host. */
export interface HostUnit {
  /** Lower case; `*` is the catch-all. */
  readonly host: string;
  /** The root that serves it, if any. */
  readonly proxy: Kinds['HTTPProxy'] | null;
  /** Of our class, in any order. */
  readonly ingresses: readonly Kinds['Ingress'][];
}

/** One host, compiled. Plain data. */
export interface CompiledHost {
  /** null when nobody claims the name. */
  readonly virtualHost: VirtualHost | null;
  /** Those that its routes use. */
  readonly upstreams: readonly Upstream[];
  readonly problems: readonly Problem[];
  /** Children reached through includes. */
  readonly visited: readonly Problem['object'][];
  /** Names in the certificate channel. */
  readonly certificates: ReadonlySet<string>;
  /** Names of endpoint sets. */
  readonly endpoints: ReadonlySet<string>;
}

/**
 * Compiles one host: the parts of its HTTPProxy and its Ingresses, merged (ingress.md 4.4). For identical matches
 * and for TLS the HTTPProxy wins; while it is in error the host answers 503 on both ports, but for challenges
 * of certificate issuers (httpproxy.md 2.2, **H**).
 */
export function compileHost(unit: HostUnit, view: View): CompiledHost {
  const proxy = unit.proxy === null ? null : compileRoot(unit.proxy, unit.host, view);
  const ingress = unit.ingresses.length === 0 ? null : compileIngressHost(unit.host, unit.ingresses, view);
  const virtualHost = mergeHost(unit, proxy, ingress);
  const used = usedUpstreams(virtualHost);
  const upstreams = new Map<string, Upstream>();
  for (const upstream of [...(proxy?.upstreams ?? []), ...(ingress?.upstreams ?? [])]) {
    if (used.has(upstream.name)) upstreams.set(upstream.name, upstream);
  }
  return {
    virtualHost,
    upstreams: [...upstreams.values()],
    problems: [...(proxy?.problems ?? []), ...(ingress?.problems ?? [])],
    visited: proxy?.visited ?? [],
    certificates: new Set(virtualHost?.tls ? [virtualHost.tls.certificate] : []),
    endpoints: new Set([...upstreams.values()].map(({ endpoints }) => endpoints)),
  };
}

/** What a host is when compiling it failed by a bug of ours: it answers 503, and all that claim it are told. */
export function brokenHost(host: string, claimants: readonly Problem['object'][]): CompiledHost {
  const problems: Problem[] = [];
  for (const object of claimants) {
    Place.of(object, problems)
      .at('spec')
      .error(
        'SpecError/InternalError',
        `compiling ${host} failed, see the log of the gateway; report the bug`,
      );
  }
  const [first] = claimants;
  return {
    virtualHost: {
      name: host,
      routes: first === undefined ? [] : [offRoute(first)],
      upgradeFilters: [],
      tls: null,
    },
    upstreams: [],
    problems,
    visited: [],
    certificates: new Set(),
    endpoints: new Set(),
  };
}

function mergeHost(
  { host, proxy: object }: HostUnit,
  proxy: ProxyPart | null,
  ingress: HostPart | null,
): VirtualHost | null {
  const challenges = challengeRoutes(ingress?.routes ?? []);
  if (object !== null && proxy?.off) {
    const off = [...challenges, offRoute(proxyRef(object))];
    return { name: host, routes: sortRoutes(off), upgradeFilters: [], tls: null };
  }
  const served = ingress !== null && (ingress.routes.length > 0 || ingress.tls !== null);
  if (proxy === null && !served) return null;
  const own = new Set((proxy?.routes ?? []).map(({ match }) => matchText(match)));
  const others = (ingress?.routes ?? [])
    .filter((route) => !isChallengePath(route.match.path) && !own.has(matchText(route.match)))
    .map((route) => underHost(route, proxy));
  return {
    name: host,
    // The sort is stable: a challenge comes before an identical match, an HTTPProxy before an Ingress.
    routes: sortRoutes([...challenges, ...(proxy?.routes ?? []), ...others]),
    upgradeFilters: [...(proxy?.upgradeFilters ?? []), ...(ingress?.upgradeFilters ?? [])],
    tls: proxy?.tls ?? ingress?.tls ?? null,
  };
}

/**
 * Challenges of certificate issuers. A prefix comes as an exact path too, which no regex of an HTTPProxy can
 * come before: a solver is asked for exactly the path it names.
 */
function challengeRoutes(routes: readonly Route[]): Route[] {
  return routes
    .filter(({ match }) => isChallengePath(match.path))
    .flatMap((route) => {
      const { path } = route.match;
      if (path.kind === 'exact' || path.kind === 'regex') return [route];
      return [{ ...route, match: { ...route.match, path: { kind: 'exact', value: path.value } } }, route];
    });
}

/** What an HTTPProxy says of the whole host holds for the routes that an Ingress adds, too. */
function underHost(route: Route, proxy: ProxyPart | null): Route {
  if (proxy === null) return route;
  return {
    ...route,
    action: proxy.guarded ? MISCONFIGURED : route.action,
    filters: [...proxy.upgradeFilters, ...route.filters],
  };
}

function sortRoutes(routes: readonly Route[]): Route[] {
  return routes.toSorted((a, b) => compareMatches(a.match, b.match));
}

/** Answers 503 to everything on both ports; handshakes are refused as far as the host has no certificate. */
function offRoute({ kind, namespace, name }: Problem['object']): Route {
  return {
    match: { path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
    action: MISCONFIGURED,
    filters: [],
    plain: 'serve',
    secure: 'serve',
    origin: { kind: kind === 'Ingress' ? kind : 'HTTPProxy', namespace, name, field: 'spec' },
  };
}

function usedUpstreams(virtualHost: VirtualHost | null): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { action } of virtualHost?.routes ?? []) {
    if (action.kind !== 'forward') continue;
    for (const { upstream } of action.backends) used.add(upstream);
    if (action.mirror !== null) used.add(action.mirror.upstream);
  }
  return used;
}
