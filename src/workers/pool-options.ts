import type { ResourceLimits } from 'node:worker_threads';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { ListenerAddress } from './protocol.ts';

/** Limits of time in the life of a worker, in milliseconds (availability.md, Listeners and workers). */
export interface PoolTimes {
  /** How often a worker gives a sign of life. */
  readonly heartbeatMs: number;
  /** A worker that is silent for so long is not waited for. */
  readonly silentMs: number;
  /** A worker that is silent for so long is terminated and replaced. */
  readonly stallMs: number;
  /** The same before its first sign of life: its modules are being loaded. */
  readonly startMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** After so long a life the back-off begins anew. */
  readonly stableMs: number;
  /** What a worker has for its end before it is terminated. */
  readonly closeMs: number;
}

export const POOL_TIMES: PoolTimes = {
  heartbeatMs: 200,
  silentMs: 1000,
  stallMs: 5000,
  startMs: 30_000,
  minBackoffMs: 100,
  maxBackoffMs: 5000,
  stableMs: 60_000,
  closeMs: 2000,
};

export interface PoolOptions {
  readonly workers: number;
  /** Script of a worker; it calls `connectToPool` at once. */
  readonly entry: URL;
  /** What to listen on; a listener that is off is not in the list. */
  readonly listeners: readonly ListenerAddress[];
  /** Plain data of the caller for the entry script. */
  readonly workerData?: unknown;
  /** Heap limits of each thread; they count no buffers (node-facts.md). */
  readonly resourceLimits?: ResourceLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly times?: Partial<PoolTimes>;
  /** Whole lines of the access log, now the receiver's own. */
  readonly onLog: (batch: Uint8Array) => void;
  /** A worker met a token that names a key of no set it has; the same may come from each worker. */
  readonly onKeysWanted?: (keySet: string) => void;
  /** Once, when the addresses are known: the first worker listens. */
  readonly onListening?: (listeners: readonly ListenerAddress[]) => void;
}
