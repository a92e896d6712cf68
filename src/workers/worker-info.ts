import type { ThreadState } from './worker-thread.ts';

/** One worker for `/v1/workers` and metrics. */
export interface WorkerInfo {
  readonly index: number;
  /** -1 while there is no thread. */
  readonly threadId: number;
  /** `silent`: serving, but without a sign of life; `restarting`: dead, waits for its back-off. */
  readonly state: ThreadState | 'silent' | 'restarting';
  /** The last version that it acknowledged. */
  readonly version: number;
  /** Why it rejected the version after that, or null. */
  readonly error: string | null;
  /** Milliseconds since 1970; 0 while there is no thread. */
  readonly startedAtMs: number;
  readonly restarts: number;
  readonly heartbeatAgeMs: number;
}
