import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '../../src/lib/logger.ts';
import { DirectoryWatches } from '../../src/resources/directory-watches.ts';

const DEADLINE_MS = 10_000;

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-watch-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Resolves with all paths heard so far when `wanted` is among them. */
function open(
  t: TestContext,
  wanted: string,
): { readonly watches: DirectoryWatches; readonly heard: Promise<readonly string[]> } {
  const paths: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  const deadline = setTimeout(() => reject(new Error(`not heard of in time: ${wanted}`)), DEADLINE_MS);
  const watches = new DirectoryWatches((path) => {
    paths.push(path);
    if (path === wanted) resolve(paths);
  }, silentLogger);
  t.after(() => {
    clearTimeout(deadline);
    watches.close();
  });
  return { watches, heard: promise };
}

test('DirectoryWatches tells the path that was written, and nothing of hidden files', async (t) => {
  const directory = await temporaryDirectory(t);
  const { watches, heard } = open(t, join(directory, 'a.yaml'));
  watches.ensure(directory, '1');
  await writeFile(join(directory, '.swap'), '');
  await writeFile(join(directory, 'a.yaml'), '');
  assert.deepEqual(new Set(await heard), new Set([join(directory, 'a.yaml')]));
});

test('DirectoryWatches tells the directory when a name with two dots changes', async (t) => {
  const directory = await temporaryDirectory(t);
  const { watches, heard } = open(t, directory);
  watches.ensure(directory, '1');
  await writeFile(join(directory, '..data'), '');
  assert.deepEqual(new Set(await heard), new Set([directory]));
});

test('DirectoryWatches hears only of the names that it was given', async (t) => {
  const directory = await temporaryDirectory(t);
  const { watches, heard } = open(t, join(directory, 'b'));
  watches.ensure(directory, '1', new Set(['b']));
  await writeFile(join(directory, 'a'), '');
  await writeFile(join(directory, 'b'), '');
  assert.deepEqual(new Set(await heard), new Set([join(directory, 'b')]));
});

test('DirectoryWatches.retain() ends watches', async (t) => {
  const [left, kept] = [await temporaryDirectory(t), await temporaryDirectory(t)];
  const { watches, heard } = open(t, join(kept, 'b'));
  watches.ensure(left, '1');
  watches.ensure(kept, '2');
  watches.retain((path) => path === kept);
  await writeFile(join(left, 'a'), '');
  await writeFile(join(kept, 'b'), '');
  assert.deepEqual(new Set(await heard), new Set([join(kept, 'b')]));
});

test('DirectoryWatches tells once that it cannot watch', async (t) => {
  const directory = await temporaryDirectory(t);
  const warned: string[] = [];
  const watches = new DirectoryWatches(() => {}, { ...silentLogger, warn: (text) => warned.push(text) });
  t.after(() => watches.close());
  watches.ensure(join(directory, 'none'), '1');
  watches.ensure(join(directory, 'neither'), '2');
  assert.equal(warned.length, 1);
  assert.match(warned[0] ?? '', /Cannot watch .*none \(ENOENT\): changes are found later/);
});
