import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileIngressHost, ingressHosts } from '../../src/compile/ingress.ts';
import type { CompileOptions } from '../../src/compile/view.ts';
import type { Kinds } from '../../src/resources/kinds.ts';
import type { Route } from '../../src/snapshot/virtual-host.ts';
import type { TestObject } from './memory-view.ts';
import { MemoryView } from './memory-view.ts';
import { makeCertificate, tlsSecret } from './test-certificates.ts';
import { delegation, ingress, path, rule, service } from './test-objects.ts';

type Ingress = Kinds['Ingress'];

const leaf = await makeCertificate({ dnsNames: ['a.example'] });
const GOOD = { 'tls.crt': leaf.certPem, 'tls.key': leaf.keyPem };
const WEB = [service('a/web'), service('a/other'), service('b/web')];

function compile(
  host: string,
  ingresses: readonly Ingress[],
  objects: readonly TestObject[] = WEB,
  options: Partial<CompileOptions> = {},
) {
  return compileIngressHost(host, ingresses, new MemoryView(objects, options));
}

/** `kind path -> upstreams or status, plain/secure`, one line a route. */
function lines(routes: readonly Route[]): string[] {
  return routes.map(({ match, action, plain, secure }) => {
    const text = match.path.kind === 'regex' ? match.path.pattern : match.path.value;
    const to =
      action.kind === 'forward'
        ? action.backends.map(({ upstream }) => upstream).join('+')
        : action.kind === 'respond'
          ? action.status
          : 'redirect';
    return `${match.path.kind} ${text} -> ${to} ${plain}/${secure}`;
  });
}

const told = (part: ReturnType<typeof compile>) =>
  part.problems.map(
    ({ severity, reason, field, object }) =>
      `${severity} ${reason} ${object.namespace}/${object.name} ${field}`,
  );

const one = (...paths: Parameters<typeof rule>[1][]) => [
  ingress('a/i', { spec: { rules: [rule('a.example', ...paths)] } }),
];

// 4.1 Rules

test('compileIngressHost() makes a whole route of a path', () => {
  assert.deepEqual(compile('a.example', one(path('/foo'))), {
    routes: [
      {
        match: { path: { kind: 'segment', value: '/foo' }, headers: [], query: [] },
        action: {
          kind: 'forward',
          backends: [{ upstream: 'a/web/80', weight: 1, filters: [] }],
          mirror: null,
          timeouts: { responseMs: 15_000, idleMs: 300_000 },
          retry: null,
          rewrite: null,
          websocket: false,
        },
        filters: [],
        plain: 'serve',
        secure: 'none',
        origin: { kind: 'Ingress', namespace: 'a', name: 'i', field: 'spec.rules[0].http.paths[0]' },
      },
    ],
    tls: null,
    upgradeFilters: [],
    upstreams: [
      {
        name: 'a/web/80',
        endpoints: 'a/web/http',
        protocol: 'http1',
        tls: null,
        balancer: 'round-robin',
        connectTimeoutMs: 2000,
        idleConnectionMs: 4000,
        breaker: {
          connections: 1024,
          pendingRequests: 1024,
          requests: 1024,
          retries: 3,
          perEndpointConnections: 0,
        },
      },
    ],
    problems: [],
    off: false,
  });
});

test('compileIngressHost() serves a rule without a host on the catch-all host, on plain HTTP only', () => {
  const spec = { rules: [rule('', path('/foo'))], tls: [{ hosts: ['*', ''], secretName: 'tls' }] };
  const objects = [...WEB, tlsSecret('a/tls', GOOD)];
  const part = compile('*', [ingress('a/i', { spec })], objects);
  assert.deepEqual(lines(part.routes), ['segment /foo -> a/web/80 serve/none']);
  assert.equal(part.tls, null);
});

test('compileIngressHost() serves a default backend as a first rule of the catch-all host', () => {
  const spec = { defaultBackend: { service: { name: 'web', port: { name: 'http' } } } };
  const { routes, problems } = compile('*', [ingress('a/i', { spec })]);
  assert.deepEqual(lines(routes), ['prefix / -> a/web/80 serve/none']);
  assert.equal(routes[0]?.origin.field, 'spec.defaultBackend');
  assert.deepEqual(problems, []);
});

