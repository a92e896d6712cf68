import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../lib/logger.ts';
import type { SetTimer } from '../lib/set-timer.ts';
import type { KeySet, KeySource, RemoteKeySource } from '../snapshot/key-set.ts';
import type { Change } from '../snapshot/snapshot.ts';
import type { FetchKeys } from './fetch-keys.ts';

export interface KeySetsOptions {
  readonly fetch: FetchKeys;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly setTimer: SetTimer;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** Keys came, changed or went: `take()` has something. */
  readonly onChange: () => void;
}

/** Counts of all fetches that ended. */
export interface FetchCounts {
  readonly ok: number;
  readonly failed: number;
}

const MIN_CACHE_MS = 1000;
const MIN_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 30_000;
/** Keys that could not be fetched again are used for so long. */
export const MAX_STALE_MS = 24 * 3_600_000;
/** Between two fetches that unknown keys of tokens cause. */
const REFRESH_MS = 30_000;
const MAX_FETCHES_AT_ONCE = 16;

interface Remote {
  readonly source: RemoteKeySource;
  readonly abort: AbortController;
  state: 'waiting' | 'queued' | 'fetching';
  cancelTimer: (() => void) | null;
  /** Of the last fetch that succeeded. */
  fetchedMs: number;
  /** Since the last that succeeded. */
  failures: number;
  /** Why the last failed, as it was logged. */
  problem: string | null;
  /** Of the last fetch that `refresh` caused. */
  refreshedMs: number;
}

/**
 * The keys of all sources: those of Secrets as they are, those of servers fetched in the background, again and
 * again. No request waits for a fetch or causes more than one in 30 s. A server that is away is asked again with
 * growing pauses; its last keys hold for a day.
 */
export class KeySets {
  readonly #options: KeySetsOptions;
  readonly #remotes = new Map<string, Remote>();
  readonly #sets = new Map<string, KeySet>();
  /** What changed since the last `take()`; null: gone. */
  readonly #changed = new Map<string, KeySet | null>();
  readonly #queue: Remote[] = [];
  #fetching = 0;
  #ok = 0;
  #failed = 0;
  #settled: (() => void)[] = [];
  #closed = false;

  constructor(options: KeySetsOptions) {
    this.#options = options;
  }

