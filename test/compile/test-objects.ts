import type { Kinds } from '../../src/resources/kinds.ts';

interface ServiceParts {
  readonly annotations?: Record<string, string>;
  readonly spec?: Partial<NonNullable<Kinds['Service']['spec']>>;
}

/** A Service `namespace/name` with one port, 80 named `http`, unless `spec` says otherwise. */
export function service(name: string, { annotations = {}, spec = {} }: ServiceParts = {}) {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { ...split(name), annotations },
    spec: { ports: [{ name: 'http', port: 80 }], ...spec },
  } satisfies Kinds['Service'];
}

interface IngressParts {
  readonly annotations?: Record<string, string>;
  readonly created?: string;
  readonly spec?: Kinds['Ingress']['spec'];
}

/** An Ingress `namespace/name`. */
export function ingress(name: string, { annotations = {}, created, spec = {} }: IngressParts = {}) {
  const time = created === undefined ? {} : { creationTimestamp: created };
  return {
    kind: 'Ingress',
    apiVersion: 'networking.k8s.io/v1',
    metadata: { ...split(name), ...time, annotations },
    spec,
  } satisfies Kinds['Ingress'];
}

/** A path of an Ingress rule that leads to port 80 of the Service `name`. */
export function path(text: string, pathType = 'Prefix', name = 'web') {
  return { path: text, pathType, backend: { service: { name, port: { number: 80 } } } };
}

/** A rule of one host. */
export function rule(host: string, ...paths: ReturnType<typeof path>[]) {
  return { host, http: { paths } };
}

/** A TLSCertificateDelegation in `namespace`. */
export function delegation(namespace: string, delegations: readonly unknown[]) {
  return {
    kind: 'TLSCertificateDelegation',
    apiVersion: 'projectcontour.io/v1',
    metadata: { namespace, name: 'delegation', generation: 3 },
    spec: { delegations },
  } as Kinds['TLSCertificateDelegation'];
}

function split(name: string): { namespace: string; name: string } {
  const [namespace = '', own = ''] = name.split('/');
  return { namespace, name: own };
}