test('compileIngressHost() lets a rule for / override a default backend, even of an older Ingress', () => {
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } };
  const real = [rule('', path('/', 'Prefix', 'other'))];
  const same = compile('*', [ingress('a/i', { spec: { defaultBackend, rules: real } })]);
  assert.deepEqual(lines(same.routes), ['prefix / -> a/other/80 serve/none']);
  const older = ingress('a/a', { spec: { defaultBackend } });
  const both = compile('*', [older, ingress('a/z', { spec: { rules: real } })]);
  assert.deepEqual(lines(both.routes), ['prefix / -> a/other/80 serve/none']);
  assert.deepEqual([...same.problems, ...both.problems], []);
});

test('compileIngressHost() takes the default backend of the oldest Ingress and tells the younger', () => {
  const defaultBackend = { service: { name: 'web', port: { number: 80 } } };
  const part = compile('*', [
    ingress('b/z', { spec: { defaultBackend } }),
    ingress('a/a', { spec: { defaultBackend } }),
  ]);
  assert.deepEqual(lines(part.routes), ['prefix / -> a/web/80 serve/none']);
  assert.deepEqual(told(part), ['warning DuplicateMatch b/z spec.defaultBackend']);
});

test('compileIngressHost() keeps default backends off every other host', () => {
  const spec = {
    defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    rules: [rule('a.example', path('/foo'))],
  };
  assert.equal(compile('a.example', [ingress('a/i', { spec })]).routes.length, 1);
});

test('compileIngressHost() serves wildcard hosts, and hosts in any letter case', () => {
  const spec = { rules: [rule('*.A.example', path('/'))] };
  assert.equal(compile('*.a.example', [ingress('a/i', { spec })]).routes.length, 1);
});

test('compileIngressHost() refuses a host that is no DNS name', () => {
  for (const host of [
    '*',
    'a.*.example',
    '*a.example',
    '*.',
    'a b',
    'a_b.example',
    'a.example.',
    '-a.example',
  ]) {
    const part = compile(host, [ingress('a/i', { spec: { rules: [rule(host, path('/'))] } })]);
    assert.deepEqual(part.routes, [], host);
    assert.deepEqual(told(part), ['error HostNotValid a/i spec.rules[0].host'], host);
  }
});

test('compileIngressHost() takes the port of a Service by number or by name', () => {
  const named = {
    path: '/a',
    pathType: 'Exact',
    backend: { service: { name: 'web', port: { name: 'http' } } },
  };
  const spec = { rules: [{ host: 'a.example', http: { paths: [named, path('/b', 'Exact')] } }] };
  const part = compile('a.example', [ingress('a/i', { spec })]);
  assert.deepEqual(lines(part.routes), [
    'exact /a -> a/web/80 serve/none',
    'exact /b -> a/web/80 serve/none',
  ]);
  assert.equal(part.upstreams.length, 1);
});

test('compileIngressHost() skips a path with a resource backend, or with none that works', () => {
  const resource = { kind: 'Bucket', name: 'b', apiGroup: 'storage.example' };
  const paths = [
    { path: '/a', pathType: 'Exact', backend: { resource } },
    { path: '/b', pathType: 'Exact', backend: {} },
    { path: '/c', pathType: 'Exact', backend: { service: { name: 'web' } } },
    path('/d', 'Exact'),
  ];
  const spec = { rules: [{ host: 'a.example', http: { paths } }] };
  const part = compile('a.example', [ingress('a/i', { spec })]);
  assert.deepEqual(lines(part.routes), ['exact /d -> a/web/80 serve/none']);
  assert.deepEqual(told(part), [
    'error ResourceBackendNotSupported a/i spec.rules[0].http.paths[0].backend.resource',
    'error BackendNotValid a/i spec.rules[0].http.paths[1].backend',
    'error BackendNotValid a/i spec.rules[0].http.paths[2].backend.service.port',
  ]);
  const fallback = compile('*', [ingress('a/i', { spec: { defaultBackend: { resource } } })]);
  assert.deepEqual(fallback.routes, []);
  assert.deepEqual(told(fallback), ['error ResourceBackendNotSupported a/i spec.defaultBackend.resource']);
});

