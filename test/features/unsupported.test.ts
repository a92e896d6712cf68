import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';
import { ingress } from '../support/ingress.ts';
import { certificateFor, refusedWith, secureConnect, testAuthority, tlsSecret } from '../support/tls.ts';

/** What protects traffic, or changes how it is spoken, and is not honoured by this release. */
interface Case {
  readonly name: string;
  /** Beside the name and `tls` in `virtualhost`. */
  readonly host?: string;
  /** Beside `secretName` in `tls`, or all of it. */
  readonly tls?: string;
  /** Of the route `/guarded`. */
  readonly route?: string;
  /** Beside routes in `spec`. */
  readonly spec?: string;
  /** What is refused: the host, every route of it, or `/guarded` alone. */
  readonly refused: 'host' | 'routes' | 'route';
  /** In a warning. */
  readonly says: RegExp;
}

const JWT = 'jwtProviders: [{name: p, default: DEFAULT, remoteJWKS: {uri: "https://issuer.test/keys"}}]';
const AUTHORIZATION = 'authorization: {extensionRef: {name: auth}, authPolicy: {disabled: DISABLED}}';

const CASES: readonly Case[] = [
  {
    name: 'tokens by default',
    host: JWT.replace('DEFAULT', 'true'),
    refused: 'routes',
    says: /does not verify tokens/,
  },
  {
    name: 'tokens that a route requires',
    host: JWT.replace('DEFAULT', 'false'),
    route: 'jwtVerificationPolicy: {require: p}',
    refused: 'route',
    says: /does not verify tokens/,
  },
  {
    name: 'an authorizer for the host',
    host: AUTHORIZATION.replace('DISABLED', 'false'),
    refused: 'routes',
    says: /does not ask authorizers/,
  },
  {
    name: 'an authorizer that a route turns on again',
    host: AUTHORIZATION.replace('DISABLED', 'true'),
    route: 'authPolicy: {disabled: false}',
    refused: 'route',
    says: /does not ask authorizers/,
  },
  {
    name: 'TCP behind TLS',
    spec: 'tcpproxy: {services: [{name: web, port: 80}]}',
    refused: 'host',
    says: /does not forward TCP/,
  },
  {
    name: 'TLS passed through',
    tls: 'passthrough',
    spec: 'tcpproxy: {services: [{name: web, port: 80}]}',
    refused: 'host',
    says: /does not pass TLS through/,
  },
];

const EXTENSION = `apiVersion: projectcontour.io/v1alpha1
kind: ExtensionService
metadata: {name: auth, namespace: default}
spec: {services: [{name: web, port: 80}], protocol: h2c}`;

for (const { name, host = '', tls = '', route = '', spec = '', refused, says } of CASES) {
  test(`nothing is served unguarded: ${name}`, async (t) => {
    const upstream = await echoUpstream(t, 'web');
    const { certificate } = await testAuthority();
    const tlsBlock =
      tls === 'passthrough' ? '{passthrough: true}' : `{secretName: web${tls === '' ? '' : `, ${tls}`}}`;
    const to = 'services: [{name: web, port: 80}]';
    const proxy = rootProxy(
      'web',
      'web.test',
      `  routes:
    - {conditions: [{prefix: /guarded}], permitInsecure: true, ${route === '' ? '' : `${route}, `}${to}}
    - {conditions: [{prefix: /redirect}], permitInsecure: true, ${route === '' ? '' : `${route}, `}requestRedirectPolicy: {path: /x}}
    - {conditions: [{prefix: /open}], permitInsecure: true, services: [{name: web, port: 80}]}
${spec === '' ? '' : `  ${spec}`}`,
    ).replace('test"}', `test", tls: ${tlsBlock}${host === '' ? '' : `, ${host}`}}`);
    const gateway = await startTestGateway(t, {
      manifests: {
        'web.yaml': documents(
          service('web', [upstream.port]),
          tlsSecret('web', await certificateFor('web.test')),
          `apiVersion: v1
kind: Secret
metadata: {name: ca, namespace: default}
data: {ca.crt: ${Buffer.from(certificate).toString('base64')}}`,
          EXTENSION,
          proxy,
        ),
      },
    });
    const status = await statusOf(gateway, 'web');
    assert.deepEqual(status.errors, []);
    assert.equal(status.current, 'valid');
    assert.ok(
      status.messages.some((message) => says.test(message)),
      `${status.messages}`,
    );
    const redirected = route !== '' || refused !== 'route';
    const expected = {
      '/guarded': 503,
      '/redirect': redirected ? 503 : 302,
      '/open': refused === 'route' ? 200 : 503,
    };
    for (const [path, code] of Object.entries(expected)) {
      const reply = await ask(t, gateway.http, { host: 'web.test', path });
      assert.equal(reply.status, code, `plain ${path}`);
      if (code === 503)
        assert.equal(reply.headers.get('proxy-status'), 'sluice; error=proxy_configuration_error');
    }
    if (refused === 'host') {
      await refusedWith(secureConnect(t, gateway.https, 'web.test'));
    } else {
      for (const [path, code] of Object.entries(expected)) {
        const client = await secureConnect(t, gateway.https, 'web.test');
        assert.match(await client.get('web.test', path), new RegExp(`^HTTP/1\\.1 ${code} `), `TLS ${path}`);
      }
    }
    assert.ok(upstream.heads.every((head) => head.startsWith('GET /open ')));
  });
}

test('an Ingress that asks ingress-nginx for a guard answers 503 on its paths', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        ingress(
          'guarded',
          { 'web.test': [['/guarded', 'web']] },
          { annotations: { 'nginx.ingress.kubernetes.io/auth-url': 'http://auth.test/' } },
        ),
        ingress('open', { 'web.test': [['/', 'web']] }),
      ),
    },
  });
  const reply = await ask(t, gateway.http, { host: 'web.test', path: '/guarded/x' });
  assert.equal(reply.status, 503);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=proxy_configuration_error');
  assert.equal((await ask(t, gateway.http, { host: 'web.test' })).from, 'web');
});

/** Policies that only add comfort: ignored with a warning, the route serves. */
const IGNORED: readonly (readonly [name: string, host: string, route: string])[] = [
  ['health checks', '', 'healthCheckPolicy: {path: /health}'],
  ['internal redirects', '', 'internalRedirectPolicy: {maxInternalRedirects: 1}'],
  ['global limits', 'rateLimitPolicy: {global: {descriptors: [{entries: [{remoteAddress: {}}]}]}}', ''],
  ['session affinity', '', 'loadBalancerPolicy: {strategy: Cookie}'],
];

for (const [name, host, route] of IGNORED) {
  test(`what guards nothing is left out with a warning: ${name}`, async (t) => {
    const upstream = await echoUpstream(t, 'web');
    const proxy = rootProxy(
      'web',
      'web.test',
      `  routes: [{services: [{name: web, port: 80}]${route === '' ? '' : `, ${route}`}}]`,
    ).replace('test"}', `test"${host === '' ? '' : `, ${host}`}}`);
    const gateway = await startTestGateway(t, {
      manifests: { 'web.yaml': documents(service('web', [upstream.port]), proxy) },
    });
    assert.equal((await ask(t, gateway.http, { host: 'web.test' })).from, 'web');
    const status = await statusOf(gateway, 'web');
    assert.equal(status.current, 'valid');
    assert.deepEqual(status.warnings, ['SpecError/IgnoredField']);
  });
}
