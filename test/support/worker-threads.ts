import type { TestContext } from 'node:test';
import type { Worker } from 'node:worker_threads';

/** The threads that this process starts while the test runs, in order: what a crash takes is one of them. */
export function collectThreads(context: TestContext): readonly Worker[] {
  const threads: Worker[] = [];
  const note = (worker: Worker): void => {
    threads.push(worker);
  };
  process.on('worker', note);
  context.after(() => process.off('worker', note));
  return threads;
}
