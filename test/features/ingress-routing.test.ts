import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy } from '../support/ask.ts';
import { documents, service, startTestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { ingress } from '../support/ingress.ts';

const NAMES = ['one', 'two', 'three', 'four'];

async function start(
  t: Parameters<typeof startTestGateway>[0],
  manifests: readonly string[],
  options: Partial<TestGatewayOptions> = {},
) {
  const upstreams = await Promise.all(NAMES.map((name) => echoUpstream(t, name)));
  return startTestGateway(t, {
    ...options,
    manifests: {
      'services.yaml': documents(...NAMES.map((name, i) => service(name, [upstreams[i]?.port ?? 0]))),
      'ingresses.yaml': documents(...manifests),
    },
  });
}

type Case = readonly [host: string, path: string, gives: string | number];

async function check(
  t: Parameters<typeof startTestGateway>[0],
  port: number,
  cases: readonly Case[],
): Promise<void> {
  for (const [host, path, gives] of cases) {
    const reply = await ask(t, port, { host, path });
    assert.equal(reply.from || reply.status, gives, `${host}${path}`);
  }
}

test('paths of an Ingress are compared by their type', async (t) => {
  const gateway = await start(t, [
    ingress('web', {
      'web.test': [
        ['/foo', 'one', 'Prefix'],
        ['/bar/', 'one', 'Prefix'],
        ['/exact', 'two', 'Exact'],
        ['/text', 'three', 'ImplementationSpecific'],
        ['/re/[0-9]+', 'four', 'ImplementationSpecific'],
        ['/foo/re*', 'four', 'ImplementationSpecific'],
        ['/', 'two', 'Prefix'],
      ],
    }),
  ]);
  await check(t, gateway.http, [
    ['web.test', '/foo', 'one'],
    ['web.test', '/foo/', 'one'],
    ['web.test', '/foo/x', 'one'],
    ['web.test', '/foobar', 'two'],
    ['web.test', '/bar', 'one'],
    ['web.test', '/bar/x', 'one'],
    ['web.test', '/exact', 'two'],
    ['web.test', '/exact/', 'two'],
    ['web.test', '/text', 'three'],
    ['web.test', '/textual', 'three'],
    ['web.test', '/re/42', 'four'],
    ['web.test', '/re/42x', 'two'],
    ['web.test', '/foo/re', 'four'],
    ['web.test', '/foo/reee', 'four'],
    ['WEB.test:80', '/foo', 'one'],
    ['other.test', '/', 404],
  ]);
});

test('hosts: exact, wildcard of one label, catch-all and default backend', async (t) => {
  const gateway = await start(t, [
    ingress('exact', { 'www.a.test': [['/', 'one']] }),
    ingress('wild', { '*.a.test': [['/', 'two']] }),
    ingress('all', { '': [['/all', 'three']] }),
    ingress('default', {}, { spec: '  defaultBackend: {service: {name: four, port: {name: main}}}' }),
  ]);
  await check(t, gateway.http, [
    ['www.a.test', '/', 'one'],
    ['x.a.test', '/', 'two'],
    ['X.A.test', '/', 'two'],
    ['x.y.a.test', '/', 404],
    ['b.test', '/all/x', 'three'],
    ['b.test', '/', 'four'],
    ['127.0.0.1', '/', 'four'],
    ['www.a.test', '/all', 'one'],
  ]);
});

test('a rule for everything overrides the default backend', async (t) => {
  const gateway = await start(t, [
    ingress(
      'default',
      {},
      { born: 2020, spec: '  defaultBackend: {service: {name: four, port: {number: 80}}}' },
    ),
    ingress('all', { '': [['/', 'three', 'ImplementationSpecific']] }, { born: 2024 }),
  ]);
  await check(t, gateway.http, [['b.test', '/x', 'three']]);
});

test('what is missing or wrong costs its own path', async (t) => {
  const gateway = await start(t, [
    ingress('web', {
      'web.test': [
        ['/', 'one'],
        ['/missing', 'nobody'],
        ['/re[', 'two', 'ImplementationSpecific'],
        ['/after', 'two'],
      ],
      'fine.test': [['/', 'two']],
    }),
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: bucket, namespace: default}
spec:
  rules:
    - host: bucket.test
      http:
        paths:
          - {path: /r, pathType: Prefix, backend: {resource: {apiGroup: a.test, kind: Bucket, name: b}}}
          - {path: /named, pathType: Prefix, backend: {service: {name: two, port: {name: main}}}}
          - {path: /unnamed, pathType: Prefix, backend: {service: {name: two, port: {name: other}}}}
          - {path: /, pathType: Prefix, backend: {service: {name: three, port: {number: 80}}}}`,
  ]);
  await check(t, gateway.http, [
    ['web.test', '/', 'one'],
    ['web.test', '/missing', 503],
    ['web.test', '/missing/x', 503],
    ['web.test', '/after', 'one'],
    ['fine.test', '/after', 'two'],
    ['bucket.test', '/r', 'three'],
    ['bucket.test', '/named', 'two'],
    ['bucket.test', '/unnamed', 503],
  ]);
});

test('of two Ingresses with the same host and path the oldest wins', async (t) => {
  const gateway = await start(t, [
    ingress(
      'a',
      {
        'web.test': [
          ['/x', 'one'],
          ['/a', 'one'],
        ],
      },
      { born: 2024 },
    ),
    ingress(
      'b',
      {
        'web.test': [
          ['/x', 'two'],
          ['/b', 'two'],
        ],
      },
      { born: 2020 },
    ),
    ingress('c', { 'web.test': [['/x', 'three']] }, { born: 2020 }),
  ]);
  await check(t, gateway.http, [
    ['web.test', '/x', 'two'],
    ['web.test', '/a', 'one'],
    ['web.test', '/b', 'two'],
  ]);
});

test('an HTTPProxy and an Ingress share a host; for the same match the HTTPProxy wins', async (t) => {
  const gateway = await start(t, [
    ingress('web', {
      'web.test': [
        ['/same', 'one', 'ImplementationSpecific'],
        ['/ingress', 'one'],
        ['/proxy/deeper', 'one'],
      ],
    }),
    rootProxy(
      'web',
      'web.test',
      `  routes:
    - {conditions: [{prefix: /same}], services: [{name: two, port: 80}]}
    - {conditions: [{prefix: /proxy}], services: [{name: two, port: 80}]}`,
    ),
  ]);
  await check(t, gateway.http, [
    ['web.test', '/same', 'two'],
    ['web.test', '/ingress', 'one'],
    ['web.test', '/proxy', 'two'],
    ['web.test', '/proxy/deeper', 'one'],
    ['web.test', '/other', 404],
  ]);
});

test('what an HTTPProxy says of its host holds for the routes of an Ingress', async (t) => {
  const gateway = await start(t, [
    ingress('web', { 'limited.test': [['/i', 'one']], 'filtered.test': [['/i', 'one']] }),
    rootProxy(
      'limited',
      'limited.test',
      '  routes: [{conditions: [{prefix: /p}], services: [{name: two, port: 80}]}]',
    ).replace('test"}', 'test", rateLimitPolicy: {local: {requests: 2, unit: hour}}}'),
    rootProxy(
      'filtered',
      'filtered.test',
      '  routes: [{conditions: [{prefix: /p}], services: [{name: two, port: 80}]}]',
    ).replace('test"}', 'test", ipDenyPolicy: [{source: Peer, cidr: 127.0.0.1}]}'),
  ]);
  await check(t, gateway.http, [
    ['limited.test', '/i', 'one'],
    ['limited.test', '/p', 'two'],
    ['limited.test', '/i', 429],
    ['filtered.test', '/i', 403],
  ]);
});

const CLASS = (name: string, controller: string) => `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: ${name}}
spec: {controller: ${controller}}`;

const CLASSES: readonly (readonly [host: string, spec: string, annotations: Record<string, string>])[] = [
  ['none.test', '', {}],
  ['sluice.test', '  ingressClassName: sluice', {}],
  ['edge.test', '  ingressClassName: edge', {}],
  ['nginx.test', '  ingressClassName: nginx', {}],
  ['unknown.test', '  ingressClassName: unknown', {}],
  ['annotated.test', '  ingressClassName: nginx', { 'kubernetes.io/ingress.class': 'sluice' }],
  ['foreign.test', '', { 'kubernetes.io/ingress.class': 'nginx' }],
  ['ours.test', '  ingressClassName: nginx', { 'projectcontour.io/ingress.class': 'sluice' }],
];

for (const [ingressClasses, served] of [
  [[], ['none.test', 'sluice.test', 'edge.test', 'annotated.test', 'ours.test']],
  [['nginx'], ['nginx.test', 'foreign.test']],
] as const) {
  test(`the class decides who is served: ${ingressClasses.join() || 'none configured'}`, async (t) => {
    const gateway = await start(
      t,
      [
        CLASS('edge', 'sluice.dev/gateway'),
        CLASS('nginx', 'k8s.io/ingress-nginx'),
        ...CLASSES.map(([host, spec, annotations], i) =>
          ingress(`i${i}`, { [host]: [['/', 'one']] }, { spec, annotations }),
        ),
      ],
      { compile: { ingressClasses } },
    );
    for (const [host] of CLASSES) {
      const reply = await ask(t, gateway.http, { host });
      assert.equal(reply.status, (served as readonly string[]).includes(host) ? 200 : 404, host);
    }
  });
}
