import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LOAD_CORE } from './pinned-process.ts';
import { BENCH } from './site.ts';

/** Clients that no load generator offers: a program of ours in a process of its own. It reports when it is asked. */
export interface ClientProcess<Report> {
  /** What it tells when it is ready, or done; later what it has seen until now. */
  report(): Promise<Report>;
  stop(): Promise<void>;
}

/**
 * Starts `bench/lib/PROGRAM` on the load generator's core. It takes its options as JSON in its first argument,
 * sends a report by `process.send` when it is ready, and another one for each message it gets.
 */
export function startClients<Report>(program: string, options: object): ClientProcess<Report> {
  const command = [process.execPath, join(BENCH, 'lib', program), JSON.stringify(options)];
  const child = spawn('taskset', ['-c', String(LOAD_CORE), ...command], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const first = next(child, program);
  // Whoever asks gets the error.
  first.catch(() => {});
  let asked = false;
  return {
    report: async () => {
      if (!asked) {
        asked = true;
        return (await first) as Report;
      }
      const answer = next(child, program);
      child.send('report');
      return (await answer) as Report;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** @throws {Error} When the program has ended, or does: it has said why. */
async function next(child: ChildProcess, program: string): Promise<unknown> {
  if (child.exitCode !== null) throw new Error(`${program} ended with status ${child.exitCode}`);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const onExit = (status: number | null): void => reject(new Error(`${program} ended with status ${status}`));
  child.once('message', resolve).once('exit', onExit);
  try {
    return await promise;
  } finally {
    child.off('message', resolve).off('exit', onExit);
  }
}
