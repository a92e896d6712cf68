import type { Service, ServicePort } from 'kubernetes-types/core/v1.d.ts';
import type { Breaker } from '../snapshot/upstream.ts';

const PREFIX = 'projectcontour.io/';

/** What the gateway speaks to a service when it is not HTTP/1.1 in the clear. */
export type UpstreamProtocol = 'h2' | 'h2c' | 'tls';

/** A port in two lists has the last of these. */
const PROTOCOLS: readonly UpstreamProtocol[] = ['h2', 'h2c', 'tls'];

const BREAKER_KEYS: Readonly<Record<string, keyof Breaker>> = {
  'max-connections': 'connections',
  'max-pending-requests': 'pendingRequests',
  'max-requests': 'requests',
  'max-retries': 'retries',
  'per-host-max-connections': 'perEndpointConnections',
};

const MAX_UINT32 = 4_294_967_295;

/**
 * The limits of a Service's annotations, field by field over the defaults. A value that is 0 or no
 * 32-bit number leaves the default (ingress.md 4.3, httpproxy.md 3.4).
 */
export function serviceBreaker(service: Service, defaults: Breaker): Breaker {
  const breaker: { -readonly [K in keyof Breaker]: Breaker[K] } = { ...defaults };
  for (const [key, field] of Object.entries(BREAKER_KEYS)) {
    const value = parseLimit(annotation(service, key));
    if (value !== null && value > 0) breaker[field] = value;
  }
  return breaker;
}

/**
 * The protocol of one port: its `appProtocol` when set, where an unknown one means plain HTTP/1.1 and hides
 * the annotations; else the annotations `upstream-protocol.…`, by port name, then by number (httpproxy.md 1.4.2).
 *
 * @returns null for HTTP/1.1 in the clear.
 */
export function serviceProtocol(service: Service, port: ServicePort): UpstreamProtocol | null {
  if (port.appProtocol !== undefined && port.appProtocol !== null && port.appProtocol !== '') {
    if (port.appProtocol === 'kubernetes.io/h2c') return 'h2c';
    return port.appProtocol === 'https' ? 'tls' : null;
  }
  for (const wanted of [port.name, String(port.port)]) {
    if (wanted === undefined || wanted === '') continue;
    const found = PROTOCOLS.findLast((protocol) => protocolPorts(service, protocol).includes(wanted));
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * What is wrong with the `projectcontour.io/` annotations of a Service, one text each, for the log.
 * A Service has no conditions.
 */
export function serviceAnnotationWarnings(service: Service): string[] {
  const warnings: string[] = [];
  const name = `Service ${service.metadata?.namespace ?? ''}/${service.metadata?.name ?? ''}`;
  for (const [key, value] of Object.entries(service.metadata?.annotations ?? {})) {
    if (!key.startsWith(PREFIX)) continue;
    const short = key.slice(PREFIX.length);
    if (Object.hasOwn(BREAKER_KEYS, short)) {
      if (parseLimit(String(value)) === null) {
        warnings.push(
          `${name}: cannot parse annotation ${key} ${JSON.stringify(value)}: must be a number from 0 to ${MAX_UINT32}; the default holds`,
        );
      }
    } else if (!PROTOCOLS.some((protocol) => short === `upstream-protocol.${protocol}`)) {
      warnings.push(`${name}: annotation ${key} is not known for a Service and has no effect; remove it`);
    }
  }
  return warnings;
}

function protocolPorts(service: Service, protocol: UpstreamProtocol): string[] {
  return annotation(service, `upstream-protocol.${protocol}`)
    .split(',')
    .map((port) => port.trim());
}

function annotation(service: Service, key: string): string {
  return String(service.metadata?.annotations?.[PREFIX + key] ?? '').trim();
}

function parseLimit(text: string): number | null {
  if (!/^\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value <= MAX_UINT32 ? value : null;
}
