import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  apiGroup,
  coreVersions,
  groupList,
  groupVersionOf,
  resourceList,
  serverVersion,
} from '../../../src/admin/kube/discovery.ts';
import { apiResources } from '../../../src/admin/kube/resources.ts';
import { loadCrdSchemas } from '../../../src/resources/crd-schemas.ts';

const RESOURCES = apiResources(loadCrdSchemas());

const CONTOUR = {
  name: 'projectcontour.io',
  versions: [
    { groupVersion: 'projectcontour.io/v1', version: 'v1' },
    { groupVersion: 'projectcontour.io/v1alpha1', version: 'v1alpha1' },
  ],
  preferredVersion: { groupVersion: 'projectcontour.io/v1', version: 'v1' },
};

test('coreVersions() has v1 alone', () => {
  assert.deepEqual(coreVersions().versions, ['v1']);
});

test('groupList() names every group once, the core group not', () => {
  const { groups } = groupList(RESOURCES);
  assert.deepEqual(
    groups.map(({ name }) => name),
    ['discovery.k8s.io', 'networking.k8s.io', 'projectcontour.io'],
  );
  assert.deepEqual(groups[2], CONTOUR);
});

test('apiGroup() describes one group, or nothing', () => {
  assert.deepEqual(apiGroup('projectcontour.io', RESOURCES), {
    kind: 'APIGroup',
    apiVersion: 'v1',
    ...CONTOUR,
  });
  assert.equal(apiGroup('', RESOURCES), null);
  assert.equal(apiGroup('apps', RESOURCES), null);
});

test('resourceList() tells that all may be read and nothing more', () => {
  const list = resourceList('projectcontour.io/v1', RESOURCES) ?? assert.fail();
  assert.deepEqual(list.resources[0], {
    name: 'httpproxies',
    singularName: 'httpproxy',
    namespaced: true,
    kind: 'HTTPProxy',
    verbs: ['get', 'list'],
    shortNames: ['proxy', 'proxies'],
  });
  assert.equal(resourceList('projectcontour.io/v2', RESOURCES), null);
});

test('groupVersionOf() leaves out the core group', () => {
  assert.equal(groupVersionOf({ group: '', version: 'v1' }), 'v1');
  assert.equal(groupVersionOf({ group: 'a.b', version: 'v1' }), 'a.b/v1');
});

test('serverVersion() is a semantic version that names Sluice', () => {
  assert.match(serverVersion('0.1.0').gitVersion, /^v1\.\d+\.0\+sluice\.0\.1\.0$/);
});
