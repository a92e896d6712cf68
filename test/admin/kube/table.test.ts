import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiResources } from '../../../src/admin/kube/resources.ts';
import { partialMetadata, tableOf } from '../../../src/admin/kube/table.ts';
import { loadCrdSchemas } from '../../../src/resources/crd-schemas.ts';
import { NOW_MS, OBJECTS } from '../fake-gateway.ts';

const PROXIES = OBJECTS.filter(({ kind }) => kind === 'HTTPProxy');
const RESOURCE = apiResources(loadCrdSchemas()).find(({ kind }) => kind === 'HTTPProxy') ?? assert.fail();
const OPTIONS = {
  resource: RESOURCE,
  version: 'v1',
  listMetadata: { resourceVersion: '7' },
  includeObject: null,
  nowMs: NOW_MS,
};

test('tableOf() has a definition for each column and a cell for each in a row', () => {
  const table = tableOf(PROXIES, OPTIONS);
  assert.deepEqual([table.kind, table.apiVersion], ['Table', 'meta.k8s.io/v1']);
  assert.deepEqual(table.columnDefinitions[0], {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'Unique within a namespace.',
    priority: 0,
  });
  assert.deepEqual(
    table.rows.map(({ cells }) => cells),
    [
      ['web', 'shop.test', 'shop-tls', 'NotReconciled', 'Waiting for controller'],
      ['api', null, null, null, null],
    ],
  );
});

test('tableOf() brings the metadata of each object, all of it, or nothing', () => {
  const [proxy] = PROXIES;
  assert.ok(proxy);
  const objectFor = (includeObject: string | null) =>
    tableOf([proxy], { ...OPTIONS, includeObject }).rows[0]?.object;
  assert.deepEqual(objectFor(null), partialMetadata(proxy, 'v1'));
  assert.deepEqual(objectFor('Metadata'), partialMetadata(proxy, 'v1'));
  assert.equal(objectFor('Object'), proxy);
  assert.equal(objectFor('None'), null);
});

test('partialMetadata() has nothing but metadata', () => {
  const [proxy] = PROXIES;
  assert.ok(proxy);
  assert.deepEqual(partialMetadata(proxy, 'v1'), {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: proxy.metadata,
  });
});
