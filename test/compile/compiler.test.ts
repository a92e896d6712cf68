import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CompileResult } from '../../src/compile/compiler.ts';
import { Compiler } from '../../src/compile/compiler.ts';
import type { ObjectSource } from '../../src/compile/object-source.ts';
import type { Problem } from '../../src/compile/part.ts';
import type { ProxyStatus } from '../../src/compile/status.ts';
import { DEFAULT_COMPILE } from '../../src/config.ts';
import type { KubeObject } from '../../src/resources/kinds.ts';
import { backend, Harness, proxy } from './compiler-harness.ts';
import { makeCertificate, tlsSecret } from './test-certificates.ts';

const ROOT = proxy(
  'root',
  `
virtualhost: { fqdn: www.example.com }
routes:
- conditions: [{ prefix: / }]
  services: [{ name: web, port: 80 }]
`,
);

test('Compiler serves a simple root', () => {
  const harness = new Harness();
  const result = harness.apply(ROOT, backend('web'));
  assert.deepEqual(
    result.hosts.set.map(({ name, tls, routes }) => ({ name, tls, routes: routes.length })),
    [{ name: 'www.example.com', tls: null, routes: 1 }],
  );
  assert.deepEqual(result.hosts.set[0]?.routes[0], {
    match: { path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
    action: {
      kind: 'forward',
      backends: [{ upstream: 'default/web/80', weight: 1, filters: [] }],
      mirror: null,
      timeouts: { responseMs: 15_000, idleMs: 300_000 },
      retry: null,
      rewrite: null,
      websocket: false,
    },
    filters: [],
    plain: 'serve',
    secure: 'none',
    origin: { kind: 'HTTPProxy', namespace: 'default', name: 'root', field: 'spec.routes[0]' },
  });
  assert.deepEqual(result.endpoints.set, [
    { name: 'default/web/http', endpoints: [{ address: '10.0.0.1', port: 8080 }] },
  ]);
  assert.equal(result.statuses.get('default/root')?.currentStatus, 'valid');
});

test('Compiler compiles again only the hosts that read what changed', () => {
  const harness = new Harness();
  harness.apply(ROOT, backend('web'), ROOT.replace('name: root', 'name: other').replace('www.', 'other.'));
  const result = harness.apply(ROOT.replace('prefix: /', 'prefix: /new'));
  assert.deepEqual(
    result.hosts.set.map(({ name }) => name),
    ['www.example.com'],
  );
  assert.deepEqual(result.upstreams, { set: [], remove: [] });
  assert.deepEqual(result.endpoints, { set: [], remove: [] });
});

test('Compiler sends endpoints without touching a host', () => {
  const harness = new Harness();
  harness.apply(ROOT, backend('web'));
  const result = harness.apply(backend('web').replace('10.0.0.1', '10.0.0.2'));
  assert.deepEqual(result.hosts, { set: [], remove: [] });
  assert.deepEqual(result.endpoints.set, [
    { name: 'default/web/http', endpoints: [{ address: '10.0.0.2', port: 8080 }] },
  ]);
});

test('Compiler finds a Service that was looked for in vain', () => {
  const harness = new Harness();
  const missing = harness.apply(ROOT);
  assert.equal(missing.hosts.set[0]?.routes[0]?.action.kind, 'respond');
  assert.equal(missing.statuses.get('default/root')?.currentStatus, 'invalid');
  const found = harness.apply(backend('web'));
  assert.equal(found.hosts.set[0]?.routes[0]?.action.kind, 'forward');
  assert.equal(found.statuses.get('default/root')?.currentStatus, 'valid');
});

test('Compiler takes everything away with the last host that used it', () => {
  const harness = new Harness();
  harness.apply(ROOT, backend('web'));
  const result = harness.remove(ROOT);
  assert.deepEqual(result.hosts.remove, ['www.example.com']);
  assert.deepEqual(result.upstreams.remove, ['default/web/80']);
  assert.deepEqual(result.endpoints.remove, ['default/web/http']);
  assert.equal(result.snapshot.hosts.size + result.snapshot.upstreams.size, 0);
});

test('Compiler says nothing when an equal object is written again', () => {
  const harness = new Harness();
  harness.apply(ROOT, backend('web'));
  const result = harness.apply(proxyWithStatus());
  assert.deepEqual(result.hosts, { set: [], remove: [] });
  assert.equal(result.statuses.size, 0);
});

function proxyWithStatus(): string {
  return `${ROOT}status: { currentStatus: valid }\n`;
}

test('Compiler reports a new generation even when nothing else changes', () => {
  const harness = new Harness();
  harness.apply(ROOT, backend('web'));
  const result = harness.apply(ROOT.replace('generation: 1', 'generation: 2'));
  assert.deepEqual(result.hosts, { set: [], remove: [] });
  assert.equal(result.statuses.get('default/root')?.conditions[0].observedGeneration, 2);
});

test('Compiler keeps the last status of an object that moves to a foreign class', () => {
  const harness = new Harness();
  harness.apply(ROOT, backend('web'));
  const result = harness.apply(`${ROOT}  ingressClassName: foreign\n`);
  assert.deepEqual(result.hosts.remove, ['www.example.com']);
  assert.equal(result.statuses.size, 0);
});

test('Compiler serves an object when its IngressClass appears', () => {
  const harness = new Harness();
  harness.apply(`${ROOT}  ingressClassName: mine\n`, backend('web'));
  assert.equal(harness.compiler.snapshot.hosts.size, 0);
  const result = harness.apply(
    '{ apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: mine }, spec: { controller: sluice.dev/gateway } }',
  );
  assert.deepEqual(
    result.hosts.set.map(({ name }) => name),
    ['www.example.com'],
  );
  assert.equal(result.statuses.get('default/root')?.currentStatus, 'valid');
});

test('Compiler compiles everything anew under other options', () => {
  const harness = new Harness();
  harness.apply(ROOT, backend('web'));
  harness.compiler.setOptions({ ...DEFAULT_COMPILE, rootNamespaces: ['elsewhere'] });
  const result = harness.compile();
  assert.deepEqual(result.hosts.remove, ['www.example.com']);
  assert.equal(result.statuses.get('default/root')?.currentStatus, 'invalid');
});

test('Compiler sends a rotated certificate alone', async () => {
  const harness = new Harness();
  const secret = async (): Promise<KubeObject> => {
    const { certPem, keyPem } = await makeCertificate({ subject: 'CN=www.example.com' });
    return tlsSecret('default/cert', { 'tls.crt': certPem, 'tls.key': keyPem }) as unknown as KubeObject;
  };
  const host = ROOT.replace('fqdn: www.example.com', 'fqdn: www.example.com, tls: { secretName: cert }');
  const first = harness.apply(host, backend('web'), await secret());
  assert.deepEqual(
    first.certificates.set.map(({ name }) => name),
    ['default/cert'],
  );
  const rotated = harness.apply(await secret());
  assert.equal(rotated.certificates.set.length, 1);
  assert.notEqual(rotated.certificates.set[0]?.chain, first.certificates.set[0]?.chain);
  assert.deepEqual(rotated.hosts, { set: [], remove: [] });
  const gone = harness.remove(await secret());
  assert.deepEqual(gone.certificates.remove, ['default/cert']);
  assert.equal(gone.hosts.set[0]?.tls, null);
  assert.equal(gone.statuses.get('default/root')?.currentStatus, 'invalid');
});

test('Compiler tells the conditions of delegations', () => {
  const harness = new Harness();
  const delegation =
    '{ apiVersion: projectcontour.io/v1, kind: TLSCertificateDelegation, metadata: { name: d, namespace: a }, spec: { delegations: [{ secretName: s, targetNamespaces: ["*"] }] } }';
  assert.equal(harness.apply(delegation).delegations.get('a/d')?.[0]?.status, 'True');
  assert.equal(harness.apply(delegation).delegations.size, 0);
});

test('Compiler turns off the one host that a bug strikes, and mends it with the next change', () => {
  const harness = new Harness();
  const { store } = harness;
  let bug = true;
  const source: ObjectSource = {
    get: (kind, namespace, name) => {
      if (bug && kind === 'Service' && name === 'api') throw new Error('a bug');
      return store.get(kind, namespace, name);
    },
    list: (kind, namespace) => store.list(kind, namespace),
    rootsByFqdn: (fqdn) => store.rootsByFqdn(fqdn),
    fqdns: () => store.fqdns(),
    ingressesByHost: (host) => store.ingressesByHost(host),
    ingressHosts: () => store.ingressHosts(),
    endpointSlicesOf: (namespace, service) => store.endpointSlicesOf(namespace, service),
  };
  const compiler = new Compiler({ source, options: DEFAULT_COMPILE });
  harness.hold(ROOT);
  harness.hold(backend('web'));
  harness.hold(
    proxy('second', 'virtualhost: { fqdn: b.example }\nroutes: [{ services: [{ name: api, port: 80 }] }]'),
  );
  const struck = compiler.apply([]);
  assert.deepEqual(
    struck.failures.map(({ host }) => host),
    ['b.example'],
  );
  const actions = (result: CompileResult): string[] =>
    result.hosts.set.map(({ name, routes }) => `${name} ${routes[0]?.action.kind}`);
  assert.deepEqual(actions(struck), ['b.example respond', 'www.example.com forward']);
  assert.equal(struck.statuses.get('default/second')?.conditions[0].errors[0]?.reason, 'InternalError');
  bug = false;
  harness.hold(backend('api'));
  const service = { kind: 'Service', namespace: 'default', name: 'api', before: null } as const;
  const mended = compiler.apply([{ ...service, after: store.get('Service', 'default', 'api') ?? null }]);
  assert.deepEqual(actions(mended), ['b.example forward']);
  assert.equal(mended.statuses.get('default/second')?.currentStatus, 'valid');
});

// Objects that touch each other in every way: roots that claim one name, children of two roots, a cycle, an
// Ingress beside a root, classes, missing things.
const POOL: readonly (readonly string[])[] = [
  [
    ROOT,
    ROOT.replace('prefix: /', 'prefix: /other'),
    ROOT.replace('routes:', 'includes: [{ name: child }]\n  routes:'),
  ],
  [
    proxy(
      'rival',
      'virtualhost: { fqdn: www.example.com }\nincludes: [{ name: child }]',
      'creationTimestamp: "2020-01-01T00:00:00Z"',
    ),
    proxy(
      'rival',
      'virtualhost: { fqdn: b.example.com }\nincludes: [{ name: child, conditions: [{ prefix: /c }] }]',
    ),
  ],
  [
    proxy('child', 'routes: [{ services: [{ name: web, port: 80 }] }]'),
    proxy('child', 'includes: [{ name: leaf, conditions: [{ prefix: /l }] }]'),
    proxy('child', 'ingressClassName: foreign\nroutes: [{ services: [{ name: web, port: 80 }] }]'),
  ],
  [
    proxy('leaf', 'routes: [{ services: [{ name: absent, port: 80 }, { name: api, port: 80 }] }]'),
    proxy('leaf', 'includes: [{ name: child }]'),
  ],
  [
    ingress('www.example.com', 'web'),
    ingress('b.example.com', 'api'),
    ingress('www.example.com', 'absent').replace('spec:', 'spec:\n  ingressClassName: foreign'),
  ],
  [
    backend('web'),
    backend('web').replace('10.0.0.1', '10.0.0.9'),
    backend('web').replace('port: 80,', 'port: 81,'),
  ],
  [backend('api')],
  [
    '{ apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: foreign }, spec: { controller: sluice.dev/gateway } }',
    '{ apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: foreign }, spec: { controller: other } }',
  ],
];

function ingress(host: string, service: string): string {
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ing, namespace: default }
spec:
  rules:
  - host: ${host}
    http: { paths: [{ path: /ing, pathType: Prefix, backend: { service: { name: ${service}, port: { number: 80 } } } }] }
`;
}

test('Compiler comes to the same result whatever the order of events', () => {
  const event = fc.record({
    slot: fc.nat(POOL.length - 1),
    variant: fc.option(fc.nat(2), { nil: null, freq: 5 }),
    compile: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 25 }), (events) => {
      const harness = new Harness();
      const statuses = new Map<string, ProxyStatus>();
      const problems = new Map<string, readonly Problem[]>();
      const present = new Map<number, string>();
      const absorb = (result: CompileResult): void => {
        for (const [key, status] of result.statuses) statuses.set(key, status);
        for (const [key, list] of result.ingressProblems) problems.set(key, list);
      };
      for (const { slot, variant, compile } of events) {
        const before = present.get(slot);
        const after = variant === null ? undefined : POOL[slot]?.[variant % (POOL[slot]?.length ?? 1)];
        if (after !== undefined) {
          harness.hold(after);
          present.set(slot, after);
        } else if (before !== undefined) {
          harness.drop(before);
          present.delete(slot);
        }
        if (compile) absorb(harness.compile());
      }
      absorb(harness.compile());

      const scratch = new Harness();
      const expected = scratch.apply(...present.values());
      assert.deepEqual(harness.compiler.snapshot, expected.snapshot);
      for (const [key, status] of expected.statuses) assert.deepEqual(statuses.get(key), status, key);
      for (const [key, list] of expected.ingressProblems) assert.deepEqual(problems.get(key), list, key);
    }),
    { numRuns: 300, seed: 1 },
  );
});
