import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { ingress } from '../support/ingress.ts';
import { certificateFor, refusedWith, secureConnect, tlsSecret } from '../support/tls.ts';

const DIRECT = (status: number) => `{directResponsePolicy: {statusCode: ${status}}}`;

/** Adds `creationTimestamp`, so that age decides. */
const born = (year: number, manifest: string) =>
  manifest.replace(
    'namespace: default}',
    `namespace: default, creationTimestamp: "${year}-01-01T00:00:00Z"}`,
  );

const BAD_ROUTES: readonly (readonly [route: string, errors: readonly string[]])[] = [
  ['{conditions: [{prefix: /bad}]}', ['RouteError/RouteActionCountNotValid']],
  [
    '{conditions: [{prefix: /bad}], services: [{name: web, port: 80}], directResponsePolicy: {statusCode: 200}}',
    ['RouteError/RouteActionCountNotValid'],
  ],
  [
    '{conditions: [{prefix: /bad}], services: [{name: web, port: 81}]}',
    ['ServiceError/ServiceUnresolvedReference'],
  ],
  [
    '{conditions: [{prefix: /bad}], services: [{name: nobody, port: 80}]}',
    ['ServiceError/ServiceUnresolvedReference'],
  ],
  [
    '{conditions: [{prefix: /bad}], services: [{name: web, port: 80}], timeoutPolicy: {response: .s}}',
    ['RouteError/TimeoutPolicyNotValid'],
  ],
  [
    '{conditions: [{prefix: /bad}], requestRedirectPolicy: {path: /a, prefix: /b}}',
    ['RouteError/RequestRedirectPolicy'],
  ],
  [
    '{conditions: [{prefix: /bad}, {header: {name: x}}], directResponsePolicy: {statusCode: 200}}',
    ['RouteError/HeaderMatchConditionsNotValid'],
  ],
  [
    '{conditions: [{prefix: /bad}, {queryParameter: {name: q}}], directResponsePolicy: {statusCode: 200}}',
    ['RouteError/QueryParameterMatchConditionsNotValid'],
  ],
  [
    '{conditions: [{prefix: /bad}], services: [{name: web, port: 80}], healthCheckPolicy: {path: /h, intervalSeconds: -1}}',
    ['RouteError/HealthCheckPolicyInvalid'],
  ],
  [
    '{conditions: [{prefix: /bad}], services: [{name: web, port: 80, slowStartPolicy: {window: 1s}}], loadBalancerPolicy: {strategy: Random}}',
    ['ServiceError/SlowStartInvalid'],
  ],
];

test('a route in error keeps its match and answers 503; its siblings serve', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        ...BAD_ROUTES.map(([route], i) =>
          rootProxy(`r${i}`, `r${i}.test`, `  routes: [${route}, {services: [{name: web, port: 80}]}]`),
        ),
      ),
    },
  });
  for (const [i, [route, errors]] of BAD_ROUTES.entries()) {
    await t.test(route, async (t) => {
      const bad = await ask(t, gateway.http, { host: `r${i}.test`, path: '/bad' });
      assert.equal(bad.status, 503);
      assert.equal(bad.body, '');
      assert.match(bad.headers.get('proxy-status') ?? '', /^sluice; error=/);
      assert.equal((await ask(t, gateway.http, { host: `r${i}.test` })).from, 'web');
      const status = await statusOf(gateway, `r${i}`);
      assert.equal(status.current, 'invalid');
      assert.deepEqual(status.errors, errors);
    });
  }
});

test('a route whose path cannot be read matches nothing', async (t) => {
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': rootProxy(
        'web',
        'web.test',
        `  routes: [{conditions: [{regex: "/a("}], directResponsePolicy: {statusCode: 201}}, ${DIRECT(200)}]`,
      ),
    },
  });
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/a' })).status, 200);
  assert.deepEqual((await statusOf(gateway, 'web')).errors, ['RouteError/PathMatchConditionsNotValid']);
});

test('of two roots with one name the oldest serves', async (t) => {
  const gateway = await startTestGateway(t, {
    manifests: {
      'a.yaml': born(2024, rootProxy('a-young', 'web.test', `  routes: [${DIRECT(201)}]`)),
      'b.yaml': born(2020, rootProxy('b-old', 'web.test', `  routes: [${DIRECT(202)}]`)),
      'c.yaml': born(2024, rootProxy('c-young', 'web.test', '  includes: [{name: child}]')),
      'child.yaml': httpProxy('child', `  routes: [${DIRECT(203)}]`),
    },
  });
  const served = async () => (await ask(t, gateway.http, { host: 'web.test' })).status;
  assert.equal(await served(), 202);
  const old = await statusOf(gateway, 'b-old');
  assert.equal(old.current, 'valid');
  assert.deepEqual(old.warnings, ['VirtualHostError/DuplicateVhost']);
  for (const name of ['a-young', 'c-young']) {
    const status = await statusOf(gateway, name);
    assert.equal(status.current, 'invalid');
    assert.deepEqual(status.errors, ['VirtualHostError/DuplicateVhost']);
    for (const claimant of ['a-young', 'b-old', 'c-young']) {
      assert.match(status.messages[0] ?? '', new RegExp(`default/${claimant}`));
    }
  }
  assert.equal((await statusOf(gateway, 'child')).current, 'orphaned');
  await gateway.remove('b.yaml');
  await gateway.until(async () => (await served()) === 201);
  await gateway.remove('a.yaml');
  await gateway.until(async () => (await served()) === 203);
  await gateway.until(async () => (await statusOf(gateway, 'child')).current === 'valid');
});

