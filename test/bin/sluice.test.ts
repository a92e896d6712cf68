import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { manifestFolder } from '../support/manifest-folder.ts';
import { needProgram } from '../support/programs.ts';
import { root } from '../support/source-files.ts';

// The launcher alone, in a copy of its folder where `node` is what the test says.

interface Machine {
  /** Version of `node` below node_modules, or null. */
  readonly own: string | null;
  /** Versions of `node` along PATH. */
  readonly path: readonly string[];
}

async function pick(t: Parameters<typeof manifestFolder>[0], { own, path }: Machine) {
  const folder = await manifestFolder(t, {});
  const pickNode = join(folder, 'bin/pick-node');
  await mkdir(join(folder, 'bin'));
  await copyFile(join(root, 'bin/pick-node'), pickNode);
  if (own !== null) await fakeNode(join(folder, 'node_modules/.bin'), own);
  const folders = path.map((_, index) => join(folder, `path ${index}`));
  for (const [index, version] of path.entries()) await fakeNode(folders[index] ?? '', version);
  // What the script calls, without the other programs of this machine.
  const tools = join(folder, 'tools');
  await mkdir(tools);
  for (const tool of ['dirname', 'readlink']) await symlink(needProgram(tool), join(tools, tool));
  const done = spawnSync(pickNode, { env: { PATH: [...folders, tools].join(':') }, encoding: 'utf8' });
  return { status: done.status, out: done.stdout.trim().replaceAll(folder, ''), error: done.stderr };
}

async function fakeNode(folder: string, version: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'node'), `#!/bin/sh\necho v${version}\n`);
  await chmod(join(folder, 'node'), 0o755);
}

const OWN = '/node_modules/.bin/node';

const CASES: readonly (Machine & { name: string; out: string })[] = [
  { name: 'its own at the floor', own: '26.12.1', path: ['26.13.0'], out: `ok ${OWN}` },
  {
    name: 'the first on PATH at the floor',
    own: '26.10.0',
    path: ['20.1.0', '24.22.1', '26.20.0'],
    out: 'ok /path 1/node',
  },
  { name: 'a newer major', own: null, path: ['28.0.0'], out: 'ok /path 0/node' },
  {
    name: 'the newest below the floor',
    own: '24.12.0',
    path: ['24.22.0', '24.13.1'],
    out: 'old /path 0/node',
  },
  { name: 'its own among equals below the floor', own: '26.10.0', path: ['26.10.0'], out: `old ${OWN}` },
  {
    name: '25, which gets no fixes, only for want of others',
    own: '25.9.0',
    path: ['24.12.0'],
    out: `old ${OWN}`,
  },
  { name: 'a nightly by its number', own: '27.0.0-nightly2026', path: [], out: `ok ${OWN}` },
];

for (const { name, out, ...machine } of CASES) {
  test(`pick-node takes ${name}`, async (t) => {
    const picked = await pick(t, machine);
    assert.deepEqual({ status: picked.status, out: picked.out }, { status: 0, out });
  });
}

test('pick-node says what is needed when nothing will do', async (t) => {
  const { status, error } = await pick(t, { own: null, path: ['20.11.0', '24.11.9'] });
  assert.equal(status, 2);
  assert.equal(
    error,
    "sluice: needs Node.js 24.22.1, 26.12.1 or newer (24.12 at the least); found: 20.11.0, 24.11.9. Run 'npm ci', or put a newer node on PATH.\n",
  );
});

test('sluice runs from anywhere, through a link', async (t) => {
  const folder = await manifestFolder(t, {});
  await symlink(join(root, 'bin/sluice'), join(folder, 'sluice'));
  const done = spawnSync('./sluice', ['version'], { cwd: folder, encoding: 'utf8' });
  assert.match(done.stdout, /^sluice \d/);
  assert.equal(done.status, 0);
});

test('sluice ends with the status of the command', () => {
  const done = spawnSync(join(root, 'bin/sluice'), ['nonsense'], { encoding: 'utf8' });
  assert.equal(done.status, 2);
  assert.match(done.stderr, /^sluice: unknown command "nonsense"/);
});