  get counts(): FetchCounts {
    return { ok: this.#ok, failed: this.#failed };
  }

  /** Takes other sources; new servers are asked at once. A name says all of a server's settings. */
  follow({ set, remove }: Change<KeySource>): void {
    for (const name of remove) {
      this.#stop(name);
      this.#put(name, null);
    }
    for (const source of set) {
      if (source.kind === 'local') this.#put(source.name, { name: source.name, keys: source.keys });
      else if (!this.#remotes.has(source.name)) this.#start(source);
    }
    this.#tellSettled();
  }

  /** What changed since the last call. */
  take(): Change<KeySet> {
    const set: KeySet[] = [];
    const remove: string[] = [];
    for (const [name, value] of this.#changed) {
      if (value === null) remove.push(name);
      else set.push(value);
    }
    this.#changed.clear();
    return { set, remove };
  }

  /** A token names a key that the set lacks: fetches it early, if that was not done lately. */
  refresh(name: string): void {
    const remote = this.#remotes.get(name);
    if (remote === undefined || remote.state !== 'waiting') return;
    // A server that is away has pauses of its own.
    if (remote.failures > 0) return;
    const now = this.#options.now();
    if (now - remote.refreshedMs < REFRESH_MS) return;
    remote.refreshedMs = now;
    this.#enqueue(remote);
  }

  /** Resolves when each server was asked once, whatever came of it, or after `limitMs`. */
  settled(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.setTimer(resolve, limitMs);
      this.#settled.push(() => {
        cancel();
        resolve();
      });
      this.#tellSettled();
    });
  }

  /** Ends all fetches and timers. */
  close(): void {
    this.#closed = true;
    for (const name of [...this.#remotes.keys()]) this.#stop(name);
    this.#tellSettled();
  }

  #start(source: RemoteKeySource): void {
    const remote: Remote = {
      source,
      abort: new AbortController(),
      state: 'waiting',
      cancelTimer: null,
      fetchedMs: Number.NEGATIVE_INFINITY,
      failures: 0,
      problem: null,
      refreshedMs: Number.NEGATIVE_INFINITY,
    };
    this.#remotes.set(source.name, remote);
    this.#enqueue(remote);
  }

  #stop(name: string): void {
    const remote = this.#remotes.get(name);
    if (remote === undefined) return;
    this.#remotes.delete(name);
    remote.cancelTimer?.();
    const place = this.#queue.indexOf(remote);
    if (place !== -1) this.#queue.splice(place, 1);
    remote.abort.abort();
  }

  #put(name: string, value: KeySet | null): void {
    if (value === null ? !this.#sets.delete(name) : isDeepStrictEqual(this.#sets.get(name), value)) return;
    if (value !== null) this.#sets.set(name, value);
    this.#changed.set(name, value);
  }

  #enqueue(remote: Remote): void {
    remote.cancelTimer?.();
    remote.cancelTimer = null;
    remote.state = 'queued';
    this.#queue.push(remote);
    this.#fetchNext();
  }

  #fetchNext(): void {
    while (this.#fetching < MAX_FETCHES_AT_ONCE) {
      const remote = this.#queue.shift();
      if (remote === undefined) return;
      this.#fetching++;
      remote.state = 'fetching';
      void this.#fetch(remote);
    }
  }

  async #fetch(remote: Remote): Promise<void> {
    const { source, abort } = remote;
    const result = await this.#options.fetch(source, abort.signal);
    this.#fetching--;
    if (!this.#closed) this.#fetchNext();
    if (this.#remotes.get(source.name) !== remote) return;
    remote.state = 'waiting';
    const before = this.#changed.size;
    const waitMs = result.ok ? this.#succeeded(remote, result.value) : this.#failedWith(remote, result.error);
    remote.cancelTimer = this.#options.setTimer(() => this.#enqueue(remote), waitMs);
    if (this.#changed.size > before) this.#options.onChange();
    this.#tellSettled();
  }

  /** @returns When to fetch again: a bit early, so that servers are not asked by all gateways at once. */
  #succeeded(remote: Remote, keys: KeySet['keys']): number {
    const { source } = remote;
    this.#ok++;
    if (remote.problem !== null) this.#options.logger.info('keys for tokens are there again', nameOf(source));
    remote.problem = null;
    remote.failures = 0;
    remote.fetchedMs = this.#options.now();
    this.#put(source.name, { name: source.name, keys });
    return Math.max(source.cacheMs, MIN_CACHE_MS) * (0.8 + 0.2 * this.#options.random());
  }

  /** @returns When to try again. */
  #failedWith(remote: Remote, problem: string): number {
    const { source } = remote;
    this.#failed++;
    const kept = this.#options.now() - remote.fetchedMs < MAX_STALE_MS;
    if (!kept) this.#put(source.name, null);
    const effect = kept ? 'the last ones are used' : 'tokens are refused';
    if (remote.problem !== `${effect} ${problem}`) {
      remote.problem = `${effect} ${problem}`;
      this.#options.logger.warn(`cannot fetch keys for tokens: ${effect}`, {
        ...nameOf(source),
        cause: problem,
      });
    }
    const pauseMs = Math.min(MIN_BACKOFF_MS * 2 ** remote.failures++, MAX_BACKOFF_MS);
    return pauseMs * (0.5 + 0.5 * this.#options.random());
  }

  #tellSettled(): void {
    if (this.#settled.length === 0) return;
    for (const { fetchedMs, failures } of this.#remotes.values()) {
      if (fetchedMs === Number.NEGATIVE_INFINITY && failures === 0) return;
    }
    const waiting = this.#settled;
    this.#settled = [];
    for (const tell of waiting) tell();
  }
}

/** Without user, password and query, which may hold secrets. */
function nameOf({ uri }: RemoteKeySource): { readonly uri: string } {
  const { protocol, host, pathname } = new URL(uri);
  return { uri: `${protocol}//${host}${pathname}` };
}
