import { type ResourceLimits, Worker } from 'node:worker_threads';
import { stackOf } from '../lib/error-message.ts';
import type { LogFields, LogLevel } from '../lib/logger.ts';
import type { Delta } from '../snapshot/snapshot.ts';
import { mergeDeltas } from './merge-delta.ts';
import type { DrainOptions, ListenerAddress, ToPool, ToWorker, WorkerStart } from './protocol.ts';
import { encodeDelta } from './protocol.ts';
import type { SharedMemory } from './shared-memory.ts';

/**
 * `starting`: takes the table. `binding`: was told to listen. `serving`. `draining`: leaves, as planned.
 * `stopping`: was told to end. `exited`.
 */
export type ThreadState = 'starting' | 'binding' | 'serving' | 'draining' | 'stopping' | 'exited';

export interface ThreadOptions {
  /** Its seat in shared memory. */
  readonly index: number;
  readonly entry: URL;
  readonly memory: SharedMemory;
  readonly heartbeatMs: number;
  readonly extra: unknown;
  readonly resourceLimits: ResourceLimits;
}

/** What the pool hears of a thread, always on the main thread. */
export interface ThreadEvents {
  /** A version was acknowledged or rejected. */
  onProgress(thread: WorkerThread): void;
  onListening(thread: WorkerThread, listeners: readonly ListenerAddress[]): void;
  onListenFailed(thread: WorkerThread, error: string): void;
  onLog(batch: Uint8Array): void;
  onKeysWanted(keySet: string): void;
  onNote(thread: WorkerThread, level: LogLevel, text: string, fields: LogFields): void;
  /** Once; nothing comes after it. `reason` says why it ended. */
  onExit(thread: WorkerThread, reason: string): void;
}

/**
 * One data-plane thread as the main thread sees it. At most one delta is on its way; what comes meanwhile
 * is merged into one, so a stalled worker holds one delta and not a queue. A rejected delta is merged into
 * the next, because the worker's old table lacks it.
 */
export class WorkerThread {
  readonly index: number;
  readonly threadId: number;
  state: ThreadState = 'starting';
  /** The last version it acknowledged; 0 at first. */
  acknowledged = 0;
  /** The last version it rejected, and why; 0 and null once it acknowledged a later one. */
  rejected = 0;
  error: string | null = null;
  readonly #worker: Worker;
  readonly #memory: SharedMemory;
  readonly #events: ThreadEvents;
  readonly #exited = Promise.withResolvers<void>();
  readonly #listening = Promise.withResolvers<void>();
  readonly #drained = Promise.withResolvers<void>();
  #pagesSent: number;
  #onTheWay: Delta | null = null;
  #pending: Delta | null = null;
  #reason = 'ended by itself';

  constructor(options: ThreadOptions, events: ThreadEvents) {
    this.index = options.index;
    this.#memory = options.memory;
    this.#events = events;
    const handle = options.memory.handle();
    this.#pagesSent = handle.pages.length;
    const start: WorkerStart = {
      index: options.index,
      memory: handle,
      heartbeatMs: options.heartbeatMs,
      extra: options.extra,
    };
    this.#worker = new Worker(options.entry, {
      name: `sluice worker ${options.index}`,
      workerData: start,
      resourceLimits: options.resourceLimits,
    });
    this.threadId = this.#worker.threadId;
    this.#worker.on('message', (message: ToPool) => this.#receive(message));
    this.#worker.on('messageerror', (error) => this.terminate(`unreadable message: ${error.message}`));
    this.#worker.on('error', (error: unknown) => {
      this.#reason = stackOf(error);
    });
    this.#worker.on('exit', () => {
      this.state = 'exited';
      this.#exited.resolve();
      this.#listening.resolve();
      this.#drained.resolve();
      events.onExit(this, this.#reason);
    });
  }

  /** Resolves when it listens, or has ended before. */
  get listening(): Promise<void> {
    return this.#listening.promise;
  }

  /** Resolves when its connections are done after `drain()`, or it has ended. */
  get drained(): Promise<void> {
    return this.#drained.promise;
  }

  /** Some delta is not acknowledged yet. */
  get behind(): boolean {
    return this.#onTheWay !== null || this.#pending !== null;
  }

  send(delta: Delta): void {
    this.#pending = this.#pending === null ? delta : mergeDeltas(this.#pending, delta);
    if (this.#onTheWay === null) this.#sendPending();
  }

  listen(listeners: readonly ListenerAddress[]): void {
    this.state = 'binding';
    this.#post({ kind: 'listen', listeners });
  }

  /** Asks it to leave. Resolves when its connections are done, it has ended, or `graceMs` past its time. */
  async drain(options: DrainOptions, graceMs: number): Promise<void> {
    this.state = 'draining';
    this.#post({ kind: 'drain', options });
    const limitMs = options.delayMs + options.timeoutMs + graceMs;
    const timer = setTimeout(() => this.#drained.resolve(), limitMs);
    await this.#drained.promise;
    clearTimeout(timer);
  }

  /** Ends the thread: it is asked, and terminated after `limitMs`. Resolves when it has ended. */
  async close(limitMs: number): Promise<void> {
    if (this.state === 'exited') return;
    this.state = 'stopping';
    this.#post({ kind: 'close' });
    const timer = setTimeout(() => this.terminate('did not close in time'), limitMs);
    await this.#exited.promise;
    clearTimeout(timer);
  }

  terminate(reason: string): void {
    this.#reason = reason;
    void this.#worker.terminate();
  }

  #sendPending(): void {
    if (this.#pending === null) return;
    this.#onTheWay = this.#pending;
    this.#pending = null;
    const pages = this.#memory.pagesFrom(this.#pagesSent);
    this.#pagesSent += pages.length;
    this.#post({ kind: 'delta', delta: encodeDelta(this.#onTheWay), pages });
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: ToPool): void {
    switch (message.kind) {
      case 'acknowledged':
        this.#onTheWay = null;
        this.acknowledged = message.version;
        this.rejected = 0;
        this.error = null;
        this.#sendPending();
        this.#events.onProgress(this);
        return;
      case 'rejected': {
        const failed = this.#onTheWay;
        const next = this.#pending;
        this.#onTheWay = null;
        this.rejected = message.version;
        this.error = message.error;
        if (failed !== null) this.#pending = next === null ? failed : mergeDeltas(failed, next);
        if (next !== null) this.#sendPending();
        this.#events.onProgress(this);
        return;
      }
      case 'listening':
        this.state = 'serving';
        this.#listening.resolve();
        this.#events.onListening(this, message.listeners);
        return;
      case 'listen-failed':
        this.#events.onListenFailed(this, message.error);
        return;
      case 'drained':
        this.#drained.resolve();
        return;
      case 'keys-wanted':
        this.#events.onKeysWanted(message.keySet);
        return;
      case 'log':
        this.#events.onLog(message.batch);
        this.#memory.takeLog(this.index, message.batch.byteLength);
        return;
      case 'note':
        this.#events.onNote(this, message.level, message.text, message.fields);
        return;
      default:
        message satisfies never;
    }
  }
}