test('orphans are not validated until they are included', async (t) => {
  const gateway = await startTestGateway(t, {
    manifests: { 'child.yaml': httpProxy('child', '  routes: [{conditions: [{prefix: /bad}]}]') },
  });
  assert.deepEqual(await statusOf(gateway, 'child'), {
    current: 'orphaned',
    errors: ['Orphaned/Orphaned'],
    warnings: [],
    messages: (await statusOf(gateway, 'child')).messages,
  });
  await gateway.write('root.yaml', rootProxy('root', 'web.test', '  includes: [{name: child}]'));
  await gateway.until(async () => (await statusOf(gateway, 'child')).current === 'invalid');
  assert.deepEqual((await statusOf(gateway, 'child')).errors, ['RouteError/RouteActionCountNotValid']);
  assert.equal((await statusOf(gateway, 'root')).current, 'valid');
});

test('roots outside the root namespaces claim nothing', async (t) => {
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        born(2020, rootProxy('thief', 'web.test', `  routes: [${DIRECT(201)}]`)),
        rootProxy('web', 'web.test', `  routes: [${DIRECT(202)}]`).replace(
          'namespace: default',
          'namespace: roots',
        ),
      ),
    },
    compile: { rootNamespaces: ['roots'] },
  });
  assert.equal((await ask(t, gateway.http, { host: 'web.test' })).status, 202);
  assert.deepEqual((await statusOf(gateway, 'thief')).errors, [
    'RootNamespaceError/RootProxyNotAllowedInNamespace',
  ]);
  assert.equal((await statusOf(gateway, 'web', 'roots')).current, 'valid');
});

test('an object of another class is not served and has no status', async (t) => {
  const classy = (name: string, className: string) =>
    rootProxy(name, `${name}.test`, `  ingressClassName: ${className}\n  routes: [${DIRECT(200)}]`);
  const gateway = await startTestGateway(t, {
    manifests: { 'web.yaml': documents(classy('ours', 'sluice'), classy('theirs', 'nginx')) },
  });
  assert.equal((await ask(t, gateway.http, { host: 'ours.test' })).status, 200);
  assert.equal((await ask(t, gateway.http, { host: 'theirs.test' })).status, 404);
  assert.notEqual((await statusOf(gateway, 'theirs')).current, 'valid');
});

const OFF: readonly (readonly [name: string, host: string, error: string])[] = [
  ['tls without a Secret', 'tls: {secretName: missing}', 'TLSError/SecretNotValid'],
  ['tls without anything', 'tls: {}', 'TLSError/TLSConfigNotValid'],
  ['a Secret of another namespace', 'tls: {secretName: other/missing}', 'TLSError/DelegationNotPermitted'],
  [
    'tokens without TLS',
    'jwtProviders: [{name: p, remoteJWKS: {uri: "https://a.test"}}]',
    'JWTVerificationError/JWTVerificationNotPermitted',
  ],
  ['a bad origin', 'corsPolicy: {allowOrigin: ["("], allowMethods: [GET]}', 'CORSError/PolicyDidNotParse'],
];

const CHALLENGE = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: NAME, namespace: default}
spec:
  rules:
    - host: HOST
      http:
        paths:
          - {path: /.well-known/acme-challenge/token, pathType: Exact, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /other, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}`;

for (const [name, host, error] of OFF) {
  test(`a host that is off answers 503, challenges apart: ${name}`, async (t) => {
    const upstream = await echoUpstream(t, 'web');
    const gateway = await startTestGateway(t, {
      manifests: {
        'web.yaml': documents(
          service('web', [upstream.port]),
          rootProxy('off', 'off.test', `  routes: [${DIRECT(200)}]`).replace('test"}', `test", ${host}}`),
          CHALLENGE.replace('NAME', 'solver').replace('HOST', 'off.test'),
        ),
      },
    });
    for (const path of [
      '/',
      '/other',
      '/.well-known/acme-challenge',
      '/x/.well-known/acme-challenge/token',
    ]) {
      const reply = await ask(t, gateway.http, { host: 'off.test', path });
      assert.equal(reply.status, 503, path);
      assert.equal(reply.headers.get('proxy-status'), 'sluice; error=proxy_configuration_error');
    }
    const challenge = { host: 'off.test', path: '/.well-known/acme-challenge/token' };
    assert.equal((await ask(t, gateway.http, challenge)).from, 'web');
    const status = await statusOf(gateway, 'off');
    assert.equal(status.current, 'invalid');
    assert.ok(status.errors.includes(error), `${status.errors}`);
  });
}

test('a host that is off is off over TLS too, also where an Ingress has a certificate for it', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const proxy = (status: number) => rootProxy('off', 'off.test', `  routes: [${DIRECT(status)}]`);
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        tlsSecret('cert', await certificateFor('off.test')),
        ingress(
          'web',
          { 'off.test': [['/i', 'web']] },
          { spec: '  tls: [{hosts: [off.test], secretName: cert}]' },
        ),
      ),
      'proxy.yaml': proxy(200),
    },
  });
  const client = await secureConnect(t, gateway.https, 'off.test');
  assert.match(await client.get('off.test', '/i'), /<web>/);
  await gateway.write('proxy.yaml', proxy(200).replace('test"}', 'test", tls: {secretName: missing}}'));
  await gateway.until(async () => (await ask(t, gateway.http, { host: 'off.test' })).status === 503);
  await refusedWith(secureConnect(t, gateway.https, 'off.test'));
  // A connection that is open meets the host as it is now.
  assert.match(await client.get('off.test', '/i'), /HTTP\/1\.1 421 [\s\S]*$/);
  assert.equal(upstream.heads.length, 1);
});
