import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApiDocument, openApiIndex } from '../../../src/admin/kube/open-api.ts';
import { apiResources } from '../../../src/admin/kube/resources.ts';
import { loadCrdSchemas } from '../../../src/resources/crd-schemas.ts';

const RESOURCES = apiResources(loadCrdSchemas());
const KIND = { group: 'projectcontour.io', version: 'v1', kind: 'HTTPProxy' };

test('openApiIndex() has the group versions with schemas of ours', () => {
  assert.deepEqual(openApiIndex(RESOURCES).paths, {
    'apis/projectcontour.io/v1': { serverRelativeURL: '/openapi/v3/apis/projectcontour.io/v1' },
    'apis/projectcontour.io/v1alpha1': { serverRelativeURL: '/openapi/v3/apis/projectcontour.io/v1alpha1' },
  });
});

test('openApiDocument() leads from a path to its kind and schema', () => {
  const document = openApiDocument('projectcontour.io/v1', RESOURCES) ?? assert.fail();
  const path = '/apis/projectcontour.io/v1/namespaces/{namespace}/httpproxies/{name}';
  assert.deepEqual(document.paths[path]?.get['x-kubernetes-group-version-kind'], KIND);
  const schema = document.components.schemas['io.projectcontour.v1.HTTPProxy'];
  assert.deepEqual(schema?.['x-kubernetes-group-version-kind'], [KIND]);
  assert.ok(schema.properties?.spec?.description);
});

test('openApiDocument() knows nothing of built-in kinds', () => {
  assert.equal(openApiDocument('v1', RESOURCES), null);
});
