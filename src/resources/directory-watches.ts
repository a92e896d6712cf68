import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../lib/logger.ts';
import { codeOf, isHidden } from './scan-path.ts';

interface Watch {
  readonly identity: string;
  readonly watcher: FSWatcher | null;
}

/** Takes the path of what came, went or changed; `renamed`: it was created, moved or removed, not written to. */
export type OnPathEvent = (path: string, renamed: boolean) => void;

/**
 * Watches directories, each by itself: Node's recursive watch takes a watch for every file and follows no links.
 * A watch that cannot be had is told once; changes are then found by looking again from time to time.
 */
export class DirectoryWatches {
  readonly #watches = new Map<string, Watch>();
  readonly #onEvent: OnPathEvent;
  readonly #logger: Logger;
  #told = false;

  /** @param onEvent Called maybe more than once for one change. */
  constructor(onEvent: OnPathEvent, logger: Logger) {
    this.#onEvent = onEvent;
    this.#logger = logger;
  }

  /**
   * Watches a directory, anew when there is another one at its path.
   *
   * @param only Names to hear of; all that may be manifests when it is left out.
   */
  ensure(path: string, identity: string, only?: ReadonlySet<string>): void {
    const held = this.#watches.get(path);
    if (held !== undefined && held.identity === identity) return;
    held?.watcher?.close();
    this.#watches.set(path, { identity, watcher: this.#watch(path, only) });
  }

  /** Ends the watches for which `keep` is false. */
  retain(keep: (path: string) => boolean): void {
    for (const [path, { watcher }] of this.#watches) {
      if (keep(path)) continue;
      watcher?.close();
      this.#watches.delete(path);
    }
  }

  close(): void {
    this.retain(() => false);
  }

  #watch(path: string, only: ReadonlySet<string> | undefined): FSWatcher | null {
    try {
      const watcher = watch(path, { persistent: false }, (event, name) => {
        const renamed = event === 'rename';
        if (only !== undefined) {
          if (name !== null && only.has(name)) this.#onEvent(join(path, name), renamed);
        } else if (name === null || name.startsWith('..')) {
          // A ConfigMap mount swaps its link `..data`, and with it every file.
          this.#onEvent(path, renamed);
        } else if (!isHidden(name)) {
          this.#onEvent(join(path, name), renamed);
        }
      });
      watcher.on('error', (error) => this.#tell(path, error));
      return watcher;
    } catch (error) {
      this.#tell(path, error);
      return null;
    }
  }

  #tell(path: string, error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const remedy = 'changes are found later, by looking again; raise fs.inotify.max_user_watches';
    this.#logger.warn(`Cannot watch ${path} (${codeOf(error)}): ${remedy}`);
  }
}
