import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isManifestName, type Scan, scanPath } from '../../src/resources/scan-path.ts';

async function tree(t: TestContext, files: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'sluice-scan-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(join(root, file, '..'), { recursive: true });
    await writeFile(join(root, file), 'x');
  }
  return root;
}

const scan = (path: string, root = path): Promise<Scan> => scanPath(path, { root, onDirectory: () => {} });
const pathsOf = ({ files }: Scan, root: string): readonly string[] =>
  files.map(({ path }) => path.slice(root.length + 1));

test('isManifestName() takes the three extensions and no hidden file', () => {
  for (const name of ['a.yaml', 'a.yml', 'a.json', 'a.b.yaml']) assert.ok(isManifestName(name), name);
  for (const name of ['a', 'a.txt', 'yaml', '.a.yaml', 'a.yaml~', 'a.yaml.swp'])
    assert.ok(!isManifestName(name), name);
});

test('scanPath() finds manifests at any depth, sorted by path', async (t) => {
  const root = await tree(t, ['b.yaml', 'a/c.json', 'a/b/d.yml', 'a.txt', '.x/e.yaml', '.f.yaml']);
  assert.deepEqual(pathsOf(await scan(root), root), ['a/b/d.yml', 'a/c.json', 'b.yaml']);
});

test('scanPath() tells of each directory before it is listed', async (t) => {
  const root = await tree(t, ['a/b/c.yaml']);
  const told: string[] = [];
  const { directories } = await scanPath(root, { root, onDirectory: (path) => told.push(path) });
  assert.deepEqual(told, [root, join(root, 'a'), join(root, 'a/b')]);
  assert.deepEqual([...directories], told);
});

test('scanPath() finds nothing where nothing is, which is no failure', async (t) => {
  const root = await tree(t, []);
  const { files, failures } = await scan(join(root, 'none/x.yaml'), root);
  assert.deepEqual([files, failures], [[], []]);
});

test('scanPath() takes a root of any name, but below it manifests alone', async (t) => {
  const root = await tree(t, ['a.txt']);
  assert.equal((await scan(join(root, 'a.txt'))).files.length, 1);
  assert.equal((await scan(join(root, 'a.txt'), root)).files.length, 0);
});

test('scanPath() follows links but not in circles, also from within', async (t) => {
  const root = await tree(t, ['a/b.yaml']);
  await symlink('..', join(root, 'a/up'));
  await symlink('b.yaml', join(root, 'a/c.yaml'));
  await symlink('none', join(root, 'a/dangling.yaml'));
  assert.deepEqual(pathsOf(await scan(root), root), ['a/b.yaml', 'a/c.yaml']);
  assert.deepEqual(pathsOf(await scan(join(root, 'a'), root), root), ['a/b.yaml', 'a/c.yaml']);
});

test('scanPath() stops at a depth and says so', async (t) => {
  const deep = Array(40).fill('d').join('/');
  const root = await tree(t, [`${deep}/a.yaml`, 'b.yaml']);
  const found = await scan(root);
  assert.deepEqual(pathsOf(found, root), ['b.yaml']);
  assert.match(found.failures[0]?.text ?? '', /nested deeper than 32 directories/);
});
