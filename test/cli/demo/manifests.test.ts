import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { checkRows } from '../../../src/cli/check-rows.ts';
import { compileManifests } from '../../../src/cli/compile-manifests.ts';
import { writeDemoManifests } from '../../../src/cli/demo/manifests.ts';
import { DEFAULT_COMPILE } from '../../../src/config.ts';

test('writeDemoManifests() writes manifests that are all valid, with endpoints and certificate', async (t) => {
  const written = await writeDemoManifests({ 'hello-v1': 1001, 'hello-v2': 1002 });
  t.after(() => written.remove());
  const compiled = await compileManifests([written.folder], DEFAULT_COMPILE);
  assert.deepEqual(
    checkRows(compiled).map(({ object, state, messages }) => ({ object, state, messages })),
    ['HTTPProxy demo/hello', 'HTTPProxy demo/secure', 'Ingress demo/hello'].map((object) => ({
      object,
      state: 'valid',
      messages: [],
    })),
  );
  const ports = [...compiled.result.snapshot.endpoints.values()].flatMap(({ endpoints }) =>
    endpoints.map(({ port }) => port),
  );
  assert.deepEqual(ports.sort(), [1001, 1002]);
});

test('writeDemoManifests() keeps its folder to itself and removes it', async () => {
  const written = await writeDemoManifests({});
  assert.equal(statSync(written.folder).mode & 0o777, 0o700);
  await written.remove();
  assert.equal(existsSync(written.folder), false);
});
