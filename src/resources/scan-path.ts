import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What lies at a path and below it. */
export interface Scan {
  /** Sorted by path. */
  readonly files: readonly ScannedFile[];
  /** Paths of directories. */
  readonly directories: ReadonlySet<string>;
  /** What could not be looked at; what was known of it stays. */
  readonly failures: readonly ScanFailure[];
}

export interface ScannedFile {
  readonly path: string;
  readonly bytes: number;
  /** Another text when the file was written or replaced. */
  readonly signature: string;
}

export interface ScanFailure {
  readonly path: string;
  readonly text: string;
}

export interface ScanOptions {
  readonly root: string;
  readonly onDirectory: (path: string, identity: string) => void;
}

const MAX_DEPTH = 32;
const MAX_ENTRIES = 100_000;
const STATS_AT_ONCE = 32;
const MANIFEST = /\.(?:ya?ml|json)$/;

/** Whether the name of a file says that it is a manifest. */
export function isManifestName(name: string): boolean {
  return MANIFEST.test(name) && !isHidden(name);
}

/** Names with a leading dot are not read: editors' files, and `..data` and its targets in a ConfigMap mount. */
export function isHidden(name: string): boolean {
  return name.startsWith('.');
}

/**
 * Finds manifests at a path and below it, through symbolic links. A path that is not there has none. A root that
 * is a file may have any name.
 *
 * @param options.root Directories from here on count for the depth and for finding loops.
 * @param options.onDirectory Called before a directory is listed, so that a watch set here misses nothing.
 *   `identity` is another text when there is another directory at this path.
 */
export async function scanPath(path: string, options: ScanOptions): Promise<Scan> {
  const { root, onDirectory } = options;
  const files: ScannedFile[] = [];
  const directories = new Set<string>();
  const failures: ScanFailure[] = [];
  let entries = 0;
  const ancestors: string[] = [];
  for (let above = path; above !== root && above !== dirname(above); ) {
    above = dirname(above);
    const found = await statOrNull(above, []);
    if (found !== null) ancestors.push(identityOf(found));
  }
  await look(path, ancestors);
  files.sort((left, right) => (left.path < right.path ? -1 : 1));
  return { files, directories, failures };

  async function look(at: string, above: readonly string[]): Promise<void> {
    entries += 1;
    if (entries > MAX_ENTRIES) {
      if (entries === MAX_ENTRIES + 1)
        failures.push({ path: at, text: `more than ${MAX_ENTRIES} entries: split it` });
      return;
    }
    const found = await statOrNull(at, failures);
    if (found === null) return;
    if (found.isFile()) {
      if (at !== root && !isManifestName(basename(at))) return;
      files.push({ path: at, bytes: Number(found.size), signature: signatureOf(found) });
    } else if (found.isDirectory()) {
      await lookBelow(at, identityOf(found), above);
    }
  }

  async function lookBelow(at: string, identity: string, above: readonly string[]): Promise<void> {
    if (above.includes(identity)) return;
    if (above.length >= MAX_DEPTH) {
      failures.push({ path: at, text: `nested deeper than ${MAX_DEPTH} directories: move it up` });
      return;
    }
    directories.add(at);
    onDirectory(at, identity);
    const names = await namesIn(at);
    for (let from = 0; from < names.length; from += STATS_AT_ONCE) {
      const some = names.slice(from, from + STATS_AT_ONCE);
      await Promise.all(some.map((name) => look(join(at, name), [...above, identity])));
    }
  }

  async function namesIn(at: string): Promise<readonly string[]> {
    try {
      const listed = await readdir(at, { withFileTypes: true });
      return listed
        .filter((entry) => !isHidden(entry.name) && (!entry.isFile() || isManifestName(entry.name)))
        .map((entry) => entry.name)
        .sort();
    } catch (error) {
      if (!isMissing(error)) failures.push({ path: at, text: `cannot be listed (${codeOf(error)})` });
      return [];
    }
  }
}

/** Whether an error says that there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

/** Node's error code, as `EACCES`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

async function statOrNull(path: string, failures: ScanFailure[]): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (!isMissing(error)) failures.push({ path, text: `cannot be looked at (${codeOf(error)})` });
    return null;
  }
}

function identityOf(found: BigIntStats): string {
  return `${found.dev}:${found.ino}`;
}

function signatureOf(found: BigIntStats): string {
  return `${identityOf(found)}:${found.size}:${found.mtimeNs}`;
}
