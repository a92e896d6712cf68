import type { ConfigMap, Namespace, Secret, Service } from 'kubernetes-types/core/v1.d.ts';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1.d.ts';
import type { Ingress, IngressClass } from 'kubernetes-types/networking/v1.d.ts';
import type { Kind } from '../../resources/kinds.ts';
import { type Column, column } from './column.ts';

const NONE = '<none>';
const MAX_SHOWN = 3;

const INGRESS: readonly Column<Ingress>[] = [
  column(
    'Class',
    'Name of its IngressClass.',
    ({ spec, metadata }) =>
      spec?.ingressClassName ?? metadata?.annotations?.['kubernetes.io/ingress.class'] ?? NONE,
  ),
  column('Hosts', 'Hosts of its rules.', ({ spec }) =>
    some(
      (spec?.rules ?? []).flatMap(({ host }) => (host ? [host] : [])),
      '*',
    ),
  ),
  column('Address', 'Where it is served.', ({ status }) => addressesOf(status?.loadBalancer)),
  column('Ports', 'Ports on which it is served.', ({ spec }) => (spec?.tls?.length ? '80, 443' : '80')),
];

const SERVICE: readonly Column<Service>[] = [
  column('Type', 'How it is exposed.', ({ spec }) => spec?.type ?? 'ClusterIP'),
  column('Cluster-IP', 'Its virtual address.', ({ spec }) => spec?.clusterIP || NONE),
  column('External-IP', 'Its addresses from outside.', externalIp),
  column('Port(s)', 'Its ports.', ({ spec }) => {
    const ports = (spec?.ports ?? []).map(({ port, nodePort, protocol = 'TCP' }) =>
      nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    );
    return ports.join(',') || NONE;
  }),
];

const SERVICE_SELECTOR = column<Service>(
  'Selector',
  'Labels of its pods.',
  ({ spec }) =>
    Object.entries(spec?.selector ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join(',') || NONE,
  1,
);

const ENDPOINT_SLICE: readonly Column<EndpointSlice>[] = [
  column('AddressType', 'Family of its addresses.', ({ addressType }) => addressType),
  column('Ports', 'Ports of all its endpoints.', ({ ports }) =>
    some(
      (ports ?? []).map(({ port, name }) => String(port ?? name ?? '*')),
      '<unset>',
    ),
  ),
  column('Endpoints', 'Addresses of its endpoints.', ({ endpoints }) =>
    some(
      (endpoints ?? []).flatMap(({ addresses }) => addresses),
      '<unset>',
    ),
  ),
];

const SECRET: readonly Column<Secret>[] = [
  column('Type', 'What it is for.', ({ type }) => type ?? 'Opaque'),
  column('Data', 'Number of its values.', ({ data }) => Object.keys(data ?? {}).length),
];

const CONFIG_MAP: readonly Column<ConfigMap>[] = [
  column(
    'Data',
    'Number of its values.',
    ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
  ),
];

const NAMESPACE: readonly Column<Namespace>[] = [
  column('Status', 'Its phase.', ({ status }) => status?.phase ?? 'Active'),
];

const INGRESS_CLASS: readonly Column<IngressClass>[] = [
  column('Controller', 'Who serves it.', ({ spec }) => spec?.controller ?? NONE),
  column('Parameters', 'More about it.', ({ spec }) => {
    const { apiGroup, kind, name } = spec?.parameters ?? {};
    return name === undefined ? NONE : `${kind}${apiGroup ? `.${apiGroup}` : ''}/${name}`;
  }),
];

/** What `kubectl get` shows of built-in kinds between name and age, as an API server does; and after age. */
export const BUILTIN_COLUMNS: Readonly<
  Partial<Record<Kind, { readonly columns: readonly Column[]; readonly wide?: readonly Column[] }>>
> = {
  Ingress: { columns: INGRESS as readonly Column[] },
  Service: { columns: SERVICE as readonly Column[], wide: [SERVICE_SELECTOR as Column] },
  EndpointSlice: { columns: ENDPOINT_SLICE as readonly Column[] },
  Secret: { columns: SECRET as readonly Column[] },
  ConfigMap: { columns: CONFIG_MAP as readonly Column[] },
  Namespace: { columns: NAMESPACE as readonly Column[] },
  IngressClass: { columns: INGRESS_CLASS as readonly Column[] },
};

function some(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  const more = texts.length - MAX_SHOWN;
  return `${texts.slice(0, MAX_SHOWN).join(',')}${more > 0 ? ` + ${more} more...` : ''}`;
}

interface Balancer {
  readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
}

function addressesOf(balancer: Balancer | undefined): string {
  return (balancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []).join(',');
}

function externalIp({ spec, status }: Service): string {
  if (spec?.type === 'ExternalName') return spec.externalName ?? NONE;
  const balanced = spec?.type === 'LoadBalancer' ? addressesOf(status?.loadBalancer) : '';
  const all = [...(balanced === '' ? [] : [balanced]), ...(spec?.externalIPs ?? [])];
  return all.join(',') || (spec?.type === 'LoadBalancer' ? '<pending>' : NONE);
}
