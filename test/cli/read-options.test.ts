import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readOptions } from '../../src/cli/read-options.ts';
import { fakeContext } from '../support/command.ts';

test('readOptions() lays flags over the file that --config names', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'sluice.yaml');
  await writeFile(file, 'workers: 3\ndrainDelay: 5\n');
  const flags = new Map([
    ['config', [file]],
    ['manifests', ['m']],
    ['workers', ['4']],
  ]);
  const resolved = await readOptions(flags, fakeContext());
  assert.ok(resolved.ok);
  assert.equal(resolved.value.options.static.workers, 4);
  assert.equal(resolved.value.options.static.drainDelayMs, 5000);
});

test('readOptions() says that it cannot read the file', async () => {
  const resolved = await readOptions(new Map([['config', ['/nowhere/x.yaml']]]), fakeContext());
  assert.ok(!resolved.ok);
  assert.match(resolved.error.join(), /^cannot read --config: ENOENT/);
});

test('readOptions() finds that it runs in a cluster', async () => {
  const resolved = await readOptions(new Map(), fakeContext({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }));
  assert.ok(resolved.ok);
  assert.deepEqual(resolved.value.options.static.cluster, { kind: 'in-cluster' });
});
