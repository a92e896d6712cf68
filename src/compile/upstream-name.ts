import { createHash } from 'node:crypto';
import type { Upstream } from '../snapshot/upstream.ts';

/** Everything by which two upstreams with the same endpoints differ. */
export type UpstreamSettings = Omit<Upstream, 'name' | 'endpoints'>;

/** How long an unused upstream connection is kept unless a route says otherwise (httpproxy.md ⚠47). */
export const DEFAULT_IDLE_CONNECTION_MS = 4000;

/** The product's defaults. A bare name stands for them, whatever the installation has configured. */
export const UPSTREAM_DEFAULTS: UpstreamSettings = {
  protocol: 'http1',
  tls: null,
  balancer: 'round-robin',
  connectTimeoutMs: 2000,
  idleConnectionMs: DEFAULT_IDLE_CONNECTION_MS,
  breaker: {
    connections: 1024,
    pendingRequests: 1024,
    requests: 1024,
    retries: 3,
    perEndpointConnections: 0,
  },
};

const DEFAULT_TEXT = settingsText(UPSTREAM_DEFAULTS);

/**
 * The name under which pools, health and breakers of an upstream are kept. Upstreams with any different
 * setting have different names, so that settings of one route never leak to another (httpproxy.md ⚠29).
 *
 * @param base `namespace/service/port`.
 * @returns `base`, and unless all settings are the default `#` with 12 hexadecimal digits.
 */
export function upstreamName(base: string, settings: UpstreamSettings): string {
  const text = settingsText(settings);
  if (text === DEFAULT_TEXT) return base;
  return `${base}#${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** All fields, also those yet to come, in an order of their own: that of the properties must not make a name. */
function settingsText(settings: UpstreamSettings): string {
  return JSON.stringify(settings, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
