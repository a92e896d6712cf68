import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../lib/clock.ts';
import { stackOf } from '../lib/error-message.ts';
import type { LogFields, Logger, LogLevel } from '../lib/logger.ts';
import type { Delta } from '../snapshot/snapshot.ts';
import type { Cells } from './cells.ts';
import type { DrainOptions, ListenerAddress, ToPool, ToWorker, WorkerStart } from './protocol.ts';
import { decodeDelta } from './protocol.ts';
import { openCells, type WorkerCells } from './worker-cells.ts';

/** Access log of one worker that the main thread has not taken yet; beyond it batches are refused. */
export const MAX_LOG_ON_THE_WAY_BYTES = 8 << 20;

/**
 * What the data plane does when the pool asks. Calls come one after the other, from the loop of this thread,
 * never before the turn in which `connectToPool` was called has ended.
 */
export interface WorkerHandlers {
  /** Swaps the table. Returns when the new one serves; a throw is reported and means that the old one stays. */
  onDelta(delta: Delta): void;
  /** Binds with `reusePort` and returns the addresses in use, in the same order. Called once. */
  onListen(listeners: readonly ListenerAddress[]): Promise<readonly ListenerAddress[]>;
  /** Leaves (availability.md, Drain). Resolves when all connections are done. Deltas still come meanwhile. */
  onDrain(options: DrainOptions): Promise<void>;
  /** Closes everything that keeps the loop alive and sends what is left of the log. */
  onClose(): void | Promise<void>;
  /** At each sign of life. @param lateMs How late the loop was. */
  onBeat?(lateMs: number): void;
}

/** The worker's end of the channel. */
export interface WorkerSide {
  readonly index: number;
  readonly cells: Cells;
  /** `workerData` of the pool's options; the caller narrows it. */
  readonly workerData: unknown;
  /** The gateway's own log, written by the main thread. */
  readonly logger: Logger;
  /**
   * Hands over whole lines of the access log; the batch must own its buffer, which is transferred.
   * @returns false when the main thread is too far behind: the batch is not sent.
   */
  sendLog(batch: Uint8Array<ArrayBuffer>): boolean;
  /** Asks the main thread for newer keys; the caller does so seldom. */
  askKeys(keySet: string): void;
}

/**
 * Connects the thread that calls it to its pool. Called once, by the entry script of a worker, at its start.
 *
 * @throws {Error} Outside a worker thread.
 */
export function connectToPool(handlers: WorkerHandlers): WorkerSide {
  const port = parentPort;
  if (port === null) throw new Error('connectToPool: must run in a worker thread of the pool');
  const start = workerData as WorkerStart;
  const cells = openCells(start.memory, start.index);
  const post = (message: ToPool, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, [...transfer]);
  const stopBeating = beat(cells, start.heartbeatMs, handlers);

  const receive = (message: ToWorker): void => {
    switch (message.kind) {
      case 'delta':
        for (const page of message.pages) cells.addPage(page);
        post(takeDelta(decodeDelta(message.delta), { cells, handlers }));
        return;
      case 'listen':
        handlers.onListen(message.listeners).then(
          (listeners) => post({ kind: 'listening', listeners }),
          (error: unknown) => post({ kind: 'listen-failed', error: stackOf(error) }),
        );
        return;
      case 'drain':
        handlers
          .onDrain(message.options)
          .catch((error: unknown) => note('error', 'draining failed', { error: stackOf(error) }))
          .then(() => post({ kind: 'drained' }));
        return;
      case 'close':
        stopBeating();
        void close();
        return;
      default:
        message satisfies never;
    }
  };
  const close = async (): Promise<void> => {
    try {
      await handlers.onClose();
    } finally {
      port.close();
    }
  };
  const note = (level: LogLevel, text: string, fields: LogFields = {}): void =>
    post({ kind: 'note', level, text, fields });
  port.on('message', receive);

  let logSentBytes = 0;
  return {
    index: start.index,
    cells,
    workerData: start.extra,
    logger: {
      debug: (text, fields) => note('debug', text, fields),
      info: (text, fields) => note('info', text, fields),
      warn: (text, fields) => note('warn', text, fields),
      error: (text, fields) => note('error', text, fields),
    },
    sendLog(batch) {
      const { byteLength } = batch;
      if (logSentBytes + byteLength - cells.logTakenBytes > MAX_LOG_ON_THE_WAY_BYTES) return false;
      logSentBytes += byteLength;
      post({ kind: 'log', batch }, [batch.buffer]);
      return true;
    },
    askKeys: (keySet) => post({ kind: 'keys-wanted', keySet }),
  };
}

/** New names are known before the table that uses them, old ones until it has gone. */
function takeDelta(delta: Delta, to: { cells: WorkerCells; handlers: WorkerHandlers }): ToPool {
  for (const [name, slot] of delta.slots.set) to.cells.assign(name, slot);
  try {
    to.handlers.onDelta(delta);
  } catch (error) {
    return { kind: 'rejected', version: delta.version, error: stackOf(error) };
  }
  for (const name of delta.slots.remove) to.cells.forget(name);
  return { kind: 'acknowledged', version: delta.version };
}

/** Writes the heartbeat cell now and from then on; the timer alone keeps no thread alive. */
function beat(cells: WorkerCells, everyMs: number, handlers: WorkerHandlers): () => void {
  let last = systemClock.now();
  cells.beat(last);
  const timer = setInterval(() => {
    const now = systemClock.now();
    cells.beat(now);
    handlers.onBeat?.(Math.max(0, now - last - everyMs));
    last = now;
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
