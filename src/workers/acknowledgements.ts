/** What became of one version. Numbers are those of workers. */
export interface Applied {
  readonly version: number;
  readonly acknowledgedBy: readonly number[];
  readonly rejectedBy: readonly number[];
}

/** The part of a worker's state that says which versions it has seen. */
export interface VersionState {
  readonly index: number;
  /** The last version it acknowledged. */
  readonly acknowledged: number;
  /** The last version it rejected, if that is its latest word; else 0. */
  readonly rejected: number;
}

/** Those who wait until all workers have answered to a version. */
export class Acknowledgements {
  readonly #waiters = new Set<{ readonly version: number; readonly resolve: (applied: Applied) => void }>();

  get size(): number {
    return this.#waiters.size;
  }

  /** Resolves at a `settle` that finds nobody left to wait for. */
  wait(version: number): Promise<Applied> {
    const { promise, resolve } = Promise.withResolvers<Applied>();
    this.#waiters.add({ version, resolve });
    return promise;
  }

  /** @param silent Says of a worker whether it is not to be waited for. */
  settle<T extends VersionState>(workers: readonly T[], silent: (worker: T) => boolean): void {
    for (const waiter of this.#waiters) {
      const { version } = waiter;
      const open = workers.some(
        (worker) => worker.acknowledged < version && worker.rejected < version && !silent(worker),
      );
      if (open) continue;
      this.#waiters.delete(waiter);
      waiter.resolve({
        version,
        acknowledgedBy: workers
          .filter(({ acknowledged }) => acknowledged >= version)
          .map(({ index }) => index),
        rejectedBy: workers.filter(({ rejected }) => rejected >= version).map(({ index }) => index),
      });
    }
  }
}
