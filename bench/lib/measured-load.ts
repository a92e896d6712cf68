import type { Figures } from './bench-case.ts';
import { load } from './load.ts';
import type { LoadOptions, LoadRun } from './load-options.ts';
import { processorTimeUs } from './processor-time.ts';

/** Loads a proxy: what its clients saw, and the processor time that a request took it, by the keys of `LOAD_METRICS`. */
export async function measuredLoad(pid: number, options: LoadOptions, run: LoadRun): Promise<Figures> {
  const before = processorTimeUs(pid);
  const { requests, requestsPerSecond: rate, p50, p99, p999 } = await load(options, run);
  return { cpu: (processorTimeUs(pid) - before) / requests, rate, p50, p99, p999 };
}
