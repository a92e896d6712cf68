import { loadHttp2 } from './h2load.ts';
import type { Load, LoadOptions, LoadRun } from './load-options.ts';
import { loadHttp1 } from './wrk.ts';

/**
 * Loads a port of this machine: with wrk over HTTP/1.1, with h2load over HTTP/2.
 *
 * @throws {Error} When an answer was not what it must be, or a connection failed: the figures would mean nothing.
 */
export function load(options: LoadOptions, run: LoadRun): Promise<Load> {
  return options.streams === undefined ? loadHttp1(options, run) : loadHttp2(options, run);
}
