import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fqdnOfRoot, hostsOfIngress, serviceOfSlice } from '../../src/resources/index-keys.ts';
import { accept, proxy } from './sample-objects.ts';

const ingress = (spec: object) =>
  accept({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'a' }, spec });

test('fqdnOfRoot() is the FQDN of a root, and nothing for a child or no object', () => {
  assert.deepEqual(fqdnOfRoot(accept(proxy('web'))), ['web.example.com']);
  assert.deepEqual(fqdnOfRoot(accept({ ...proxy('web'), spec: {} })), []);
  assert.deepEqual(fqdnOfRoot(null), []);
});

test('hostsOfIngress() is every host once, and the catch-all for an empty one or a default backend', () => {
  const backend = { service: { name: 'a' } };
  assert.deepEqual(
    hostsOfIngress(ingress({ rules: [{ host: 'a.b' }, { host: 'a.b' }], tls: [{ hosts: ['c.d', ''] }, {}] })),
    ['a.b', 'c.d'],
  );
  assert.deepEqual(hostsOfIngress(ingress({ rules: [{}] })), ['*']);
  assert.deepEqual(hostsOfIngress(ingress({ defaultBackend: backend, rules: [{ host: 'a.b' }] })), [
    '*',
    'a.b',
  ]);
  assert.deepEqual(hostsOfIngress(null), []);
});

test('serviceOfSlice() is the Service of the label', () => {
  const slice = (labels: object) =>
    accept({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'a', namespace: 'n', labels },
      addressType: 'IPv4',
    });
  assert.deepEqual(serviceOfSlice(slice({ 'kubernetes.io/service-name': 'web' })), ['n/web']);
  assert.deepEqual(serviceOfSlice(slice({})), []);
  assert.deepEqual(serviceOfSlice(null), []);
});