test('compileIngressHost() skips the rest of a rule behind a bad pattern, and no other rule', () => {
  const kind = 'ImplementationSpecific';
  const bad = rule('a.example', path('/a', 'Exact'), path('/[', kind), path('/b', 'Exact'));
  const spec = { rules: [bad, rule('a.example', path('/c', 'Exact'))] };
  const part = compile('a.example', [ingress('a/i', { spec })]);
  assert.deepEqual(lines(part.routes), [
    'exact /a -> a/web/80 serve/none',
    'exact /c -> a/web/80 serve/none',
  ]);
  assert.deepEqual(told(part), ['error PathPatternNotValid a/i spec.rules[0].http.paths[1].path']);
});

test('compileIngressHost() skips a path that does not begin with a slash, and no other path', () => {
  const part = compile('a.example', one(path('foo'), path('/b', 'Exact')));
  assert.deepEqual(lines(part.routes), ['exact /b -> a/web/80 serve/none']);
  assert.deepEqual(told(part), ['error PathNotValid a/i spec.rules[0].http.paths[0].path']);
});

test('compileIngressHost() answers 503 where the Service or its port is missing', () => {
  const missingPort = {
    path: '/b',
    pathType: 'Exact',
    backend: { service: { name: 'web', port: { number: 81 } } },
  };
  const paths = [path('/a', 'Exact', 'gone'), missingPort];
  const part = compile('a.example', [
    ingress('a/i', { spec: { rules: [{ host: 'a.example', http: { paths } }] } }),
  ]);
  assert.deepEqual(lines(part.routes), ['exact /a -> 503 serve/none', 'exact /b -> 503 serve/none']);
  assert.deepEqual(part.routes[0]?.action, {
    kind: 'respond',
    status: 503,
    body: '',
    error: 'destination_unavailable',
  });
  assert.deepEqual(told(part), [
    'error ServiceUnresolvedReference a/i spec.rules[0].http.paths[0]',
    'error ServiceUnresolvedReference a/i spec.rules[0].http.paths[1]',
  ]);
  assert.deepEqual(part.upstreams, []);
});

test('compileIngressHost() speaks HTTP/2 to a Service that says so', () => {
  const annotations = { 'projectcontour.io/upstream-protocol.h2c': '80' };
  const part = compile('a.example', one(path('/')), [service('a/web', { annotations })]);
  assert.deepEqual(told(part), []);
  assert.equal(part.upstreams[0]?.protocol, 'h2c');
});

