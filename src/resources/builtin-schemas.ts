import type { Kind } from './kinds.ts';
import type { Schema } from './schema.ts';

const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
const port: Schema = { type: 'integer', minimum: 1, maximum: 65535 };
const name: Schema = { type: 'string', minLength: 1 };
const list = (items: Schema): Schema => ({ type: 'array', items });
const map = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });

/** An object of which only some fields are read: the others stay as they are. */
const part = (properties: Record<string, Schema>, rest: Partial<Schema> = {}): Schema => ({
  type: 'object',
  'x-kubernetes-preserve-unknown-fields': true,
  properties,
  ...rest,
});

const hostPattern = '^((\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$';

const ingressBackend = part({
  service: part(
    { name, port: part({ name: text, number: { type: 'integer', minimum: 0, maximum: 65535 } }) },
    { required: ['name'] },
  ),
  resource: part({ apiGroup: text, kind: text, name: text }),
});

/** ingress.md 4.1: a path without pathType is possible in manifests. */
const ingressPath = part(
  {
    path: text,
    pathType: { type: 'string', enum: ['Exact', 'Prefix', 'ImplementationSpecific'] },
    backend: ingressBackend,
  },
  {
    required: ['backend'],
    'x-kubernetes-validations': [
      {
        rule: "!has(self.pathType) || self.pathType == 'ImplementationSpecific' || self.path.startsWith('/')",
        message: 'path must start with "/" when pathType is Exact or Prefix',
      },
    ],
  },
);

const ingress = part(
  {
    spec: part({
      ingressClassName: text,
      defaultBackend: ingressBackend,
      tls: list(part({ hosts: list({ type: 'string', pattern: hostPattern }), secretName: text })),
      rules: list(
        part({ host: { type: 'string', pattern: hostPattern }, http: part({ paths: list(ingressPath) }) }),
      ),
    }),
  },
  { required: ['spec'] },
);

const service = part(
  {
    spec: part({
      type: {
        type: 'string',
        enum: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
        default: 'ClusterIP',
      },
      externalName: text,
      clusterIP: text,
      selector: map(text),
      ports: list(
        part(
          {
            name: text,
            port,
            protocol: { type: 'string', enum: ['TCP', 'UDP', 'SCTP'], default: 'TCP' },
            appProtocol: text,
            nodePort: { type: 'integer', minimum: 0, maximum: 65535 },
          },
          { required: ['port'] },
        ),
      ),
    }),
  },
  { required: ['spec'] },
);

const endpointSlice = part(
  {
    addressType: { type: 'string', enum: ['IPv4', 'IPv6', 'FQDN'] },
    endpoints: list(
      part(
        {
          addresses: { type: 'array', items: text, minItems: 1, maxItems: 100 },
          conditions: part({ ready: flag, serving: flag, terminating: flag }),
          hostname: text,
          nodeName: text,
          zone: text,
          hints: part({ forZones: list(part({ name: text })) }),
        },
        { required: ['addresses'] },
      ),
    ),
    ports: list(
      part({
        // As an API server does: kubectl takes it for granted.
        name: { type: 'string', default: '' },
        port,
        protocol: { type: 'string', enum: ['TCP', 'UDP', 'SCTP'], default: 'TCP' },
        appProtocol: text,
      }),
    ),
  },
  {
    required: ['addressType'],
    'x-kubernetes-validations': [
      {
        rule: "self.addressType == 'FQDN' || self.endpoints.all(e, e.addresses.all(a, isIP(a)))",
        message: 'endpoints[].addresses must hold only IP addresses of the family that addressType names',
      },
    ],
  },
);

/**
 * What the compiler reads of the kinds that Kubernetes itself defines; an API server has checked the rest, and
 * manifests on disk are held to this. `stringData` of a Secret is merged before (`secret-data.ts`).
 */
export const BUILTIN_SCHEMAS: Readonly<
  Record<Exclude<Kind, 'HTTPProxy' | 'TLSCertificateDelegation' | 'ExtensionService'>, Schema>
> = {
  Ingress: ingress,
  IngressClass: part({ spec: part({ controller: text }) }),
  Service: service,
  EndpointSlice: endpointSlice,
  Secret: part({
    type: { type: 'string', default: 'Opaque' },
    data: map({ type: 'string', format: 'byte' }),
  }),
  Namespace: part({}),
  ConfigMap: part({ data: map(text), binaryData: map({ type: 'string', format: 'byte' }) }),
};
