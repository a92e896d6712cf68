import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BENCH_HOST } from './bench-case.ts';

/** What the load generator saw. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
}

/** What to ask for. */
export interface LoadOptions {
  readonly core: number;
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Loads a port of 127.0.0.1 with wrk.
 *
 * @throws {Error} When an answer was not 2xx or 3xx, or a connection failed: the figures would mean nothing.
 */
export async function load({ core, port, path, connections, seconds }: LoadOptions): Promise<Load> {
  const { stdout } = await promisify(execFile)('taskset', [
    ...['-c', String(core), 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`],
    ...['-H', `Host: ${BENCH_HOST}`, `http://127.0.0.1:${port}${path}`],
  ]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const requestsPerSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const failures = /Non-2xx.*|Socket errors: .*/.exec(stdout)?.[0];
  if (failures !== undefined || !(requests > 0)) throw new Error(`wrk: ${failures ?? stdout}`);
  return { requests, requestsPerSecond };
}
