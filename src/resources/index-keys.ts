import type { EndpointSlice } from 'kubernetes-types/discovery/v1.d.ts';
import type { Ingress } from 'kubernetes-types/networking/v1.d.ts';
import type { KubeObject } from './kinds.ts';
import type { HTTPProxy } from './types.generated.ts';

/** The host of an Ingress without one (ingress.md 4.1). */
const CATCH_ALL = '*';

const SERVICE_LABEL = 'kubernetes.io/service-name';

/** The FQDN of a root HTTPProxy in lower case; nothing for a child. */
export function fqdnOfRoot(object: KubeObject | null): readonly string[] {
  const fqdn = (object as HTTPProxy | null)?.spec.virtualhost?.fqdn;
  return fqdn === undefined || fqdn === '' ? [] : [fqdn.toLowerCase()];
}

/**
 * The hosts that an Ingress says something about, in lower case: those of its rules and of its TLS entries, and
 * the catch-all for a rule without host or a default backend.
 */
export function hostsOfIngress(object: KubeObject | null): readonly string[] {
  const spec = (object as Ingress | null)?.spec;
  if (spec === undefined) return [];
  const hosts = new Set<string>();
  if (spec.defaultBackend !== undefined) hosts.add(CATCH_ALL);
  for (const { host } of spec.rules ?? []) {
    hosts.add(host === undefined || host === '' ? CATCH_ALL : host.toLowerCase());
  }
  for (const { hosts: names } of spec.tls ?? []) {
    for (const name of names ?? []) if (name !== '') hosts.add(name.toLowerCase());
  }
  return [...hosts];
}

/** `namespace/name` of the Service to which an EndpointSlice belongs; nothing without the label. */
export function serviceOfSlice(object: KubeObject | null): readonly string[] {
  const metadata = (object as EndpointSlice | null)?.metadata;
  const service = metadata?.labels?.[SERVICE_LABEL];
  return service === undefined ? [] : [`${metadata?.namespace ?? ''}/${service}`];
}
