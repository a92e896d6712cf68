import type { Filter } from '../snapshot/filter.ts';
import { bucketSlot, endpointSlot, upstreamSlot } from '../snapshot/slot-names.ts';
import type { EndpointSet, Upstream } from '../snapshot/upstream.ts';
import type { VirtualHost } from '../snapshot/virtual-host.ts';

/** Names of the slots that a host's filters use, each once. */
export function slotsOfHost(host: VirtualHost): readonly string[] {
  const names = new Set<string>();
  addFilters(names, host.upgradeFilters);
  for (const route of host.routes) {
    addFilters(names, route.filters);
    if (route.action.kind !== 'forward') continue;
    for (const backend of route.action.backends) addFilters(names, backend.filters);
  }
  return [...names];
}

export function slotsOfUpstream(upstream: Upstream): readonly string[] {
  return [upstreamSlot(upstream.name)];
}

/** Names of the slots of a set's addresses, each once. */
export function slotsOfEndpoints(set: EndpointSet): readonly string[] {
  return [...new Set(set.endpoints.map(endpointSlot))];
}

function addFilters(names: Set<string>, filters: readonly Filter[]): void {
  for (const filter of filters) if (filter.kind === 'local-rate-limit') names.add(bucketSlot(filter.bucket));
}
