import type { Kinds } from '../resources/kinds.ts';
import type { ProxyErrorCode } from '../snapshot/error-codes.ts';
import type { Upstream } from '../snapshot/upstream.ts';
import type { Action, Route, TlsPolicy } from '../snapshot/virtual-host.ts';
import { byAge } from './ingress/age.ts';
import { ingressSettings } from './ingress/annotations.ts';
import type { Candidate } from './ingress/candidates.ts';
import { chooseCandidates } from './ingress/candidates.ts';
import type { IngressEntry } from './ingress/entry.ts';
import { asksForeignGuard } from './ingress/foreign-guards.ts';
import { globalHeaderFilters } from './ingress/headers.ts';
import { isChallengePath } from './ingress/path-match.ts';
import { IngressReport } from './ingress/report.ts';
import { ingressTls } from './ingress/tls.ts';
import type { HostPart } from './part.ts';
import { resolveBackend } from './service.ts';
import type { View } from './view.ts';

/**
 * The hosts that an Ingress has a say in, lower case: those of its rules and TLS sections, and `*` for a rule
 * without a host and for the default backend. A rule without paths claims nothing.
 */
export function ingressHosts(ingress: Kinds['Ingress']): string[] {
  const hosts = new Set<string>();
  for (const rule of ingress.spec?.rules ?? []) {
    if ((rule.http?.paths ?? []).length > 0) hosts.add((rule.host || '*').toLowerCase());
  }
  for (const section of ingress.spec?.tls ?? []) {
    for (const host of section.hosts ?? []) if (host !== '') hosts.add(host.toLowerCase());
  }
  if (ingress.spec?.defaultBackend) hosts.add('*');
  return [...hosts];
}

/**
 * Compiles one host as the Ingresses of our class that have a say in it define it (ingress.md 4). Problems of an
 * Ingress that lie outside the host, as an unknown annotation, come with each of its hosts, word for word.
 *
 * @param host Lower case; `*` is the catch-all host.
 */
export function compileIngressHost(
  host: string,
  ingresses: readonly Kinds['Ingress'][],
  view: View,
): HostPart {
  const entries = [...ingresses].sort(byAge).map((ingress): IngressEntry => {
    const report = new IngressReport(ingress);
    return { ingress, report, settings: ingressSettings(ingress, view.options, report) };
  });
  const tls = ingressTls(view, host, entries);
  const refused = new Set(entries.filter(({ ingress, report }) => asksForeignGuard(ingress, report)));
  const upstreams = new Map<string, Upstream>();
  const routes = chooseCandidates(host, entries).map((candidate) =>
    compileRoute(candidate, { view, tls, upstreams, refused }),
  );
  return {
    routes,
    tls,
    upgradeFilters: [],
    upstreams: [...upstreams.values()],
    problems: entries.flatMap(({ report }) => report.problems),
    off: false,
  };
}

interface HostContext {
  readonly view: View;
  readonly tls: TlsPolicy | null;
  readonly upstreams: Map<string, Upstream>;
  /** Those whose paths answer 503. */
  readonly refused: ReadonlySet<IngressEntry>;
}

function compileRoute(candidate: Candidate, context: HostContext): Route {
  const { entry, path, field } = candidate;
  const { namespace, name } = entry.report.object;
  return {
    match: { path, headers: [], query: [] },
    action: compileAction(candidate, context),
    filters: [],
    plain: isChallengePath(path) ? 'serve' : entry.settings.plain,
    secure: context.tls === null ? 'none' : 'serve',
    origin: { kind: 'Ingress', namespace, name, field },
  };
}

function compileAction(candidate: Candidate, { view, upstreams, refused }: HostContext): Action {
  const { entry, backend, field, pathText } = candidate;
  if (refused.has(entry)) return unavailable('proxy_configuration_error');
  const { report, settings } = entry;
  const resolved = resolveBackend(view, {
    namespace: report.object.namespace,
    service: backend.name,
    port: backend.port,
    protocol: null,
    validation: null,
    balancer: 'round-robin',
    idleConnectionMs: settings.timeouts.idleConnectionMs,
  });
  if (!resolved.ok) {
    const { reason, message } = resolved.error;
    report.error(reason, field, `${message}; the path answers 503`);
    return unavailable('destination_unavailable');
  }
  const { upstream, port, unsupported } = resolved.value;
  if (unsupported !== null) {
    report.error(
      'UpstreamNotSupported',
      field,
      `Service ${report.object.namespace}/${backend.name}: ${unsupported} towards a service is not supported by this release; the path answers 503`,
    );
    return unavailable('proxy_configuration_error');
  }
  upstreams.set(upstream.name, upstream);
  const filters = globalHeaderFilters(view.options, report.object, {
    serviceName: backend.name,
    servicePort: port,
  });
  return {
    kind: 'forward',
    backends: [{ upstream: upstream.name, weight: 1, filters }],
    mirror: null,
    timeouts: settings.timeouts.timeouts,
    retry: settings.retry,
    rewrite: null,
    websocket: settings.websocketPaths.has(pathText),
  };
}

function unavailable(error: ProxyErrorCode): Action {
  return { kind: 'respond', status: 503, body: '', error };
}
