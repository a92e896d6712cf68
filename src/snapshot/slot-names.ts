import type { Endpoint } from './upstream.ts';
import { endpointName } from './upstream.ts';

/** Names under which the main thread hands out slots of shared memory. */
export function upstreamSlot(upstream: string): string {
  return `upstream:${upstream}`;
}

/** All upstreams with this address share its cells. */
export function endpointSlot(endpoint: Endpoint): string {
  return `endpoint:${endpointName(endpoint)}`;
}

export function bucketSlot(bucket: string): string {
  return `bucket:${bucket}`;
}
