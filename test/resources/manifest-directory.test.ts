import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Logger, silentLogger } from '../../src/lib/logger.ts';
import type { SetTimer } from '../../src/lib/set-timer.ts';
import {
  loadManifests,
  type ManifestDirectories,
  openManifestDirectories,
} from '../../src/resources/manifest-directory.ts';
import { formatReport, type Report } from '../../src/resources/manifest-report.ts';
import { Store } from '../../src/resources/store.ts';
import { accept, proxy, proxyYaml, validator } from './sample-objects.ts';

const DEADLINE_MS = 10_000;

interface Followed {
  readonly directory: string;
  readonly store: Store;
  readonly manifests: ManifestDirectories;
  readonly reports: Report[];
  readonly logged: string[];
  /** Waits until the condition holds; it is looked at after each change and each report. */
  until(what: string, holds: () => boolean): Promise<void>;
  write(path: string, text: string): Promise<void>;
  names(): readonly (string | undefined)[];
}

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-manifests-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function writeAll(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), text);
  }
}

async function follow(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  timers: { readonly debounceMs?: number; readonly rescanMs?: number; readonly setTimer?: SetTimer } = {},
): Promise<Followed> {
  const above = await temporaryDirectory(t);
  const directory = join(above, 'manifests');
  await mkdir(directory);
  await writeAll(directory, files);
  const store = new Store();
  const reports: Report[] = [];
  const logged: string[] = [];
  let look = (): void => {};
  const logger: Logger = {
    ...silentLogger,
    warn: (text) => logged.push(text),
    error: (text) => logged.push(text),
  };
  store.subscribe(() => look());
  const onReport = (report: Report): void => {
    reports.push(report);
    look();
  };
  const manifests = await openManifestDirectories([directory], {
    store,
    validator,
    logger,
    onReport,
    debounceMs: 5,
    rescanMs: 600_000,
    ...timers,
  });
  t.after(() => manifests.close());
  return {
    directory,
    store,
    manifests,
    reports,
    logged,
    until(what, holds) {
      return new Promise((resolve, reject) => {
        const deadline = setTimeout(() => reject(new Error(`not in time: ${what}`)), DEADLINE_MS);
        look = () => {
          if (!holds()) return;
          clearTimeout(deadline);
          resolve();
        };
        look();
      });
    },
    write: (path, text) => writeAll(directory, { [path]: text }),
    names: () => store.list('HTTPProxy').map((object) => object.metadata.name),
  };
}

const prefixOf = (store: Store, name: string): string | undefined =>
  store.get('HTTPProxy', 'default', name)?.spec.routes?.[0]?.conditions?.[0]?.prefix;

test('openManifestDirectories() resolves when everything below is in the store', async (t) => {
  const { names, manifests, directory } = await follow(t, {
    'a.yaml': proxyYaml('a'),
    'deep/er/b.yml': `${proxyYaml('b')}---\n${proxyYaml('c')}`,
    'd.json': JSON.stringify(proxy('d')),
    'e.txt': proxyYaml('e'),
    '.hidden.yaml': proxyYaml('f'),
    '.git/g.yaml': proxyYaml('g'),
  });
  assert.deepEqual(names(), ['a', 'b', 'c', 'd']);
  assert.deepEqual(manifests.reports(), []);
  const origin = manifests.originOf({ kind: 'HTTPProxy', namespace: 'default', name: 'c' });
  assert.deepEqual(origin, { file: join(directory, 'deep/er/b.yml'), line: 15 });
});

test('openManifestDirectories() rejects a directory that is not there', async (t) => {
  const directory = join(await temporaryDirectory(t), 'none');
  const options = { store: new Store(), validator, logger: silentLogger };
  await assert.rejects(
    openManifestDirectories([directory], options),
    /Cannot read manifests .*none: there is nothing/,
  );
});

test('openManifestDirectories() follows writes, new files, removals', async (t) => {
  const { until, write, names, store, directory } = await follow(t, { 'a.yaml': proxyYaml('a') });
  await write('a.yaml', proxyYaml('a', '/new'));
  await until('the write', () => prefixOf(store, 'a') === '/new');
  await write('b.yaml', proxyYaml('b'));
  await until('the new file', () => names().length === 2);
  await unlink(join(directory, 'a.yaml'));
  await until('the removal', () => names().join() === 'b');
});

test('openManifestDirectories() follows a write that leaves size and time as they were', async (t) => {
  const { until, write, store, directory } = await follow(t, { 'a.yaml': proxyYaml('a', '/one') });
  const time = new Date(1_700_000_000_000);
  await utimes(join(directory, 'a.yaml'), time, time);
  await write('a.yaml', proxyYaml('a', '/two'));
  await utimes(join(directory, 'a.yaml'), time, time);
  await until('the write', () => prefixOf(store, 'a') === '/two');
});

