import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isBelow, ManifestFiles } from '../../src/resources/manifest-files.ts';
import { Store } from '../../src/resources/store.ts';
import type { Validator } from '../../src/resources/validate.ts';
import { proxyYaml, validator } from './sample-objects.ts';

async function open(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'sluice-files-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const store = new Store();
  const validated: unknown[] = [];
  const counting: Validator = {
    validate(object) {
      validated.push(object);
      return validator.validate(object);
    },
  };
  const files = new ManifestFiles([root], { store, validator: counting, onDirectory: () => {} });
  return {
    root,
    store,
    files,
    validated,
    check: (reread: readonly string[] = []) => files.check([root], new Set(reread)),
  };
}

test('isBelow() compares whole names', () => {
  assert.ok(isBelow('/a/b', '/a'));
  assert.ok(isBelow('/a', '/a'));
  assert.ok(isBelow('/a', '/'));
  assert.ok(!isBelow('/ab', '/a'));
  assert.ok(!isBelow('/a', '/a/b'));
});

test('ManifestFiles.check() parses only what changed', async (t) => {
  const { root, validated, check } = await open(t);
  await writeFile(join(root, 'a.yaml'), proxyYaml('a'));
  await writeFile(join(root, 'b.yaml'), proxyYaml('b'));
  await check();
  assert.equal(validated.length, 2);
  await check();
  assert.equal(validated.length, 2);
  await writeFile(join(root, 'b.yaml'), proxyYaml('b', '/longer'));
  await check();
  assert.equal(validated.length, 3);
  await check([join(root, 'a.yaml')]);
  assert.equal(validated.length, 3, 'read again, with the same text');
});

test('ManifestFiles.check() tells the store one batch for all files', async (t) => {
  const { root, store, check } = await open(t);
  const batches: number[] = [];
  store.subscribe((changes) => batches.push(changes.length));
  await writeFile(join(root, 'a.yaml'), proxyYaml('a'));
  await writeFile(join(root, 'b.yaml'), proxyYaml('b'));
  await check();
  await writeFile(join(root, 'c.yaml'), proxyYaml('c'));
  await unlink(join(root, 'a.yaml'));
  await check();
  assert.deepEqual(batches, [2, 2]);
});

test('ManifestFiles.reports() is sorted by file and line', async (t) => {
  const { root, files, check } = await open(t);
  const bad = `{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {ports: [{}]}}\n`;
  await writeFile(join(root, 'b.yaml'), `${bad}---\n${bad}`);
  await writeFile(join(root, 'a.yaml'), 'a: [\n');
  await check();
  assert.deepEqual(
    files.reports().map(({ file, line }) => `${file.slice(root.length + 1)}:${line}`),
    ['a.yaml:2', 'b.yaml:1', 'b.yaml:3'],
  );
});

test('ManifestFiles.different() names what is new, changed or gone, and changes nothing', async (t) => {
  const { root, files, store, check } = await open(t);
  for (const name of ['a', 'b', 'c']) await writeFile(join(root, `${name}.yaml`), proxyYaml(name));
  await check();
  assert.deepEqual(await files.different(), []);
  await writeFile(join(root, 'a.yaml'), proxyYaml('a', '/longer/than/before'));
  await unlink(join(root, 'b.yaml'));
  await writeFile(join(root, 'd.yaml'), proxyYaml('d'));
  const paths = ['a', 'b', 'd'].map((name) => join(root, `${name}.yaml`));
  assert.deepEqual((await files.different()).toSorted(), paths);
  assert.equal(store.list('HTTPProxy').length, 3);
  await files.check(paths, new Set());
  assert.deepEqual(await files.different(), []);
});

test('ManifestFiles.different() names the root that is away, until it is back', async (t) => {
  const { root, files, check } = await open(t);
  await writeFile(join(root, 'a.yaml'), proxyYaml('a'));
  await check();
  await rm(root, { recursive: true });
  await check();
  assert.ok((await files.different()).includes(root));
  await mkdir(root);
  await writeFile(join(root, 'a.yaml'), proxyYaml('a'));
  await files.check(await files.different(), new Set());
  assert.deepEqual(await files.different(), []);
});
