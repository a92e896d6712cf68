import type { GatewayView } from '../../src/admin/gateway-view.ts';
import { DEFAULT_SETTINGS } from '../../src/config.ts';
import type { KubeObject, ObjectRef } from '../../src/resources/kinds.ts';
import { StatusStore } from '../../src/resources/status.ts';
import { Store } from '../../src/resources/store.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { forwardTo, route, virtualHost } from '../router/fixtures.ts';

/** What the Secret of the fake gateway keeps; must not be in any answer. */
export const KEY_TEXT = 'THE-KEY-OF-SHOP';

/** 2026-07-02, a day and a half after the objects were created. */
export const NOW_MS = Date.parse('2026-07-02T12:00:00Z');
const CREATED = '2026-07-01T00:00:00Z';

function object(apiVersion: string, kind: string, name: string, rest: object): KubeObject {
  const [own = '', namespace] = name.split('/').reverse();
  const { metadata = {}, ...fields } = rest as { metadata?: object };
  const place = namespace === undefined ? {} : { namespace };
  return {
    apiVersion,
    kind,
    metadata: { name: own, ...place, creationTimestamp: CREATED, ...metadata },
    ...fields,
  } as KubeObject;
}

/** Objects of every kind that the gateway reads. */
export const OBJECTS: readonly KubeObject[] = [
  object('projectcontour.io/v1', 'HTTPProxy', 'shop/web', {
    metadata: { labels: { app: 'web', tier: 'front' } },
    spec: {
      virtualhost: { fqdn: 'shop.test', tls: { secretName: 'shop-tls' } },
      routes: [{ services: [{ name: 'web', port: 80 }] }],
    },
    status: { currentStatus: 'NotReconciled', description: 'Waiting for controller' },
  }),
  object('projectcontour.io/v1', 'HTTPProxy', 'team/api', {
    metadata: { labels: { app: 'api' } },
    spec: { routes: [{ services: [{ name: 'api', port: 80 }] }] },
  }),
  object('projectcontour.io/v1', 'TLSCertificateDelegation', 'shop/wildcard', {
    spec: { delegations: [{ secretName: 'shop-tls', targetNamespaces: ['team'] }] },
  }),
  object('projectcontour.io/v1alpha1', 'ExtensionService', 'team/auth', {
    spec: { services: [{ name: 'auth', port: 9001 }] },
  }),
  object('networking.k8s.io/v1', 'Ingress', 'shop/plain', {
    spec: {
      ingressClassName: 'sluice',
      tls: [{ hosts: ['a.test'] }],
      rules: [{ host: 'a.test' }, { host: 'b.test' }, { host: 'c.test' }, { host: 'd.test' }],
    },
  }),
  object('networking.k8s.io/v1', 'IngressClass', 'sluice', { spec: { controller: 'sluice.dev/gateway' } }),
  object('v1', 'Service', 'shop/web', {
    spec: { type: 'ClusterIP', clusterIP: '10.0.0.7', ports: [{ port: 80, protocol: 'TCP' }] },
  }),
  object('discovery.k8s.io/v1', 'EndpointSlice', 'shop/web-1', {
    metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: '', protocol: 'TCP', port: 8080 }],
    endpoints: [{ addresses: ['10.1.0.1'] }, { addresses: ['10.1.0.2'] }],
  }),
  object('v1', 'Secret', 'shop/shop-tls', {
    metadata: {
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"tls.key":"${KEY_TEXT}"}}`,
        'cert-manager.io/common-name': 'shop.test',
      },
    },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': btoa(`certificate ${KEY_TEXT}`), 'tls.key': btoa(KEY_TEXT) },
    stringData: { more: KEY_TEXT },
  }),
  object('v1', 'Namespace', 'shop', { status: { phase: 'Active' } }),
  object('v1', 'ConfigMap', 'shop/settings', { data: { color: 'blue' } }),
];

export const WEB: ObjectRef = { kind: 'HTTPProxy', namespace: 'shop', name: 'web' };
export const API: ObjectRef = { kind: 'HTTPProxy', namespace: 'team', name: 'api' };

const SNAPSHOT: Snapshot = {
  version: 7,
  settings: DEFAULT_SETTINGS,
  hosts: new Map(
    [
      virtualHost('shop.test', [
        route(
          { kind: 'exact', value: '/cart' },
          { name: 'web', action: forwardTo([{ upstream: 'shop/web/80' }]) },
        ),
        route({ kind: 'prefix', value: '/' }, { name: 'web' }),
      ]),
      virtualHost('*.team.test', [route({ kind: 'prefix', value: '/' }, { name: 'wild' })]),
    ].map((host) => [host.name, host]),
  ),
  upstreams: new Map([
    [
      'shop/web/80',
      {
        name: 'shop/web/80',
        endpoints: 'shop/web/80',
        protocol: 'http1',
        tls: { verify: { caPem: 'PEM', names: ['web.test'] }, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
        balancer: 'round-robin',
        connectTimeoutMs: 2000,
        idleConnectionMs: 60_000,
        breaker: { connections: 1, pendingRequests: 2, requests: 3, retries: 4, perEndpointConnections: 0 },
      },
    ],
  ]),
  endpoints: new Map([
    ['shop/web/80', { name: 'shop/web/80', endpoints: [{ address: '10.1.0.1', port: 8080 }] }],
  ]),
};

/** A view made by hand: `parts` go over it. */
export function fakeGateway(parts: Partial<GatewayView> = {}): GatewayView {
  const store = new Store();
  for (const one of OBJECTS) store.upsert(one, { rank: 1, name: 'manifests' });
  const statuses = new StatusStore();
  statuses.set(WEB, { currentStatus: 'valid', description: 'Valid HTTPProxy', conditions: [] });
  statuses.set(API, { currentStatus: 'orphaned', description: 'nobody <includes> it' });
  return {
    version: '0.1.0',
    store,
    statuses,
    ready: () => true,
    snapshot: () => SNAPSHOT,
    listeners: () => [{ name: 'http', address: '127.0.0.1', port: 8080 }],
    workers: () => [
      {
        index: 0,
        threadId: 3,
        state: 'serving',
        version: 7,
        error: null,
        startedAtMs: NOW_MS,
        restarts: 0,
        heartbeatAgeMs: 5,
      },
    ],
    certificates: () => [
      {
        name: 'shop/shop-tls',
        subject: 'CN=shop.test',
        issuer: 'CN=Test CA',
        names: ['shop.test'],
        notBefore: '2026-01-01T00:00:00.000Z',
        notAfter: '2026-07-01T00:00:00.000Z',
        fingerprint: 'AB:CD',
        warnings: [{ reason: 'Expired', message: 'shop/shop-tls: expired; renew it' }],
      },
    ],
    metrics: () => 'sluice_ready 1\n',
    originOf: ({ name }) => (name === 'web' ? { file: 'manifests/gone.yaml', line: 4 } : undefined),
    upstreamCounters: () => ({ requests: 5, retries: 1, active: 2, connections: 3, surplusBytes: 0 }),
    ...parts,
  };
}