test('openManifestDirectories() follows a file that is renamed over another, and one that is renamed', async (t) => {
  const { until, write, names, store, directory } = await follow(t, { 'a.yaml': proxyYaml('a') });
  await write('.a.yaml.new', proxyYaml('a', '/new'));
  await rename(join(directory, '.a.yaml.new'), join(directory, 'a.yaml'));
  await until('the replacement', () => prefixOf(store, 'a') === '/new');
  const heard: unknown[] = [];
  const end = store.subscribe((changes) => heard.push(...changes));
  await rename(join(directory, 'a.yaml'), join(directory, 'z.yaml'));
  await write('b.yaml', proxyYaml('b'));
  await until('the file after it', () => names().includes('b'));
  end();
  assert.equal(heard.length, 1, 'a moved object is no change');
});

test('openManifestDirectories() follows directories that are created, moved and removed', async (t) => {
  const { until, write, names, directory } = await follow(t, { 'a.yaml': proxyYaml('a') });
  await write('x/y/b.yaml', proxyYaml('b'));
  await until('the new directory', () => names().join() === 'a,b');
  await write('x/y/c.yaml', proxyYaml('c'));
  await until('a file in it', () => names().join() === 'a,b,c');
  await rename(join(directory, 'x'), join(directory, 'w'));
  await write('w/y/d.yaml', proxyYaml('d'));
  await until('a file in the moved one', () => names().join() === 'a,b,c,d');
  await rm(join(directory, 'w'), { recursive: true });
  await until('the removal', () => names().join() === 'a');
});

test('openManifestDirectories() follows the swap of a link, as in a ConfigMap mount', async (t) => {
  const { until, names, store, directory } = await follow(t, {});
  await writeAll(directory, { '..1/a.yaml': proxyYaml('a', '/one'), '..2/a.yaml': proxyYaml('a', '/two') });
  await symlink('..1', join(directory, '..data'));
  await symlink('..data/a.yaml', join(directory, 'a.yaml'));
  await until('the mount', () => prefixOf(store, 'a') === '/one');
  await symlink('..2', join(directory, '..data_tmp'));
  await rename(join(directory, '..data_tmp'), join(directory, '..data'));
  await until('the swap', () => prefixOf(store, 'a') === '/two');
  assert.deepEqual(names(), ['a']);
});

test('openManifestDirectories() is not caught in a loop of links', async (t) => {
  const { until, write, names, directory } = await follow(t, { 'x/a.yaml': proxyYaml('a') });
  await symlink('..', join(directory, 'x/loop'));
  await write('x/b.yaml', proxyYaml('b'));
  await until('the file after it', () => names().join() === 'a,b');
});

test('openManifestDirectories() keeps the last good objects of a file that breaks, and reports it once', async (t) => {
  const { until, write, names, store, reports, logged, manifests, directory } = await follow(t, {
    'a.yaml': proxyYaml('a'),
  });
  await write('a.yaml', 'kind: [\n');
  await until('the report', () => reports.length === 1);
  assert.deepEqual(names(), ['a']);
  const [report] = reports;
  assert.ok(report !== undefined);
  assert.equal(report.file, join(directory, 'a.yaml'));
  assert.deepEqual(logged, [formatReport(report)]);
  assert.deepEqual(manifests.reports(), [report]);
  await write('b.yaml', proxyYaml('b'));
  await until('another file', () => names().length === 2);
  await write('a.yaml', proxyYaml('a', '/good'));
  await until('the correction', () => prefixOf(store, 'a') === '/good');
  assert.equal(reports.length, 1);
  assert.deepEqual(manifests.reports(), []);
});

test('openManifestDirectories() keeps everything while its root is away, and goes on when it is back', async (t) => {
  const { until, write, names, reports, manifests, directory } = await follow(t, {
    'a.yaml': proxyYaml('a'),
    'b.yaml': proxyYaml('b'),
  });
  await rename(directory, `${directory}.away`);
  await until('the report', () => reports.length === 1);
  assert.match(reports[0]?.text ?? '', /nothing at this path any more; its last good objects stay/);
  assert.deepEqual(names(), ['a', 'b']);
  await write('c.yaml', proxyYaml('c'));
  await until('the return', () => names().join() === 'c');
  assert.deepEqual(manifests.reports(), []);
});

