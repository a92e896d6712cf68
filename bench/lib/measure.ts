import { request } from 'node:http';
import { availableParallelism } from 'node:os';
import { findProgram } from '../../scripts/find-program.ts';
import type { BenchCase } from './bench-case.ts';
import { BENCH_HOST } from './bench-case.ts';
import { processorTimeUs } from './processor-time.ts';
import type { BenchProxy } from './proxies.ts';
import { LOAD_CORE, proxiesHere, startUpstreams } from './proxies.ts';
import { load } from './wrk.ts';

/** One round of one proxy. */
export interface Round {
  /** Processor time of the whole proxy process a request, in microseconds. */
  readonly microseconds: number;
  readonly requestsPerSecond: number;
}

/** The rounds of each proxy, by its name. */
export type Results = Readonly<Record<string, readonly Round[]>>;

/** How long and how often. */
export interface MeasureOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Takes a line that tells how far it is. */
  readonly say: (line: string) => void;
}

/** Long enough for V8 to compile what is hot. */
const WARM_UP_SECONDS = 3;

/**
 * Runs the proxies in turn, round by round, because machines drift: only ratios within one run mean something.
 *
 * @returns undefined when this machine cannot; a line has said why.
 */
export async function measure(measured: BenchCase, options: MeasureOptions): Promise<Results | undefined> {
  const { rounds, say } = options;
  const missing = ['taskset', 'wrk'].filter((name) => findProgram(name) === undefined);
  if (missing.length > 0 || availableParallelism() < 2) {
    say(`bench skipped: it needs ${missing.join(' and ') || 'two cores'}`);
    return undefined;
  }
  const proxies = proxiesHere();
  if (proxies.length === 1) say('no nginx here: Sluice is measured alone, before an upstream of our own');
  const results: Record<string, Round[]> = {};
  const upstreams = await startUpstreams();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const proxy of proxies) {
        const result = await measureOnce(measured, proxy, options);
        results[proxy.name] = [...(results[proxy.name] ?? []), result];
        say(
          `round ${round}: ${proxy.name} ${result.microseconds.toFixed(1)} µs, ${Math.round(result.requestsPerSecond)}/s`,
        );
      }
    }
  } finally {
    await upstreams.stop();
  }
  return results;
}

async function measureOnce(
  measured: BenchCase,
  proxy: BenchProxy,
  { seconds }: MeasureOptions,
): Promise<Round> {
  const started = await proxy.start(measured);
  try {
    await checkAnswer(measured, proxy);
    const { requestPath: path, connections } = measured;
    const options = { core: LOAD_CORE, port: proxy.port, path, connections };
    await load({ ...options, seconds: WARM_UP_SECONDS });
    const before = processorTimeUs(started.pid);
    const { requests, requestsPerSecond } = await load({ ...options, seconds });
    return { microseconds: (processorTimeUs(started.pid) - before) / requests, requestsPerSecond };
  } finally {
    await started.stop();
  }
}

/** A proxy that answers by itself would be very fast. */
async function checkAnswer(measured: BenchCase, proxy: BenchProxy): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = {
    port: proxy.port,
    path: measured.requestPath,
    headers: { host: BENCH_HOST },
    agent: false,
  };
  request({ host: '127.0.0.1', ...options }, async (response) => {
    resolve((await response.toArray()).join(''));
  })
    .on('error', reject)
    .end();
  const body = await promise;
  if (body !== measured.expectedBody) throw new Error(`${proxy.name} answered ${JSON.stringify(body)}`);
}
