import type { Place } from '../place.ts';
import type { BackendRef } from '../service.ts';
import type { ServiceSpec, TcpServiceSpec } from './spec.ts';

/** What the place of a service decides. */
export interface BackendRefOptions extends Pick<BackendRef, 'namespace' | 'balancer' | 'idleConnectionMs'> {
  /** Whether health is checked, so that `healthPort` counts. */
  readonly healthChecked: boolean;
}

/**
 * Reads how a service of a route or of `tcpproxy` is reached (httpproxy.md 1.4.2).
 *
 * @returns null when its port or protocol cannot be used, which is reported.
 */
export function readBackendRef(
  service: ServiceSpec | TcpServiceSpec,
  { place, options }: { readonly place: Place; readonly options: BackendRefOptions },
): BackendRef | null {
  const { port, validation } = service;
  if (!isPort(port)) {
    place.at('port').error('ServiceError/ServicePortInvalid', `${port} must be from 1 to 65535`);
    return null;
  }
  const protocol = service.protocol || null;
  if (protocol !== null && !isProtocol(protocol)) {
    place
      .at('protocol')
      .error('ServiceError/UnsupportedProtocol', `${JSON.stringify(protocol)} must be h2, h2c or tls`);
    return null;
  }
  const { namespace, balancer, idleConnectionMs, healthChecked } = options;
  return {
    namespace,
    service: service.name ?? '',
    port,
    protocol,
    validation: validation
      ? {
          caSecret: validation.caSecret ?? '',
          subjectNames: subjectNames(validation.subjectName, validation.subjectNames),
        }
      : null,
    balancer,
    idleConnectionMs,
    ...(healthChecked && service.healthPort ? { healthPort: service.healthPort } : {}),
  };
}

/** The schema holds the first of `subjectNames` to `subjectName`; without the list it is the only name. */
export function subjectNames(
  name: string | null | undefined,
  names: readonly string[] | null | undefined,
): readonly string[] {
  if (names && names.length > 0) return names;
  return [name ?? ''];
}

function isPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536;
}

function isProtocol(text: string): text is 'h2' | 'h2c' | 'tls' {
  return text === 'h2' || text === 'h2c' || text === 'tls';
}
