import { parentPort, workerData } from 'node:worker_threads';
import { takeFromBucket } from '../../src/limits/bucket.ts';
import type { GcraLimit } from '../../src/limits/gcra.ts';
import { sharedCells } from './shared-cells.ts';

/** Takes from slot 0 as fast as it can, `attempts` times at each time it is told, and answers what it got. */
const { buffer, limit, attempts, gate } = workerData as {
  buffer: SharedArrayBuffer;
  limit: GcraLimit;
  attempts: number;
  /** Workers wait here until the main thread opens the round, so that they really run side by side. */
  gate: SharedArrayBuffer;
};
const cells = sharedCells([], buffer);
const round = new Int32Array(gate);

parentPort?.on('message', ({ nowMs, current }: { nowMs: number; current: number }) => {
  Atomics.wait(round, 0, current);
  let taken = 0;
  for (let i = 0; i < attempts; i++) {
    if (takeFromBucket(cells, 0, limit, nowMs) === 0) taken++;
  }
  parentPort?.postMessage(taken);
});
parentPort?.postMessage('ready');
