import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUILTIN_COLUMNS } from '../../../src/admin/kube/builtin-columns.ts';
import type { Kind, KubeObject } from '../../../src/resources/kinds.ts';

const CASES: readonly {
  readonly name: string;
  readonly kind: Kind;
  readonly object: object;
  readonly cells: readonly unknown[];
}[] = [
  {
    name: 'an Ingress with TLS, four hosts and an address',
    kind: 'Ingress',
    object: {
      spec: {
        ingressClassName: 'sluice',
        tls: [{}],
        rules: ['a', 'b', 'c', 'd'].map((label) => ({ host: `${label}.test` })),
      },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'lb.test' }] } },
    },
    cells: ['sluice', 'a.test,b.test,c.test + 1 more...', '192.0.2.1,lb.test', '80, 443'],
  },
  {
    name: 'an Ingress of an old class without hosts',
    kind: 'Ingress',
    object: {
      metadata: { annotations: { 'kubernetes.io/ingress.class': 'contour' } },
      spec: { rules: [{}] },
    },
    cells: ['contour', '*', '', '80'],
  },
  { name: 'an empty Ingress', kind: 'Ingress', object: {}, cells: ['<none>', '*', '', '80'] },
  {
    name: 'a Service of a balancer',
    kind: 'Service',
    object: {
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.0.0.1',
        ports: [
          { port: 80, nodePort: 30080, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
        selector: { app: 'web', tier: 'front' },
      },
    },
    cells: ['LoadBalancer', '10.0.0.1', '<pending>', '80:30080/TCP,53/UDP', 'app=web,tier=front'],
  },
  {
    name: 'a Service with addresses from outside',
    kind: 'Service',
    object: {
      spec: { type: 'LoadBalancer', externalIPs: ['192.0.2.9'] },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
    },
    cells: ['LoadBalancer', '<none>', '192.0.2.1,192.0.2.9', '<none>', '<none>'],
  },
  {
    name: 'a Service that is a name',
    kind: 'Service',
    object: { spec: { type: 'ExternalName', externalName: 'a.test' } },
    cells: ['ExternalName', '<none>', 'a.test', '<none>', '<none>'],
  },
  {
    name: 'an EndpointSlice',
    kind: 'EndpointSlice',
    object: {
      addressType: 'IPv4',
      ports: [{ port: 80 }, { name: 'any' }],
      endpoints: ['1', '2', '3', '4', '5'].map((last) => ({ addresses: [`10.0.0.${last}`] })),
    },
    cells: ['IPv4', '80,any', '10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...'],
  },
  {
    name: 'an empty EndpointSlice',
    kind: 'EndpointSlice',
    object: { addressType: 'IPv6' },
    cells: ['IPv6', '<unset>', '<unset>'],
  },
  {
    name: 'a Secret',
    kind: 'Secret',
    object: { type: 'kubernetes.io/tls', data: { a: '', b: '' } },
    cells: ['kubernetes.io/tls', 2],
  },
  { name: 'an empty Secret', kind: 'Secret', object: {}, cells: ['Opaque', 0] },
  { name: 'a ConfigMap', kind: 'ConfigMap', object: { data: { a: '' }, binaryData: { b: '' } }, cells: [2] },
  { name: 'a Namespace', kind: 'Namespace', object: {}, cells: ['Active'] },
  {
    name: 'an IngressClass',
    kind: 'IngressClass',
    object: { spec: { controller: 'c', parameters: { apiGroup: 'g', kind: 'K', name: 'n' } } },
    cells: ['c', 'K.g/n'],
  },
];

for (const { name, kind, object, cells } of CASES) {
  test(`BUILTIN_COLUMNS show ${name}`, () => {
    const { columns = [], wide = [] } = BUILTIN_COLUMNS[kind] ?? {};
    const shown = [...columns, ...wide].map((column) => column.cell(object as KubeObject, 0));
    assert.deepEqual(shown, cells);
  });
}