test('openManifestDirectories() lets the first file in path order have a key, then the next', async (t) => {
  const { until, write, store, reports, directory } = await follow(t, { 'b.yaml': proxyYaml('a', '/b') });
  await write('a.yaml', proxyYaml('a', '/a'));
  await until('the report', () => reports.length === 1);
  assert.equal(prefixOf(store, 'a'), '/a');
  const [report] = reports;
  assert.ok(report !== undefined);
  assert.equal(
    formatReport(report).replaceAll(directory, '.'),
    './b.yaml:1: HTTPProxy default/a: HTTPProxy default/a of ./b.yaml is not used: ./a.yaml has one of that name; rename or remove one',
  );
  await unlink(join(directory, 'a.yaml'));
  await until('the next one', () => prefixOf(store, 'a') === '/b');
});

test('openManifestDirectories() stands back behind an object of a cluster', async (t) => {
  const { store, manifests } = await follow(t, { 'a.yaml': proxyYaml('a', '/manifest') });
  const object = accept(proxy('a', { routes: [{ conditions: [{ prefix: '/cluster' }] }] }));
  store.upsert(object, { rank: 0, name: 'cluster' });
  assert.equal(prefixOf(store, 'a'), '/cluster');
  assert.match(manifests.reports()[0]?.text ?? '', /is not used: cluster has one of that name/);
  assert.equal(manifests.originOf({ kind: 'HTTPProxy', namespace: 'default', name: 'a' }), undefined);
});

test('openManifestDirectories() finds by looking again what no event told', async (t) => {
  const outside = await temporaryDirectory(t);
  await writeAll(outside, { 'target.yaml': proxyYaml('a', '/one') });
  const due: (() => void)[] = [];
  const setTimer: SetTimer = (run, delayMs) => {
    if (delayMs === 600_000) due.push(run);
    else setImmediate(run);
    return () => {};
  };
  const { until, store, directory } = await follow(t, {}, { setTimer });
  await symlink(join(outside, 'target.yaml'), join(directory, 'a.yaml'));
  await until('the link', () => prefixOf(store, 'a') === '/one');
  await writeAll(outside, { 'target.yaml': proxyYaml('a', '/two') });
  due.shift()?.();
  await until('the target', () => prefixOf(store, 'a') === '/two');
  assert.equal(due.length, 1, 'the next look is planned');
});

test('openManifestDirectories() waits for quiet after a write, hardly after a move', async (t) => {
  const delays = new Set<number>();
  const setTimer: SetTimer = (run, delayMs) => {
    if (delayMs === 600_000) return () => {};
    delays.add(delayMs);
    const timer = setImmediate(run);
    return () => clearImmediate(timer);
  };
  const { until, write, names, store, directory } = await follow(
    t,
    { 'a.yaml': proxyYaml('a') },
    { debounceMs: 20, setTimer },
  );
  await write('.beside.yaml', proxyYaml('a', '/moved'));
  await rename(join(directory, '.beside.yaml'), join(directory, 'a.yaml'));
  await until('the move', () => prefixOf(store, 'a') === '/moved');
  assert.deepEqual([...delays], [2]);
  delays.clear();
  await write('a.yaml', proxyYaml('a', '/written'));
  await until('the write', () => prefixOf(store, 'a') === '/written');
  assert.deepEqual([...delays], [20]);
  delays.clear();
  await unlink(join(directory, 'a.yaml'));
  await until('the removal', () => names().length === 0);
  assert.deepEqual([...delays], [20]);
});

test('openManifestDirectories() reports a file that is too large', async (t) => {
  const { reports } = await follow(t, { 'a.yaml': `# ${'x'.repeat(16 * 1024 * 1024)}` });
  assert.match(reports[0]?.text ?? '', /larger than 16777216 bytes: split it/);
});

test('close() ends the changes', async (t) => {
  const { write, names, manifests } = await follow(t, { 'a.yaml': proxyYaml('a') });
  await write('b.yaml', proxyYaml('b'));
  await manifests.close();
  const before = names();
  await write('c.yaml', proxyYaml('c'));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(names(), before);
});

test('loadManifests() reads files of any name and directories once', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeAll(directory, {
    'plain.txt': proxyYaml('a'),
    'below/b.yaml': proxyYaml('b').replace('port: 80', 'port: 0'),
  });
  const store = new Store();
  const shown = relative(process.cwd(), directory);
  const loaded = await loadManifests([join(shown, 'plain.txt'), join(shown, 'below')], { store, validator });
  assert.deepEqual(store.fqdns(), ['a.example.com']);
  assert.deepEqual(loaded.originOf({ kind: 'HTTPProxy', namespace: 'default', name: 'a' }), {
    file: join(shown, 'plain.txt'),
    line: 1,
  });
  assert.deepEqual(loaded.reports().map(formatReport), [
    `${join(shown, 'below/b.yaml')}:13: HTTPProxy default/b: spec.routes[0].services[0].port: Invalid value: 0: must be at least 1`,
  ]);
  await assert.rejects(
    loadManifests([join(shown, 'none')], { store, validator }),
    /there is nothing at this path/,
  );
});
