/** A named group of endpoints and how to speak to them. Its name covers every field that changes behaviour. */
export interface Upstream {
  /** `namespace/service/port`, and after `#` a hash of the settings that are not the default. */
  readonly name: string;
  /** Key of its endpoints: `namespace/service/port-name` (or number); they travel on their own. */
  readonly endpoints: string;
  /** `h2` is HTTP/2 over TLS, by ALPN; `h2c` HTTP/2 in the clear, by prior knowledge (RFC 9113 §3.2, §3.3). */
  readonly protocol: 'http1' | 'h2' | 'h2c';
  /** null: plain text. */
  readonly tls: UpstreamTls | null;
  readonly balancer: 'round-robin' | 'least-request' | 'random';
  readonly connectTimeoutMs: number;
  /** How long an unused connection is kept; 0: not at all. */
  readonly idleConnectionMs: number;
  readonly breaker: Breaker;
}

/** Towards one upstream. `verify` null: the server is not verified (httpproxy.md, upstream defaults). */
export interface UpstreamTls {
  readonly verify: { readonly caPem: string; readonly names: readonly string[] } | null;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
}

/** Highest numbers at once over all workers; `perEndpointConnections` 0: unlimited. */
export interface Breaker {
  readonly connections: number;
  readonly pendingRequests: number;
  readonly requests: number;
  readonly retries: number;
  readonly perEndpointConnections: number;
}

/** The addresses behind one or more upstreams. */
export interface EndpointSet {
  readonly name: string;
  /** Without repeats, sorted by address and port. */
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  /** IP address; IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

/** Name by which an endpoint's cells and connections are kept: `10.0.0.1:80`, `[::1]:80`. */
export function endpointName(endpoint: Endpoint): string {
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}
