import { Acknowledgements, type Applied } from './acknowledgements.ts';
import { type ConfigDelta, CurrentState, type StateSizes } from './current-state.ts';
import { POOL_TIMES, type PoolOptions, type PoolTimes } from './pool-options.ts';
import type { DrainOptions, ListenerAddress } from './protocol.ts';
import { SharedMemory } from './shared-memory.ts';
import { SlotAllocator } from './slots.ts';
import type { WorkerInfo } from './worker-info.ts';
import { WorkerThread } from './worker-thread.ts';

/** The place of one thread in shared memory, whoever holds it. */
interface Seat {
  readonly index: number;
  thread: WorkerThread | null;
  startedAtMs: number;
  /** Monotonic. */
  openedMs: number;
  /** A successor comes when it dies. */
  wanted: boolean;
  restarts: number;
  backoffMs: number;
  timer: NodeJS.Timeout | null;
}

/**
 * The data-plane threads. It keeps the whole configuration, so that a thread that starts takes it before it
 * listens; restarts what dies; terminates what stalls. Never gives up after `start()` has succeeded.
 */
export class WorkerPool {
  readonly memory: SharedMemory;
  readonly slots: SlotAllocator;
  readonly #options: PoolOptions;
  readonly #times: PoolTimes;
  readonly #state: CurrentState;
  readonly #seats: Seat[];
  readonly #waiting = new Acknowledgements();
  readonly #started = Promise.withResolvers<void>();
  #bound: readonly ListenerAddress[] | null = null;
  #phase: 'new' | 'starting' | 'running' | 'draining' | 'closing' = 'new';
  #monitor: NodeJS.Timeout | null = null;
  #lastLookMs = 0;
  #judgeFromMs = 0;
  #replacing: Promise<void> = Promise.resolve();
  #closed: Promise<void> | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#times = { ...POOL_TIMES, ...options.times };
    this.memory = new SharedMemory(options.workers + 1);
    this.slots = new SlotAllocator(this.memory);
    this.#state = new CurrentState(this.slots);
    this.#seats = Array.from({ length: options.workers + 1 }, (_, index) => ({
      index,
      thread: null,
      startedAtMs: 0,
      openedMs: 0,
      wanted: false,
      restarts: 0,
      backoffMs: this.#times.minBackoffMs,
      timer: null,
    }));
  }

  /**
   * Starts all workers with the configuration applied so far. Resolves when all of them listen.
   *
   * @throws {Error} If one cannot listen, rejects the configuration or dies before that; the pool is closed then.
   */
  async start(): Promise<void> {
    this.#phase = 'starting';
    this.#lastLookMs = this.#options.clock.now();
    const everyMs = Math.max(5, Math.min(this.#times.heartbeatMs, this.#times.silentMs / 4));
    this.#monitor = setInterval(() => this.#look(), everyMs);
    for (const seat of this.#seats.slice(0, this.#options.workers)) this.#spawn(seat);
    try {
      await this.#started.promise;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /**
   * Sends a delta to all workers. Resolves when each live one acknowledged or rejected it, without waiting
   * for one that is silent or dies; at once before `start()`.
   *
   * @throws {RangeError} If its version is not above the last one.
   */
  apply(delta: ConfigDelta): Promise<Applied> {
    this.slots.reclaim(this.#oldestVersion());
    const full = this.#state.apply(delta);
    const { missing } = this.slots.counts;
    if (missing > 0) {
      this.#options.logger.error('shared memory is full: names without a slot are not limited or counted', {
        names: missing,
      });
    }
    for (const { thread } of this.#seats) if (thread !== null && isLive(thread)) thread.send(full);
    const applied = this.#waiting.wait(delta.version);
    this.#settle();
    return applied;
  }

  /** The addresses in use; those asked for until the first worker listens. */
  listeners(): readonly ListenerAddress[] {
    return this.#bound ?? this.#options.listeners;
  }

  /** Workers that died or stalled and were replaced. */
  get restarts(): number {
    return this.#seats.reduce((sum, { restarts }) => sum + restarts, 0);
  }

  /** How much the workers serve. */
  sizes(): StateSizes {
    return this.#state.sizes();
  }

  /** One entry for each seat that holds a thread or waits for one. */
  workers(): readonly WorkerInfo[] {
    const now = this.#options.clock.now();
    return this.#seats
      .filter((seat) => seat.thread !== null || seat.timer !== null)
      .map(({ index, thread, startedAtMs, restarts }) => {
        const heartbeatAgeMs = Math.max(0, now - this.memory.heartbeat(index));
        const silent = thread?.state === 'serving' && heartbeatAgeMs > this.#times.silentMs;
        return {
          index,
          threadId: thread?.threadId ?? -1,
          state: thread === null ? 'restarting' : silent ? 'silent' : thread.state,
          version: thread?.acknowledged ?? 0,
          error: thread?.error ?? null,
          startedAtMs: thread === null ? 0 : startedAtMs,
          restarts,
          heartbeatAgeMs,
        };
      });
  }

  /**
   * Planned replacement: another thread starts and listens, then this one drains and ends. One at a time.
   * Does nothing when the worker is not serving by then.
   */
  replace(index: number, drain: DrainOptions): Promise<void> {
    this.#replacing = this.#replacing.then(() => this.#replace(index, drain));
    return this.#replacing;
  }

  /** All workers leave (availability.md, Drain). Resolves when their connections are done; nothing restarts. */
  async drain(options: DrainOptions): Promise<void> {
    if (this.#phase !== 'running') return;
    this.#phase = 'draining';
    this.#abandonAll();
    const threads = this.#seats.flatMap(({ thread }) => thread ?? []);
    const { closeMs } = this.#times;
    await Promise.all(
      threads.map((thread) => {
        if (thread.state === 'serving') return thread.drain(options, closeMs);
        return thread.state === 'draining' ? thread.drained : thread.close(closeMs);
      }),
    );
  }

  /** Ends all workers. Resolves when their threads have ended; calls after the first get the same promise. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#phase = 'closing';
    this.#abandonAll();
    this.#started.promise.catch(() => {});
    this.#started.reject(new Error('Cannot start the workers: the pool was closed'));
    await Promise.all(this.#seats.map(({ thread }) => thread?.close(this.#times.closeMs)));
    if (this.#monitor !== null) clearInterval(this.#monitor);
    this.#settle();
  }

  #spawn(seat: Seat): WorkerThread {
    const { clock, entry, logger, workerData, resourceLimits, onLog } = this.#options;
    seat.timer = null;
    seat.wanted = true;
    seat.openedMs = clock.now();
    seat.startedAtMs = clock.wall();
    this.memory.openSeat(seat.index, seat.openedMs);
    const { memory } = this;
    const { heartbeatMs } = this.#times;
    const limits = resourceLimits ?? {};
    const thread = new WorkerThread(
      { index: seat.index, entry, memory, heartbeatMs, extra: workerData, resourceLimits: limits },
      {
        onProgress: () => this.#progress(),
        onListening: (_, listeners) => this.#listening(listeners),
        onListenFailed: (failed, error) => {
          this.#started.reject(new Error(`Cannot listen: ${error}`));
          failed.terminate(`cannot listen: ${error}`);
        },
        onLog,
        onKeysWanted: (keySet) => this.#options.onKeysWanted?.(keySet),
        onNote: ({ index }, level, text, fields) => logger[level](text, { worker: index, ...fields }),
        onExit: (_, reason) => this.#exit(seat, reason),
      },
    );
    seat.thread = thread;
    const full = this.#state.full();
    if (full !== null) thread.send(full);
    this.#inviteToListen();
    return thread;
  }

  /** A rejection of the very first configuration ends the thread: it has no older table to serve. */
  #progress(): void {
    for (const { thread } of this.#seats) {
      if (thread?.state !== 'starting' || thread.error === null) continue;
      this.#started.reject(new Error(`Cannot start a worker: it rejects the configuration: ${thread.error}`));
      thread.terminate(`rejects the configuration: ${thread.error}`);
    }
    this.#inviteToListen();
    this.#settle();
  }

  /** The first worker binds; the others then bind the numbers that it got (node-facts.md). */
  #inviteToListen(): void {
    for (const { thread } of this.#seats) {
      if (thread?.state !== 'starting' || thread.behind) continue;
      if (this.#bound === null && this.#seats.some((other) => other.thread?.state === 'binding')) return;
      thread.listen(this.listeners());
    }
  }

  #listening(listeners: readonly ListenerAddress[]): void {
    if (this.#bound === null) {
      this.#bound = listeners;
      this.#options.onListening?.(listeners);
    }
    this.#inviteToListen();
    if (this.#phase !== 'starting') return;
    const serving = this.#seats.filter(({ thread }) => thread?.state === 'serving');
    if (serving.length < this.#options.workers) return;
    this.#phase = 'running';
    this.#started.resolve();
  }

  #exit(seat: Seat, reason: string): void {
    const { clock, logger } = this.#options;
    seat.thread = null;
    this.memory.clearGauges(seat.index);
    if (this.#phase === 'starting') {
      this.#started.reject(new Error(`Cannot start the workers: worker ${seat.index} ended: ${reason}`));
    } else if (this.#phase === 'running' && seat.wanted) {
      if (clock.now() - seat.openedMs >= this.#times.stableMs) seat.backoffMs = this.#times.minBackoffMs;
      const delayMs = seat.backoffMs;
      seat.backoffMs = Math.min(this.#times.maxBackoffMs, seat.backoffMs * 2);
      seat.restarts++;
      seat.timer = setTimeout(() => this.#spawn(seat), delayMs);
      logger.error('a worker ended and is replaced', { worker: seat.index, reason, delayMs });
    }
    this.#inviteToListen();
    this.#settle();
  }

  /** Looks at the heartbeats. When this thread itself was held up, nobody is judged until they had a chance. */
  #look(): void {
    const now = this.#options.clock.now();
    if (now - this.#lastLookMs > this.#times.silentMs) this.#judgeFromMs = now + this.#times.silentMs;
    this.#lastLookMs = now;
    if (now >= this.#judgeFromMs) {
      for (const { thread, index, openedMs } of this.#seats) {
        if (thread === null) continue;
        const beat = this.memory.heartbeat(index);
        const limitMs = beat === openedMs ? this.#times.startMs : this.#times.stallMs;
        if (now - beat > limitMs)
          thread.terminate(`stalled: no sign of life for ${Math.round(now - beat)} ms`);
      }
    }
    this.#settle();
  }

  #settle(): void {
    if (this.#waiting.size === 0) return;
    const now = this.#options.clock.now();
    const threads = this.#seats.flatMap(({ thread }) => (thread !== null && isLive(thread) ? [thread] : []));
    this.#waiting.settle(threads, ({ index }) => now - this.memory.heartbeat(index) > this.#times.silentMs);
  }

  /** The lowest version that a thread may still serve; the current one when there is no thread. */
  #oldestVersion(): number {
    let oldest = this.#state.version;
    for (const { thread } of this.#seats) {
      if (thread !== null) oldest = Math.min(oldest, thread.acknowledged);
    }
    return oldest;
  }

  async #replace(index: number, drain: DrainOptions): Promise<void> {
    const old = this.#seats[index];
    const spare = this.#seats.find(({ thread, timer }) => thread === null && timer === null);
    if (this.#phase !== 'running' || old?.thread?.state !== 'serving' || spare === undefined) return;
    const successor = this.#spawn(spare);
    await successor.listening;
    if (successor.state !== 'serving') return this.#abandon(spare);
    this.#abandon(old);
    // Another one than before when that died meanwhile and was restarted, or none.
    const leaving = old.thread;
    if (leaving?.state === 'serving') await leaving.drain(drain, this.#times.closeMs);
    await leaving?.close(this.#times.closeMs);
  }

  #abandonAll(): void {
    for (const seat of this.#seats) this.#abandon(seat);
  }

  /** Nobody follows the thread in this seat. */
  #abandon(seat: Seat): void {
    if (seat.timer !== null) clearTimeout(seat.timer);
    seat.timer = null;
    seat.wanted = false;
  }
}

/** It takes deltas. */
function isLive(thread: WorkerThread): boolean {
  return thread.state !== 'stopping' && thread.state !== 'exited';
}
