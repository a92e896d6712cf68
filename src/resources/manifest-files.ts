import { hash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { keyOf, type ObjectRef, refOf } from './kinds.ts';
import { keepLastGood, type ManifestObjects, NO_OBJECTS, readManifestObjects } from './manifest-objects.ts';
import type { Origin, Report } from './manifest-report.ts';
import { codeOf, isMissing, type ScannedFile, scanPath } from './scan-path.ts';
import { type Batch, describeShadowed, type Source, type Store } from './store.ts';
import type { Validator } from './validate.ts';

export interface ManifestFilesOptions {
  readonly store: Store;
  readonly validator: Validator;
  /** As in `scanPath`. */
  readonly onDirectory: (path: string, identity: string) => void;
}

interface FileState {
  readonly signature: string;
  /** Of the text that was read last; null when it could not be read. */
  readonly digest: string | null;
  readonly content: ManifestObjects;
}

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_FILES = 20_000;
const READS_AT_ONCE = 16;

/**
 * The files below some roots and what they hold. Its owner says which paths to look at; it parses what changed
 * there and hands the store one batch.
 */
export class ManifestFiles {
  /** Absolute, as all paths in here. */
  readonly roots: readonly string[];
  readonly #shownRoots: readonly string[];
  readonly #options: ManifestFilesOptions;
  readonly #files = new Map<string, FileState>();
  /** By path. */
  readonly #failures = new Map<string, string>();

  /** @param roots Directories or files. Reports show paths as they are given here. */
  constructor(roots: readonly string[], options: ManifestFilesOptions) {
    this.#shownRoots = roots;
    this.roots = roots.map((root) => resolve(root));
    this.#options = options;
  }

  /**
   * Looks at paths (roots or below) and applies what is new. Not to be called before the last call has ended.
   *
   * @param reread Files to read even if they look the same: two writes may fall into one tick of the clock.
   * @returns The directories that were found there.
   */
  async check(paths: readonly string[], reread: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const batches = new Map<string, Batch>();
    const found = new Set<string>();
    for (const path of paths) {
      for (const directory of await this.#checkPath(path, reread, batches)) found.add(directory);
    }
    this.#options.store.apply([...batches.values()]);
    return found;
  }

  /**
   * Paths at which something else is found than was read, to be handed to `check`. Changes nothing, and may run
   * beside it: what `check` reads meanwhile is at worst looked at twice.
   */
  async different(): Promise<readonly string[]> {
    const paths = new Set(this.#failures.keys());
    for (const root of this.roots) {
      const scan = await scanPath(root, { root, onDirectory: this.#options.onDirectory });
      for (const { path } of scan.failures) paths.add(path);
      const present = new Set(scan.files.map((file) => file.path));
      for (const known of this.#files.keys()) {
        if (isBelow(known, root) && !present.has(known)) paths.add(known);
      }
      for (const { path, signature } of scan.files) {
        if (this.#files.get(path)?.signature !== signature) paths.add(path);
      }
    }
    return [...paths];
  }

  /** All that is wrong at the moment, sorted by file and line. */
  reports(): readonly Report[] {
    const reports: Report[] = [...this.#files.values()].flatMap(({ content }) => content.reports);
    for (const [path, text] of this.#failures) {
      reports.push({ file: this.#shown(path), line: 1, severity: 'error', object: null, text });
    }
    for (const shadowed of this.#options.store.shadowed()) {
      const origin = this.#files.get(shadowed.source.name)?.content.objects.get(keyOf(shadowed.ref))?.origin;
      if (origin === undefined) continue;
      const names = {
        ...shadowed,
        source: this.#shownSource(shadowed.source),
        winner: this.#shownSource(shadowed.winner),
      };
      reports.push({ ...origin, severity: 'warning', object: shadowed.ref, text: describeShadowed(names) });
    }
    return reports.sort((left, right) => compare(left.file, right.file) || left.line - right.line);
  }

  /** Where the object stands that the store has under this key; undefined when it comes from elsewhere. */
  originOf(ref: ObjectRef): Origin | undefined {
    const source = this.#options.store.sourceOf(ref);
    if (source === undefined) return undefined;
    return this.#files.get(source.name)?.content.objects.get(keyOf(ref))?.origin;
  }

  async #checkPath(
    path: string,
    reread: ReadonlySet<string>,
    batches: Map<string, Batch>,
  ): Promise<Iterable<string>> {
    const root = this.#rootOf(path);
    const { onDirectory } = this.#options;
    const scan = await scanPath(path, { root, onDirectory });
    for (const failed of this.#failures.keys()) if (isBelow(failed, path)) this.#failures.delete(failed);
    for (const failure of scan.failures) this.#failures.set(failure.path, failure.text);
    if (scan.files.length === 0 && scan.directories.size === 0 && (await isAway(root))) {
      this.#failures.set(root, 'There is nothing at this path any more; its last good objects stay');
      return [];
    }
    const present = new Set(scan.files.map((file) => file.path));
    for (const known of this.#files.keys()) {
      if (!isBelow(known, path) || present.has(known)) continue;
      if (scan.failures.some((failure) => isBelow(known, failure.path))) continue;
      this.#set(known, null, batches);
    }
    const changed = scan.files.filter(
      (file) => reread.has(file.path) || this.#files.get(file.path)?.signature !== file.signature,
    );
    for (let from = 0; from < changed.length; from += READS_AT_ONCE) {
      const some = changed.slice(from, from + READS_AT_ONCE);
      const texts = await Promise.all(some.map(readText));
      some.forEach((file, index) => {
        this.#take(file, texts[index] ?? new Error('not read'), batches);
      });
    }
    return scan.directories;
  }

  #rootOf(path: string): string {
    return this.roots.find((candidate) => isBelow(path, candidate)) ?? path;
  }

  #take(file: ScannedFile, text: string | Error | null, batches: Map<string, Batch>): void {
    const { path, signature } = file;
    const before = this.#files.get(path);
    // Removed since it was listed; its directory tells.
    if (text === null) return;
    if (before === undefined && this.#files.size >= MAX_FILES) {
      const text = `Not all files are read: there are more than ${MAX_FILES}: put several objects into one`;
      this.#failures.set(this.#rootOf(path), text);
      return;
    }
    const lastGood = before?.content ?? NO_OBJECTS;
    const shown = this.#shown(path);
    if (text instanceof Error) {
      const report: Report = { file: shown, line: 1, severity: 'error', object: null, text: text.message };
      this.#set(path, { signature, digest: null, content: keepLastGood(lastGood, report) }, batches);
      return;
    }
    const digest = hash('sha256', text);
    if (before?.digest === digest) {
      this.#files.set(path, { ...before, signature });
      return;
    }
    const content = readManifestObjects({ path: shown, text }, lastGood, this.#options.validator);
    this.#set(path, { signature, digest, content }, batches);
  }

  #set(path: string, state: FileState | null, batches: Map<string, Batch>): void {
    const before = this.#files.get(path)?.content ?? NO_OBJECTS;
    const after = state?.content ?? NO_OBJECTS;
    if (state === null) this.#files.delete(path);
    else this.#files.set(path, state);
    const removals: ObjectRef[] = [];
    for (const [key, { object }] of before.objects) if (!after.objects.has(key)) removals.push(refOf(object));
    const upserts = [...after.objects.values()].map(({ object }) => object);
    batches.set(path, { source: { rank: 1, name: path }, upserts, removals });
  }

  #shown(path: string): string {
    const index = this.roots.findIndex((root) => isBelow(path, root));
    const root = this.roots[index];
    const shown = this.#shownRoots[index];
    if (root === undefined || shown === undefined) return path;
    if (path === root) return shown;
    return `${shown.endsWith(sep) ? shown : shown + sep}${relative(root, path)}`;
  }

  #shownSource(source: Source): Source {
    return { ...source, name: this.#files.has(source.name) ? this.#shown(source.name) : source.name };
  }
}

/** Whether a path is `top` or below it; both absolute. */
export function isBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(top.endsWith(sep) ? top : top + sep);
}

/** Whether a root is gone: a source that is away changes nothing. */
async function isAway(root: string): Promise<boolean> {
  try {
    await stat(root);
    return false;
  } catch (error) {
    return isMissing(error);
  }
}

/** null when the file is gone; an Error says what to tell. */
async function readText(file: ScannedFile): Promise<string | Error | null> {
  const tooLarge = new Error(`Not read: the file is larger than ${MAX_FILE_BYTES} bytes: split it`);
  if (file.bytes > MAX_FILE_BYTES) return tooLarge;
  try {
    const bytes = await readFile(file.path);
    if (bytes.length > MAX_FILE_BYTES) return tooLarge;
    return bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if (isMissing(error)) return null;
    return new Error(`Cannot be read (${codeOf(error)}): correct its permissions`);
  }
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
