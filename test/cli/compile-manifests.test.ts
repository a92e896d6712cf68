import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileManifests } from '../../src/cli/compile-manifests.ts';
import { DEFAULT_COMPILE } from '../../src/config.ts';
import { manifestFolder, WEB_PROXY, WEB_SERVICE } from '../support/manifest-folder.ts';

test('compileManifests() compiles what stands in a folder', async (t) => {
  const folder = await manifestFolder(t, { 'a.yaml': WEB_SERVICE, 'b.yaml': WEB_PROXY });
  const { store, manifests, result } = await compileManifests([folder], DEFAULT_COMPILE);
  assert.equal(store.list('Service').length, 1);
  assert.deepEqual([...result.snapshot.hosts.keys()], ['web.test']);
  assert.deepEqual(manifests.reports(), []);
});
