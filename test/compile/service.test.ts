import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackendRef } from '../../src/compile/service.ts';
import { resolveBackend } from '../../src/compile/service.ts';
import type { CompileOptions } from '../../src/compile/view.ts';
import type { TestObject } from './memory-view.ts';
import { MemoryView } from './memory-view.ts';
import { makeCertificate, tlsSecret } from './test-certificates.ts';
import { delegation, service } from './test-objects.ts';

const ca = await makeCertificate({ subject: 'CN=Test CA', ca: true });

const REF: BackendRef = {
  namespace: 'a',
  service: 'web',
  port: 80,
  protocol: null,
  validation: null,
  balancer: 'round-robin',
  idleConnectionMs: 4000,
};

function resolve(
  objects: readonly TestObject[],
  ref: Partial<BackendRef> = {},
  options: Partial<CompileOptions> = {},
) {
  return resolveBackend(new MemoryView(objects, options), { ...REF, ...ref });
}

function resolved(...given: Parameters<typeof resolve>) {
  const result = resolve(...given);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function refused(...given: Parameters<typeof resolve>) {
  const result = resolve(...given);
  assert.ok(!result.ok);
  return result.error;
}

test('resolveBackend() turns a plain Service into an upstream with the defaults', () => {
  assert.deepEqual(resolved([service('a/web')]), {
    upstream: {
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
    port: 80,
    unsupported: null,
  });
});

test('resolveBackend() finds a TCP port by number or by name, to the same upstream', () => {
  const spec = {
    ports: [
      { name: 'dns-udp', port: 53, protocol: 'UDP' },
      { name: 'dns', port: 53, protocol: 'TCP' },
    ],
  };
  const byNumber = resolved([service('a/web', { spec })], { port: 53 });
  assert.equal(byNumber.upstream.endpoints, 'a/web/dns');
  assert.deepEqual(resolved([service('a/web', { spec })], { port: 'dns' }), byNumber);
});

test('resolveBackend() names the endpoints of a port without a name by its number', () => {
  const spec = { ports: [{ port: 8080 }] };
  const { upstream } = resolved([service('a/web', { spec })], { port: 8080 });
  assert.equal(upstream.endpoints, 'a/web/8080');
  assert.equal(upstream.name, 'a/web/8080');
});

test('resolveBackend() skips a service that is missing, has no such port, or none of TCP', () => {
  const udp = { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] };
  const cases = [
    { objects: [], ref: {}, message: 'Service a/web does not exist' },
    { objects: [service('b/web')], ref: {}, message: 'Service a/web does not exist' },
    { objects: [service('a/web')], ref: { port: 81 }, message: 'Service a/web has no port 81' },
    { objects: [service('a/web')], ref: { port: 'ftp' }, message: 'Service a/web has no port "ftp"' },
    { objects: [service('a/web')], ref: { port: '80' }, message: 'Service a/web has no port "80"' },
    {
      objects: [service('a/web', { spec: { ports: [] } })],
      ref: {},
      message: 'Service a/web has no port 80',
    },
    {
      objects: [service('a/web', { spec: udp })],
      ref: { port: 53 },
      message: 'port 53 of Service a/web is not a TCP port',
    },
    {
      objects: [service('a/web')],
      ref: { healthPort: 8081 },
      message: 'healthPort: Service a/web has no port 8081',
    },
  ];
  for (const { objects, ref, message } of cases) {
    assert.deepEqual(refused(objects, ref), {
      type: 'ServiceError',
      reason: 'ServiceUnresolvedReference',
      message,
      effect: 'service',
    });
  }
});

test('resolveBackend() takes a health port of the same Service', () => {
  const spec = { ports: [{ port: 80 }, { name: 'health', port: 8081 }] };
  assert.equal(resolve([service('a/web', { spec })], { healthPort: 8081 }).ok, true);
});

test('resolveBackend() prefers the route over appProtocol over annotations', () => {
  const annotations = { 'projectcontour.io/upstream-protocol.tls': '80' };
  const spec = { ports: [{ port: 80, appProtocol: 'kubernetes.io/h2c' }] };
  const given = resolved([service('a/web', { annotations, spec })], { protocol: 'tls' }).upstream;
  assert.deepEqual([given.protocol, given.tls === null], ['http1', false]);
  assert.equal(resolved([service('a/web', { annotations, spec })]).upstream.protocol, 'h2c');
  assert.notEqual(resolved([service('a/web', { annotations })]).upstream.tls, null);
  const bad = { ports: [{ port: 80, appProtocol: 'gopher' }] };
  assert.equal(resolved([service('a/web', { annotations, spec: bad })]).upstream.tls, null);
});

test('resolveBackend() gives each protocol an upstream of its own', () => {
  const names = new Set<string>();
  for (const [protocol, spoken, encrypted] of [
    [null, 'http1', false],
    ['tls', 'http1', true],
    ['h2c', 'h2c', false],
    ['h2', 'h2', true],
  ] as const) {
    const { upstream, unsupported } = resolved([service('a/web')], { protocol });
    assert.deepEqual([upstream.protocol, upstream.tls !== null, unsupported], [spoken, encrypted, null]);
    names.add(upstream.name);
  }
  assert.equal(names.size, 4);
});

test('resolveBackend() speaks TLS with the configured versions, unverified without validation', () => {
  const { upstream } = resolved(
    [service('a/web')],
    { protocol: 'tls' },
    { upstreamTlsMinVersion: 'TLSv1.3' },
  );
  assert.deepEqual(upstream.tls, { verify: null, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });
});

test('resolveBackend() gives an upstream the timeouts and breaker of options, route and annotations', () => {
  const annotations = { 'projectcontour.io/max-requests': '7' };
  const breaker = { connections: 1, pendingRequests: 2, requests: 3, retries: 4, perEndpointConnections: 5 };
  const { upstream } = resolved(
    [service('a/web', { annotations })],
    { idleConnectionMs: 0, balancer: 'random' },
    { breaker, connectTimeoutMs: 5000 },
  );
  const { name, endpoints, ...settings } = upstream;
  assert.match(name, /^a\/web\/80#/);
  assert.equal(endpoints, 'a/web/http');
  assert.deepEqual(settings, {
    protocol: 'http1',
    tls: null,
    balancer: 'random',
    connectTimeoutMs: 5000,
    idleConnectionMs: 0,
    breaker: { ...breaker, requests: 7 },
  });
});

test('resolveBackend() verifies the server with the bundle and the names of validation', () => {
  const secret = tlsSecret('a/ca', { 'ca.crt': ca.certPem }, 'Opaque');
  const validation = { caSecret: 'ca', subjectNames: ['web.internal', 'web'] };
  const { upstream } = resolved([service('a/web'), secret], { protocol: 'tls', validation });
  assert.deepEqual(upstream.tls?.verify, { caPem: ca.certPem, names: ['web.internal', 'web'] });
  const plain = resolved([service('a/web')], { validation });
  assert.equal(plain.upstream.name, 'a/web/80', 'ignored in the clear');
});

test('resolveBackend() takes a bundle of another namespace when it is delegated', () => {
  const secret = tlsSecret('certs/ca', { 'ca.crt': ca.certPem }, 'Opaque');
  const validation = { caSecret: 'certs/ca', subjectNames: ['web'] };
  assert.deepEqual(refused([service('a/web'), secret], { protocol: 'tls', validation }), {
    type: 'TLSError',
    reason: 'CACertificateNotDelegated',
    message: 'Secret certs/ca: no TLSCertificateDelegation in namespace certs permits its use in namespace a',
    effect: 'route',
  });
  const open = delegation('certs', [{ secretName: 'ca', targetNamespaces: ['a'] }]);
  assert.equal(resolve([service('a/web'), secret, open], { protocol: 'tls', validation }).ok, true);
});

test('resolveBackend() fails the route when validation cannot be used', () => {
  const secret = tlsSecret('a/ca', { 'ca.crt': ca.certPem }, 'Opaque');
  const cases = [
    { caSecret: '', subjectNames: ['web'] },
    { caSecret: 'missing', subjectNames: ['web'] },
    { caSecret: 'ca', subjectNames: [] },
    { caSecret: 'ca', subjectNames: [''] },
    { caSecret: 'ca', subjectNames: ['a'.repeat(251)] },
    { caSecret: 'ca', subjectNames: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] },
  ];
  for (const validation of cases) {
    const { type, reason, effect } = refused([service('a/web'), secret], { protocol: 'tls', validation });
    assert.deepEqual([type, reason, effect], ['ServiceError', 'TLSUpstreamValidation', 'route']);
  }
});

test('resolveBackend() refuses ExternalName unless it is enabled, and this machine even then', () => {
  const external = (externalName: string) =>
    service('a/web', { spec: { type: 'ExternalName', externalName, ports: [{ port: 80 }] } });
  assert.match(refused([external('db.example.com')]).message, /enableExternalNameService/);
  const options = { enableExternalNameService: true };
  assert.match(refused([external('localhost.')], {}, options).message, /"localhost\." is refused/);
  assert.equal(refused([external('')], {}, options).reason, 'ServiceUnresolvedReference');
  const found = resolved([external('DB.example.com.')], {}, options);
  assert.equal(found.upstream.endpoints, 'dns:db.example.com:80');
  assert.equal(found.unsupported, 'ExternalName');
});

test('resolveBackend() looks at what it uses alone', () => {
  const view = new MemoryView([service('a/web')]);
  resolveBackend(view, REF);
  resolveBackend(view, { ...REF, service: 'missing' });
  assert.deepEqual(view.reads, ['get Service a/web', 'get Service a/missing']);
});