test('compileIngressHost() reads protocol and breaker from the Service', () => {
  const annotations = {
    'projectcontour.io/upstream-protocol.tls': 'http',
    'projectcontour.io/max-connections': '5',
  };
  const [upstream] = compile('a.example', one(path('/')), [service('a/web', { annotations })]).upstreams;
  assert.deepEqual(upstream?.tls, { verify: null, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' });
  assert.equal(upstream?.breaker.connections, 5);
  assert.match(upstream?.name ?? '', /^a\/web\/80#/);
});

test('compileIngressHost() refuses ExternalName as for an HTTPProxy', () => {
  const spec = { type: 'ExternalName', externalName: 'db.example', ports: [{ port: 80 }] };
  const part = compile('a.example', one(path('/')), [service('a/web', { spec })]);
  assert.deepEqual(lines(part.routes), ['prefix / -> 503 serve/none']);
  assert.deepEqual(told(part), ['error ServiceUnresolvedReference a/i spec.rules[0].http.paths[0]']);
});

test('compileIngressHost() applies the global header policy only when it is to hold for Ingresses', () => {
  const policy = {
    requestHeaders: { set: { 'x-ns': '%CONTOUR_NAMESPACE%/%CONTOUR_SERVICE_NAME%' }, remove: ['x-old'] },
    responseHeaders: { set: {}, remove: ['x-powered-by'] },
  };
  const filters = (applyHeadersToIngress: boolean) => {
    const [route] = compile('a.example', one(path('/')), WEB, { ...policy, applyHeadersToIngress }).routes;
    assert.ok(route?.action.kind === 'forward');
    assert.deepEqual(route.filters, []);
    return route.action.backends[0]?.filters;
  };
  assert.deepEqual(filters(false), []);
  assert.deepEqual(filters(true), [
    {
      kind: 'request-headers',
      remove: ['x-old'],
      set: [{ name: 'x-ns', value: [{ kind: 'text', text: 'a/web' }] }],
      host: null,
    },
    { kind: 'response-headers', remove: ['x-powered-by'], set: [] },
  ]);
});

test('compileIngressHost() serves challenges on plain HTTP whatever the annotations say', () => {
  const challenge = path('/.well-known/acme-challenge/token', 'Exact');
  for (const annotations of [
    { 'ingress.kubernetes.io/force-ssl-redirect': 'true' },
    { 'kubernetes.io/ingress.allow-http': 'false' },
  ]) {
    const spec = { rules: [rule('a.example', challenge)] };
    const { routes } = compile('a.example', [ingress('a/i', { spec, annotations })]);
    assert.equal(routes[0]?.plain, 'serve');
  }
});

// 4.2 TLS

function secured(parts: { hosts?: string[]; annotations?: Record<string, string>; name?: string } = {}) {
  const { hosts = ['a.example'], annotations = {}, name = 'a/i' } = parts;
  return ingress(name, {
    annotations,
    spec: { rules: [rule('a.example', path('/'))], tls: [{ hosts, secretName: 'tls' }] },
  });
}

const WITH_TLS = [...WEB, tlsSecret('a/tls', GOOD), tlsSecret('b/tls', GOOD)];

test('compileIngressHost() serves a host with a valid Secret on both ports', () => {
  const part = compile('a.example', [secured()], WITH_TLS);
  assert.deepEqual(part.tls, {
    certificate: 'a/tls',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    clients: null,
  });
  assert.deepEqual(lines(part.routes), ['prefix / -> a/web/80 serve/serve']);
  assert.deepEqual(part.problems, []);
});

test('compileIngressHost() compares TLS hosts as texts', () => {
  const part = compile('a.example', [secured({ hosts: ['*.example', 'b.example'] })], WITH_TLS);
  assert.equal(part.tls, null);
  assert.deepEqual(lines(part.routes), ['prefix / -> a/web/80 serve/none']);
});

test('compileIngressHost() makes a host of a TLS section without a rule', () => {
  const spec = { tls: [{ hosts: ['a.example'], secretName: 'tls' }] };
  const part = compile('a.example', [ingress('a/i', { spec })], WITH_TLS);
  assert.equal(part.tls?.certificate, 'a/tls');
  assert.deepEqual(part.routes, []);
});

test('compileIngressHost() serves the rules of all Ingresses on a host over its TLS', () => {
  const plain = ingress('b/i', { spec: { rules: [rule('a.example', path('/b'))] } });
  const part = compile('a.example', [secured(), plain], WITH_TLS);
  assert.deepEqual(lines(part.routes), [
    'prefix / -> a/web/80 serve/serve',
    'segment /b -> b/web/80 serve/serve',
  ]);
});

test('compileIngressHost() keeps a host on plain HTTP when its Secret is not valid, and says so', () => {
  for (const objects of [WEB, [...WEB, tlsSecret('a/tls', { ...GOOD, 'tls.key': '' })]]) {
    const part = compile('a.example', [secured()], objects);
    assert.equal(part.tls, null);
    assert.deepEqual(lines(part.routes), ['prefix / -> a/web/80 serve/none']);
    assert.deepEqual(told(part), ['error SecretNotValid a/i spec.tls[0].secretName']);
  }
});

test('compileIngressHost() takes Secrets of tls-cert-namespace when they are delegated', () => {
  const object = secured({ annotations: { 'projectcontour.io/tls-cert-namespace': 'b' } });
  const closed = compile('a.example', [object], WITH_TLS);
  assert.equal(closed.tls, null);
  assert.deepEqual(told(closed), ['error DelegationNotPermitted a/i spec.tls[0].secretName']);
  const open = delegation('b', [{ secretName: 'tls', targetNamespaces: ['a'] }]);
  assert.equal(compile('a.example', [object], [...WITH_TLS, open]).tls?.certificate, 'b/tls');
});

test('compileIngressHost() keeps only that Ingress from TLS whose lowest version is above the highest', () => {
  const annotations = {
    'projectcontour.io/tls-minimum-protocol-version': '1.3',
    'projectcontour.io/tls-maximum-protocol-version': '1.2',
  };
  const bad = secured({ annotations, name: 'a/a' });
  const alone = compile('a.example', [bad], WITH_TLS);
  assert.equal(alone.tls, null);
  assert.equal(alone.problems[0]?.reason, 'TLSVersionsNotValid');
  const other = ingress('b/z', { spec: { tls: [{ hosts: ['a.example'], secretName: 'tls' }] } });
  assert.equal(compile('a.example', [bad, other], WITH_TLS).tls?.certificate, 'b/tls');
});

test('compileIngressHost() takes the TLS settings of the oldest Ingress that has usable ones', () => {
  const annotations = { 'projectcontour.io/tls-minimum-protocol-version': '1.3' };
  const tls = [{ hosts: ['a.example'], secretName: 'tls' }];
  const old = ingress('b/i', { created: '2020-01-01T00:00:00Z', spec: { tls } });
  const young = ingress('a/i', { created: '2021-01-01T00:00:00Z', annotations, spec: { tls } });
  const part = compile('a.example', [young, old], WITH_TLS);
  assert.deepEqual(part.tls, {
    certificate: 'b/tls',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    clients: null,
  });
  assert.deepEqual(told(part), ['warning DuplicateTLS a/i spec.tls[0]']);
  const broken = compile('a.example', [young, old], [...WEB, tlsSecret('a/tls', GOOD)]);
  assert.equal(broken.tls?.certificate, 'a/tls');
});

// 4.3 Annotations

test('compileIngressHost() applies annotations to the routes of their own Ingress alone', () => {
  const annotations = {
    'ingress.kubernetes.io/force-ssl-redirect': 'true',
    'projectcontour.io/response-timeout': '3s',
    'projectcontour.io/retry-on': '5xx',
    'projectcontour.io/num-retries': '2',
    'projectcontour.io/websocket-routes': '/ws',
  };
  const annotated = ingress('a/i', {
    annotations,
    spec: { rules: [rule('a.example', path('/ws'), path('/x'))] },
  });
  const bare = ingress('b/i', { spec: { rules: [rule('a.example', path('/bare'))] } });
  const { routes } = compile('a.example', [annotated, bare]);
  const seen = routes.map(({ plain, action }) => {
    assert.ok(action.kind === 'forward');
    return { plain, ms: action.timeouts.responseMs, retries: action.retry?.count ?? 0, ws: action.websocket };
  });
  assert.deepEqual(seen, [
    { plain: 'redirect', ms: 3000, retries: 2, ws: true },
    { plain: 'redirect', ms: 3000, retries: 2, ws: false },
    { plain: 'serve', ms: 15_000, retries: 0, ws: false },
  ]);
});

test('compileIngressHost() compares WebSocket routes with the path as it is written', () => {
  const annotations = { 'projectcontour.io/websocket-routes': '/ws/, /' };
  const paths = [path('/ws/'), path('/ws', 'Exact'), { ...path('/'), path: '' }];
  const { routes } = compile('a.example', [
    ingress('a/i', { annotations, spec: { rules: [rule('a.example', ...paths)] } }),
  ]);
  assert.deepEqual(
    routes.map(({ action }) => action.kind === 'forward' && action.websocket),
    [true, false, true],
  );
});

test('compileIngressHost() hides the plain routes of an Ingress that does not allow HTTP', () => {
  const part = compile(
    'a.example',
    [secured({ annotations: { 'kubernetes.io/ingress.allow-http': 'false' } })],
    WITH_TLS,
  );
  assert.deepEqual(lines(part.routes), ['prefix / -> a/web/80 none/serve']);
});

test('compileIngressHost() redirects with force-ssl-redirect also where TLS ends before us', () => {
  const annotations = { 'ingress.kubernetes.io/force-ssl-redirect': 'true' };
  const part = compile('a.example', [secured({ annotations })], WEB);
  assert.deepEqual(lines(part.routes), ['prefix / -> a/web/80 redirect/none']);
});

test('compileIngressHost() reports an unknown annotation with each host in the same words', () => {
  const annotations = { 'projectcontour.io/retry': '5xx' };
  const spec = { rules: [rule('a.example', path('/')), rule('b.example', path('/'))] };
  const object = ingress('a/i', { annotations, spec });
  const first = compile('a.example', [object]).problems;
  assert.equal(first[0]?.reason, 'UnknownAnnotation');
  assert.deepEqual(compile('b.example', [object]).problems, first);
});

// 4.4 Conflicts

test('compileIngressHost() lets the oldest of two equal paths win and tells the other', () => {
  const spec = { rules: [rule('a.example', path('/x'))] };
  const old = ingress('b/old', { created: '2020-01-01T00:00:00Z', spec });
  const young = ingress('a/young', { created: '2021-01-01T00:00:00Z', spec });
  const part = compile('a.example', [young, old]);
  assert.deepEqual(lines(part.routes), ['segment /x -> b/web/80 serve/none']);
  assert.deepEqual(told(part), ['warning DuplicateMatch a/young spec.rules[0].http.paths[0]']);
  assert.match(part.problems[0]?.message ?? '', /spec\.rules\[0\]\.http\.paths\[0\] of Ingress b\/old/);
});

test('compileIngressHost() lets namespace and name decide between Ingresses without a time', () => {
  const spec = { rules: [rule('a.example', path('/x'))] };
  const part = compile('a.example', [ingress('b/a', { spec }), ingress('a/z', { spec })]);
  assert.deepEqual(lines(part.routes), ['segment /x -> a/web/80 serve/none']);
});

test('compileIngressHost() lets the later of two equal paths of one Ingress win', () => {
  const part = compile('a.example', one(path('/x'), path('/x/', 'Prefix', 'other')));
  assert.deepEqual(lines(part.routes), ['segment /x -> a/other/80 serve/none']);
  assert.deepEqual(told(part), ['warning DuplicateMatch a/i spec.rules[0].http.paths[0]']);
});

test('compileIngressHost() keeps paths of equal text and different kinds', () => {
  const part = compile(
    'a.example',
    one(path('/x'), path('/x', 'Exact'), path('/x', 'ImplementationSpecific')),
  );
  assert.equal(part.routes.length, 3);
  assert.deepEqual(part.problems, []);
});

test('compileIngressHost() lets a skipped path claim nothing', () => {
  const resource = { path: '/x', pathType: 'Prefix', backend: { resource: { kind: 'Bucket', name: 'b' } } };
  const first = ingress('a/a', { spec: { rules: [{ host: 'a.example', http: { paths: [resource] } }] } });
  const second = ingress('b/b', { spec: { rules: [rule('a.example', path('/x'))] } });
  assert.deepEqual(lines(compile('a.example', [first, second]).routes), [
    'segment /x -> b/web/80 serve/none',
  ]);
});

test('compileIngressHost() gives the same part for any order of the Ingresses', () => {
  const all = [
    secured(),
    ingress('b/i', { spec: { rules: [rule('a.example', path('/'), path('/x'))] } }),
    ingress('a/j', {
      created: '2020-01-01T00:00:00Z',
      spec: { rules: [rule('a.example', path('/x'), path('/y'))] },
    }),
    secured({ name: 'b/k', annotations: { 'projectcontour.io/unknown': '1' } }),
  ];
  const expected = compile('a.example', all, WITH_TLS);
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      assert.deepEqual(compile('a.example', shuffled, WITH_TLS), expected);
    }),
  );
});

