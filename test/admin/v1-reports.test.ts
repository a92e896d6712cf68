import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificatesReport, routesReport, upstreamsReport } from '../../src/admin/v1-reports.ts';
import { fakeGateway } from './fake-gateway.ts';

test('routesReport() shows hosts by name, their routes in order, and where each comes from', () => {
  const { version, hosts } = routesReport(fakeGateway(), null);
  assert.equal(version, 7);
  assert.deepEqual(
    hosts.map(({ name }) => name),
    ['*.team.test', 'shop.test'],
  );
  assert.deepEqual(hosts[1]?.routes[0], {
    match: 'exact /cart',
    does: 'forward to shop/web/80',
    plain: 'serve',
    secure: 'serve',
    filters: [],
    origin: { kind: 'HTTPProxy', namespace: 'shop', name: 'web', field: 'spec.routes[0]' },
    place: 'manifests/gone.yaml:4',
  });
  assert.equal(hosts[0]?.routes[0]?.place, null);
});

test('routesReport() shows only the host that answers for a name', () => {
  const namesFor = (host: string) => routesReport(fakeGateway(), host).hosts.map(({ name }) => name);
  assert.deepEqual(namesFor('SHOP.test'), ['shop.test']);
  assert.deepEqual(namesFor('a.team.test'), ['*.team.test']);
  assert.deepEqual(namesFor('elsewhere.test'), []);
});

test('upstreamsReport() shows endpoints and counters, and of TLS no certificate', () => {
  assert.deepEqual(upstreamsReport(fakeGateway()), {
    version: 7,
    upstreams: [
      {
        name: 'shop/web/80',
        endpoints: ['10.1.0.1:8080'],
        balancer: 'round-robin',
        tls: { verify: { names: ['web.test'] }, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
        connectTimeoutMs: 2000,
        idleConnectionMs: 60_000,
        breaker: { connections: 1, pendingRequests: 2, requests: 3, retries: 4, perEndpointConnections: 0 },
        counters: { requests: 5, retries: 1, active: 2, connections: 3, surplusBytes: 0 },
      },
    ],
  });
});

test('certificatesReport() lets nothing through that it does not know, as a key', () => {
  const [certificate] = fakeGateway().certificates();
  assert.ok(certificate);
  const careless = { ...certificate, key: 'KEY' };
  assert.deepEqual(certificatesReport({ certificates: () => [careless] }), { certificates: [certificate] });
});
