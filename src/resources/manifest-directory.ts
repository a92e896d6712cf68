import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { stackOf } from '../lib/error-message.ts';
import type { Logger } from '../lib/logger.ts';
import { type SetTimer, systemTimer } from '../lib/set-timer.ts';
import { DirectoryWatches } from './directory-watches.ts';
import type { ObjectRef } from './kinds.ts';
import { isBelow, ManifestFiles } from './manifest-files.ts';
import { formatReport, type Origin, type Report } from './manifest-report.ts';
import { codeOf } from './scan-path.ts';
import type { Store } from './store.ts';
import type { Validator } from './validate.ts';

/** Manifests that were read into a store. */
export interface LoadedManifests {
  /** All that is wrong at the moment, sorted by file and line. */
  reports(): readonly Report[];
  /** Where an object of the store stands; undefined when it comes from elsewhere. */
  originOf(ref: ObjectRef): Origin | undefined;
}

/** Manifests that are followed. */
export interface ManifestDirectories extends LoadedManifests {
  /** Stops following, and resolves when no more change will reach the store. Its objects stay. */
  close(): Promise<void>;
}

export interface ManifestDirectoriesOptions {
  readonly store: Store;
  readonly validator: Validator;
  readonly logger: Logger;
  /** Called once for each report that was not there before. */
  readonly onReport?: (report: Report) => void;
  /** Quiet that must follow an event, because files are written in several steps; default 20. Less follows a file that is moved into its place. */
  readonly debounceMs?: number;
  /** How often everything is looked at, for changes that no event told; default 10,000. */
  readonly rescanMs?: number;
  readonly setTimer?: SetTimer;
}

/** A file that was moved into its place is whole: this only gathers those that come together. */
const MOVED_QUIET_MS = 2;

/** However many events follow each other, changes wait no longer. */
const MAX_DEBOUNCES = 10;

/** With more paths than these everything is looked at instead. */
const MAX_PENDING_PATHS = 200;

/**
 * Reads the manifests below directories and follows their changes. Resolves when all that is there is in the store.
 *
 * @param directories `*.yaml`, `*.yml` and `*.json` below them are read, at any depth, but no hidden ones.
 * @throws {Error} If one of the directories is not there.
 */
export async function openManifestDirectories(
  directories: readonly string[],
  options: ManifestDirectoriesOptions,
): Promise<ManifestDirectories> {
  requirePaths(directories);
  const follower = new ManifestFollower(directories, options);
  await follower.start();
  return follower;
}

/**
 * Reads manifests once.
 *
 * @param paths Files of any name, or directories.
 * @throws {Error} If one of the paths is not there.
 */
export async function loadManifests(
  paths: readonly string[],
  options: { readonly store: Store; readonly validator: Validator },
): Promise<LoadedManifests> {
  requirePaths(paths);
  const files = new ManifestFiles(paths, { ...options, onDirectory: () => {} });
  await files.check(files.roots, new Set());
  return files;
}

