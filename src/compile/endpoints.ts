import { isIPv4 } from 'node:net';
import type { Kinds } from '../resources/kinds.ts';
import type { Endpoint, EndpointSet } from '../snapshot/upstream.ts';
import { endpointName } from '../snapshot/upstream.ts';
import { canonicalIpv6 } from './ipv6.ts';
import type { View } from './view.ts';

/**
 * The addresses behind an endpoint set, from the Service's EndpointSlices: ready endpoints only (unknown
 * counts as ready), TCP ports only, of each endpoint the first address; IPv4 and IPv6, no FQDN slices
 * (httpproxy.md, upstream defaults). Reads the slices alone, so a change of the Service recompiles nothing here.
 *
 * @param setName `namespace/service/port`, as `resolveBackend` gives it: the Service port's name, or its number
 * when it has none, which stands for the slices' ports without a name. Anything else has no endpoints.
 */
export function compileEndpoints(view: View, setName: string): EndpointSet {
  const [namespace, service, port, ...rest] = setName.split('/');
  if (!namespace || !service || !port || rest.length > 0) return { name: setName, endpoints: [] };
  // A port name holds at least one letter (RFC 6335 §5.1).
  const portName = /^\d+$/.test(port) ? '' : port;
  const found = new Map<string, Endpoint>();
  for (const slice of view.endpointSlices(namespace, service)) {
    for (const endpoint of sliceEndpoints(slice, portName)) found.set(endpointName(endpoint), endpoint);
  }
  return { name: setName, endpoints: [...found.values()].sort(byAddress) };
}

function sliceEndpoints(slice: Kinds['EndpointSlice'], portName: string): Endpoint[] {
  if (slice.addressType !== 'IPv4' && slice.addressType !== 'IPv6') return [];
  const ports: number[] = [];
  for (const { name, protocol, port } of slice.ports ?? []) {
    const wanted = (name ?? '') === portName && (protocol ?? 'TCP') === 'TCP';
    if (wanted && port !== undefined && port > 0 && port < 65_536) ports.push(port);
  }
  if (ports.length === 0) return [];
  const endpoints: Endpoint[] = [];
  for (const { addresses, conditions } of slice.endpoints ?? []) {
    if (conditions?.ready === false) continue;
    const first = addresses?.[0] ?? '';
    const address = slice.addressType === 'IPv6' ? canonicalIpv6(first) : isIPv4(first) ? first : null;
    if (address === null) continue;
    for (const port of ports) endpoints.push({ address, port });
  }
  return endpoints;
}

function byAddress(a: Endpoint, b: Endpoint): number {
  if (a.address !== b.address) return a.address < b.address ? -1 : 1;
  return a.port - b.port;
}
