import type { Snapshot } from '../snapshot/snapshot.ts';
import { endpointName, type Upstream } from '../snapshot/upstream.ts';
import type { Route, VirtualHost } from '../snapshot/virtual-host.ts';
import { describeRoute } from './explain.ts';
import type { GatewayView } from './gateway-view.ts';
import { hostForName } from './host-query.ts';

/**
 * `/v1/routes`: every virtual host with its routes in the order in which they are tried, by name.
 *
 * @param host Only the virtual host that answers for this name; null for all.
 */
export function routesReport(view: Pick<GatewayView, 'snapshot' | 'originOf'>, host: string | null) {
  const { hosts, version } = view.snapshot();
  const one = host === null ? undefined : hostForName(hosts, host);
  const shown = host === null ? [...hosts.values()] : one === undefined ? [] : [one];
  return { version, hosts: shown.sort(byName).map((virtualHost) => reportHost(virtualHost, view)) };
}

function reportHost({ name, tls, routes }: VirtualHost, view: Pick<GatewayView, 'originOf'>) {
  return { name, tls, routes: routes.map((route) => reportRoute(route, view)) };
}

function reportRoute(route: Route, view: Pick<GatewayView, 'originOf'>) {
  const { kind, namespace, name } = route.origin;
  const place = view.originOf({ kind, namespace, name });
  return {
    ...describeRoute(route, true),
    plain: route.plain,
    secure: route.secure,
    filters: route.filters.map((filter) => filter.kind),
    origin: route.origin,
    /** `file:line` of the object, or null when it came from a cluster. */
    place: place === undefined ? null : `${place.file}:${place.line}`,
  };
}

/** `/v1/upstreams`: every upstream with its endpoints and counters, by name. */
export function upstreamsReport(view: Pick<GatewayView, 'snapshot' | 'upstreamCounters'>) {
  const snapshot = view.snapshot();
  const upstreams = [...snapshot.upstreams.values()].sort(byName);
  return {
    version: snapshot.version,
    upstreams: upstreams.map((upstream) => ({
      ...reportUpstream(upstream, snapshot),
      counters: view.upstreamCounters(upstream.name),
    })),
  };
}

function reportUpstream(upstream: Upstream, { endpoints }: Pick<Snapshot, 'endpoints'>) {
  const { name, tls, balancer, connectTimeoutMs, idleConnectionMs, breaker } = upstream;
  return {
    name,
    endpoints: endpoints.get(upstream.endpoints)?.endpoints.map(endpointName) ?? [],
    balancer,
    tls: tls === null ? null : { ...tls, verify: tls.verify === null ? null : { names: tls.verify.names } },
    connectTimeoutMs,
    idleConnectionMs,
    breaker,
  };
}

/** `/v1/certificates`: by name. Fields are named one by one, so that no key can come along. */
export function certificatesReport(view: Pick<GatewayView, 'certificates'>) {
  const certificates = view
    .certificates()
    .map(({ name, subject, issuer, names, notBefore, notAfter, fingerprint, warnings }) => ({
      name,
      subject,
      issuer,
      names,
      notBefore,
      notAfter,
      fingerprint,
      warnings: warnings.map(({ reason, message }) => ({ reason, message })),
    }));
  return { certificates: certificates.sort(byName) };
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