class ManifestFollower implements ManifestDirectories {
  readonly #options: ManifestDirectoriesOptions;
  readonly #setTimer: SetTimer;
  readonly #files: ManifestFiles;
  readonly #watches: DirectoryWatches;
  readonly #pending = new Set<string>();
  #told = new Set<string>();
  #debounces = 0;
  /** Something pending may not be whole yet. */
  #unsettled = false;
  #cancelDebounce = (): void => {};
  #cancelRescan = (): void => {};
  #running: Promise<void> = Promise.resolve();
  #rescanning: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(directories: readonly string[], options: ManifestDirectoriesOptions) {
    this.#options = options;
    this.#setTimer = options.setTimer ?? systemTimer;
    this.#watches = new DirectoryWatches((path, renamed) => this.#onEvent(path, renamed), options.logger);
    this.#files = new ManifestFiles(directories, {
      ...options,
      onDirectory: (path, identity) => {
        if (!this.#closed) this.#watches.ensure(path, identity);
      },
    });
  }

  async start(): Promise<void> {
    await this.#look(this.#files.roots, new Set());
    this.#scheduleRescan();
  }

  reports(): readonly Report[] {
    return this.#files.reports();
  }

  originOf(ref: ObjectRef): Origin | undefined {
    return this.#files.originOf(ref);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelDebounce();
    this.#cancelRescan();
    this.#watches.close();
    await this.#rescanning;
    await this.#running;
  }

  #onEvent(path: string, renamed: boolean): void {
    if (this.#closed) return;
    this.#pending.add(path);
    if (!this.#unsettled && !(renamed && hasContent(path))) {
      this.#unsettled = true;
      this.#debounces = 0;
    }
    if (this.#debounces >= MAX_DEBOUNCES) return;
    this.#debounces += 1;
    this.#cancelDebounce();
    const { debounceMs = 20 } = this.#options;
    const quietMs = this.#unsettled ? debounceMs : Math.min(MOVED_QUIET_MS, debounceMs);
    this.#cancelDebounce = this.#setTimer(() => this.#run(), quietMs);
  }

  #scheduleRescan(): void {
    if (this.#closed) return;
    this.#cancelRescan = this.#setTimer(() => {
      this.#rescanning = this.#guarded(() => this.#rescan());
    }, this.#options.rescanMs ?? 10_000);
  }

  /** Beside the looks, so that no change waits until thousands of files have been looked at. */
  async #rescan(): Promise<void> {
    try {
      for (const path of await this.#files.different()) this.#pending.add(path);
    } finally {
      this.#scheduleRescan();
    }
    if (this.#closed) return;
    this.#watchAroundRoots();
    this.#tellReports();
    this.#run();
  }

  /** One after the other: a look that begins sees what the one before has done. */
  #run(): void {
    this.#debounces = 0;
    this.#unsettled = false;
    this.#running = this.#running.then(async () => {
      if (this.#closed || this.#pending.size === 0) return;
      const reread = new Set(this.#pending);
      this.#pending.clear();
      const paths = reread.size > MAX_PENDING_PATHS ? this.#files.roots : [...reread];
      await this.#guarded(() => this.#look(paths, reread));
    });
  }

  /** What is thrown is our own bug, or a listener's: the next change is looked at all the same. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.logger.error('Looking at manifests failed', { stack: stackOf(error) });
    }
  }

  async #look(paths: readonly string[], reread: ReadonlySet<string>): Promise<void> {
    this.#watchAroundRoots();
    const found = await this.#files.check(paths, reread);
    this.#watches.retain((path) => found.has(path) || !paths.some((looked) => isBelow(path, looked)));
    this.#tellReports();
  }

  #watchAroundRoots(): void {
    for (const root of this.#files.roots) this.#watchAround(root);
  }

  /** The directory above a root tells when the root itself comes and goes. */
  #watchAround(root: string): void {
    const above = dirname(root);
    if (above === root || this.#files.roots.some((other) => isBelow(above, other))) return;
    const names = this.#files.roots
      .filter((other) => dirname(other) === above)
      .map((other) => basename(other));
    try {
      const { dev, ino } = statSync(above, { bigint: true });
      this.#watches.ensure(above, `${dev}:${ino}`, new Set(names));
    } catch (error) {
      this.#options.logger.warn(
        `Cannot look at ${above} (${codeOf(error)}): its directory's return is found later`,
      );
    }
  }

  #tellReports(): void {
    const { logger, onReport } = this.#options;
    const told = new Set<string>();
    for (const report of this.#files.reports()) {
      const text = formatReport(report);
      told.add(text);
      if (this.#told.has(text)) continue;
      if (report.severity === 'error') logger.error(text);
      else logger.warn(text);
      onReport?.(report);
    }
    this.#told = told;
  }
}

/** Whether a file is there that is more than just created. Who removes one may be about to write it anew. */
function hasContent(path: string): boolean {
  try {
    const found = statSync(path);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

function requirePaths(paths: readonly string[]): void {
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined)
      throw new Error(`Cannot read manifests ${path}: there is nothing at this path: correct it`);
  }
}
