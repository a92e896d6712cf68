import { SecretText } from '../../src/snapshot/snapshot.ts';
import type { EndpointSet, Upstream } from '../../src/snapshot/upstream.ts';
import type { Route, VirtualHost } from '../../src/snapshot/virtual-host.ts';
import type { ConfigDelta } from '../../src/workers/current-state.ts';

const NONE = { set: [], remove: [] };

/** A delta that changes nothing but what is given. */
export function delta(version: number, parts: Partial<ConfigDelta> = {}): ConfigDelta {
  return { version, hosts: NONE, upstreams: NONE, endpoints: NONE, certificates: NONE, ...parts };
}

export function set<T>(...values: T[]): { set: T[]; remove: string[] } {
  return { set: values, remove: [] };
}

export function remove(...names: string[]): { set: never[]; remove: string[] } {
  return { set: [], remove: names };
}

/** A host whose one route passes the named buckets. */
export function host(
  name: string,
  buckets: { host?: string; route?: string; backend?: string } = {},
): VirtualHost {
  const filters = (bucket: string | undefined) =>
    bucket === undefined
      ? []
      : [
          {
            kind: 'local-rate-limit' as const,
            bucket,
            tokens: 1,
            periodMs: 1000,
            burst: 1,
            status: 429,
            headers: [],
          },
        ];
  const route: Route = {
    match: { path: { kind: 'segment', value: '/' }, headers: [], query: [] },
    action: {
      kind: 'forward',
      backends: [{ upstream: 'ns/web/80', weight: 1, filters: filters(buckets.backend) }],
      mirror: null,
      timeouts: { responseMs: 0, idleMs: 0 },
      retry: null,
      rewrite: null,
      websocket: false,
    },
    filters: filters(buckets.route),
    plain: 'serve',
    secure: 'none',
    origin: { kind: 'HTTPProxy', namespace: 'ns', name: 'web', field: 'spec.routes[0]' },
  };
  return { name, routes: [route], upgradeFilters: filters(buckets.host), tls: null };
}

export function upstream(name: string): Upstream {
  return {
    name,
    endpoints: name,
    protocol: 'http1',
    tls: null,
    balancer: 'round-robin',
    connectTimeoutMs: 2000,
    idleConnectionMs: 4000,
    breaker: { connections: 1, pendingRequests: 1, requests: 1, retries: 1, perEndpointConnections: 0 },
  };
}

export function endpoints(name: string, ...addresses: string[]): EndpointSet {
  return { name, endpoints: addresses.map((address) => ({ address, port: 80 })) };
}

export function certificate(name: string): { name: string; chain: string; key: SecretText } {
  return { name, chain: 'CHAIN', key: new SecretText('very secret') };
}