test('compileIngressHost() reads only what the host needs', () => {
  const view = new MemoryView(WITH_TLS);
  const spec = { rules: [rule('a.example', path('/')), rule('b.example', path('/', 'Prefix', 'other'))] };
  compileIngressHost('a.example', [ingress('a/i', { spec }), secured({ name: 'b/z' })], view);
  assert.deepEqual(view.reads, ['get Secret b/tls', 'get Service a/web']);
});

test('compileIngressHost() stands an Ingress without a spec', () => {
  const bare = { kind: 'Ingress', metadata: { namespace: 'a', name: 'i' } } as Ingress;
  assert.deepEqual(compile('*', [bare, { ...bare, spec: {} }]).routes, []);
});

test('ingressHosts() names the hosts of rules with paths, of TLS sections, and * for the rest', () => {
  const cases = [
    { spec: {}, hosts: [] },
    { spec: { defaultBackend: { service: { name: 'web' } } }, hosts: ['*'] },
    { spec: { rules: [rule('A.example', path('/')), rule('', path('/'))] }, hosts: ['a.example', '*'] },
    { spec: { rules: [{ host: 'a.example' }, { host: 'b.example', http: { paths: [] } }] }, hosts: [] },
    { spec: { tls: [{ hosts: ['B.example', ''], secretName: 'tls' }, {}] }, hosts: ['b.example'] },
  ];
  for (const { spec, hosts } of cases) assert.deepEqual(ingressHosts(ingress('a/i', { spec })), hosts);
  assert.deepEqual(ingressHosts({}), []);
});
