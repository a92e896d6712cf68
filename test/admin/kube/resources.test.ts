import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiResources } from '../../../src/admin/kube/resources.ts';
import { loadCrdSchemas } from '../../../src/resources/crd-schemas.ts';
import { KIND_FACTS } from '../../../src/resources/kinds.ts';

const RESOURCES = apiResources(loadCrdSchemas());

function columnsOf(kind: string): readonly string[] {
  return RESOURCES.find((one) => one.kind === kind)?.columns.map(({ name }) => name) ?? [];
}

test('apiResources() has every kind that the gateway reads', () => {
  assert.deepEqual(RESOURCES.map(({ kind }) => kind).sort(), Object.keys(KIND_FACTS).sort());
});

test('apiResources() takes names of our kinds from their CRDs', () => {
  const { plural, singular, shortNames, group, version, namespaced } =
    RESOURCES.find(({ kind }) => kind === 'HTTPProxy') ?? assert.fail();
  assert.deepEqual(
    [plural, singular, shortNames, group, version, namespaced],
    ['httpproxies', 'httpproxy', ['proxy', 'proxies'], 'projectcontour.io', 'v1', true],
  );
});

test('apiResources() has the core group without a name', () => {
  const { group, version } = RESOURCES.find(({ kind }) => kind === 'Secret') ?? assert.fail();
  assert.deepEqual([group, version], ['', 'v1']);
});

test('apiResources() shows the columns of a CRD and no age, or only the age', () => {
  assert.deepEqual(columnsOf('HTTPProxy'), ['Name', 'FQDN', 'TLS Secret', 'Status', 'Status Description']);
  assert.deepEqual(columnsOf('TLSCertificateDelegation'), ['Name', 'Age']);
});

test('apiResources() shows the columns of built-in kinds, wide ones last', () => {
  assert.deepEqual(columnsOf('Ingress'), ['Name', 'Class', 'Hosts', 'Address', 'Ports', 'Age']);
  assert.deepEqual(columnsOf('Service').slice(-2), ['Age', 'Selector']);
});

test('apiResources() throws when a CRD is missing', () => {
  assert.throws(() => apiResources([]), /crds\/ has no CustomResourceDefinition of HTTPProxy/);
});
