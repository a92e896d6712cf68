import type { Service, ServicePort } from 'kubernetes-types/core/v1.d.ts';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';
import type { Upstream, UpstreamTls } from '../snapshot/upstream.ts';
import { parseExternalName } from './external-name.ts';
import { readCaBundle } from './secret.ts';
import type { UpstreamProtocol } from './service-annotations.ts';
import { serviceBreaker, serviceProtocol } from './service-annotations.ts';
import type { UpstreamSettings } from './upstream-name.ts';
import { upstreamName } from './upstream-name.ts';
import type { View } from './view.ts';

/** What a route says about one of its services. */
export interface BackendRef {
  readonly namespace: string;
  readonly service: string;
  /** Number or name of a TCP port of the Service. */
  readonly port: number | string;
  /** null: as the Service says. */
  readonly protocol: UpstreamProtocol | null;
  /** Only looked at when TLS is spoken. `caSecret` is `name` or `namespace/name`. */
  readonly validation: { readonly caSecret: string; readonly subjectNames: readonly string[] } | null;
  readonly balancer: Upstream['balancer'];
  readonly idleConnectionMs: number;
  readonly healthPort?: number;
}

export interface ResolvedBackend {
  readonly upstream: Upstream;
  /** Number of the Service's port. */
  readonly port: number;
  /** What this release does not do yet towards this upstream, `ExternalName`: the route answers 503. null: it is served. */
  readonly unsupported: string | null;
}

/** Why there is no upstream, in the words of httpproxy.md 2.2. `effect`: the service is skipped, or the route is 503. */
export interface BackendProblem {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly effect: 'service' | 'route';
}

/** Turns a reference to a Service's port into an upstream with all that the Service and the options say about it. */
export function resolveBackend(view: View, ref: BackendRef): Result<ResolvedBackend, BackendProblem> {
  const where = `Service ${ref.namespace}/${ref.service}`;
  const service = view.get('Service', ref.namespace, ref.service);
  if (service === undefined) return unresolved(`${where} does not exist`);
  const port = findPort(service, ref.port, where);
  if (!port.ok) return unresolved(port.error);
  if (ref.healthPort !== undefined) {
    const healthPort = findPort(service, ref.healthPort, where);
    if (!healthPort.ok) return unresolved(`healthPort: ${healthPort.error}`);
  }
  const endpoints = endpointSetName(view, service, { ref, port: port.value, where });
  if (!endpoints.ok) return unresolved(endpoints.error);

  const protocol = ref.protocol ?? serviceProtocol(service, port.value);
  const tls = upstreamTls(view, ref, protocol);
  if (!tls.ok) return tls;
  const settings: UpstreamSettings = {
    protocol: protocol === 'h2' || protocol === 'h2c' ? protocol : 'http1',
    tls: tls.value,
    balancer: ref.balancer,
    connectTimeoutMs: view.options.connectTimeoutMs,
    idleConnectionMs: ref.idleConnectionMs,
    breaker: serviceBreaker(service, view.options.breaker),
  };
  const name = upstreamName(`${ref.namespace}/${ref.service}/${port.value.port}`, settings);
  const external = service.spec?.type === 'ExternalName';
  return ok({
    upstream: { name, endpoints: endpoints.value, ...settings },
    port: port.value.port,
    unsupported: external ? 'ExternalName' : null,
  });
}

function findPort(service: Service, wanted: number | string, where: string): Result<ServicePort, string> {
  const named = (service.spec?.ports ?? []).filter((port) =>
    typeof wanted === 'number' ? port.port === wanted : port.name === wanted,
  );
  if (named.length === 0) return err(`${where} has no port ${JSON.stringify(wanted)}`);
  // One number may stand for a TCP and a UDP port.
  const port = named.find(({ protocol }) => (protocol ?? 'TCP') === 'TCP');
  return port === undefined ? err(`port ${JSON.stringify(wanted)} of ${where} is not a TCP port`) : ok(port);
}

function endpointSetName(
  view: View,
  service: Service,
  { ref, port, where }: { ref: BackendRef; port: ServicePort; where: string },
): Result<string, string> {
  if (service.spec?.type !== 'ExternalName') {
    return ok(`${ref.namespace}/${ref.service}/${port.name || port.port}`);
  }
  if (!view.options.enableExternalNameService) {
    return err(`${where} is of type ExternalName: it is refused unless enableExternalNameService is set`);
  }
  const host = parseExternalName(service.spec.externalName ?? '');
  return host.ok ? ok(`dns:${host.value}:${port.port}`) : err(`${where}: ${host.error}`);
}

/** Without `validation` the server is not verified (httpproxy.md, upstream defaults). */
function upstreamTls(
  view: View,
  ref: BackendRef,
  protocol: UpstreamProtocol | null,
): Result<UpstreamTls | null, BackendProblem> {
  if (protocol !== 'tls' && protocol !== 'h2') return ok(null);
  const minVersion = view.options.upstreamTlsMinVersion;
  const maxVersion = view.options.upstreamTlsMaxVersion;
  if (ref.validation === null) return ok({ verify: null, minVersion, maxVersion });
  const { caSecret, subjectNames } = ref.validation;
  const invalid = (message: string) =>
    err({ type: 'ServiceError', reason: 'TLSUpstreamValidation', message, effect: 'route' } as const);
  if (subjectNames.length === 0 || subjectNames.length > 8) {
    return invalid(`validation of service ${ref.service}: 1 to 8 subject names are needed`);
  }
  const odd = subjectNames.find((name) => name === '' || name.length > 250);
  if (odd !== undefined) {
    return invalid(
      `validation of service ${ref.service}: subject name ${JSON.stringify(odd)} must have 1 to 250 characters`,
    );
  }
  const bundle = readCaBundle(view, caSecret, ref.namespace);
  if (bundle.ok)
    return ok({ verify: { caPem: bundle.value.pem, names: subjectNames }, minVersion, maxVersion });
  if (bundle.error.reason === 'SecretNotValid') return invalid(bundle.error.message);
  return err({
    type: 'TLSError',
    reason: 'CACertificateNotDelegated',
    message: bundle.error.message,
    effect: 'route',
  });
}

function unresolved(message: string): Result<never, BackendProblem> {
  return err({ type: 'ServiceError', reason: 'ServiceUnresolvedReference', message, effect: 'service' });
}
