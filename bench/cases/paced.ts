import type { BenchCase, Figures } from '../lib/bench-case.ts';
import { LOAD_METRICS } from '../lib/bench-case.ts';
import { load } from '../lib/load.ts';
import { SMALL } from '../lib/load-case.ts';
import type { LoadOptions, LoadRun } from '../lib/load-options.ts';
import { measuredLoad } from '../lib/measured-load.ts';
import { everyProxy, withProxy } from '../lib/served-proxy.ts';

/** Part of the requests a second that saturate Sluice. */
const LOAD_PART = 0.6;
/** Between an answer and the next request: so long beside an answer that the connections make the rate. */
const THINK_MS = 20;
/** Rates that differ by more cannot be compared. */
const TOLERANCE = 0.05;
/** A proxy that answers slower than others needs a few connections more; one that needs this many cannot do it. */
const MOST_CONNECTIONS = 1.2;
/** The first is slower: V8 compiles what many connections need. */
const TRIALS = 2;
const TRIAL_SECONDS = 2;

/**
 * What clients wait for at a load that leaves Sluice room: all proxies get the same requests a second. The many
 * connections pause at random, so that requests come as from independent clients, though wrk sends those of the
 * same millisecond together. (h2load paces each connection evenly, all in step: it measures its own bursts.)
 * A proxy that cannot carry the rate has no latencies here.
 */
export const paced = pacedCase();

function pacedCase(): BenchCase {
  // Found in Sluice's turn, which is the first of each round.
  let rate = Number.NaN;
  return {
    name: 'paced',
    summary: `the small case at ${LOAD_PART * 100} % of the rate that saturates Sluice`,
    metrics: LOAD_METRICS,
    bars: [{ metric: 'p99', against: 'nginx', atMost: 1.5, aim: 1.1 }],
    subjects: everyProxy((proxy, { site, seconds, warmUpSeconds }) =>
      withProxy(proxy, { site, plan: SMALL }, async ({ pid, port }) => {
        const options = { ...SMALL, port };
        const trial = { folder: site.folder, seconds: Math.max(TRIAL_SECONDS, warmUpSeconds) };
        if (warmUpSeconds > 0) await load(options, trial);
        if (proxy.name === 'sluice') rate = LOAD_PART * (await load(options, trial)).requestsPerSecond;
        const plan = await planFor(rate, { ...options, thinkMs: THINK_MS }, trial);
        const figures = await measuredLoad(pid, plan, { ...trial, seconds });
        return warmUpSeconds > 0 ? comparable(figures, rate) : figures;
      }),
    ),
  };
}

/** As many connections as make the rate: tried, since those of a slow proxy wait for its answers too. */
async function planFor(rate: number, options: LoadOptions, trial: LoadRun): Promise<LoadOptions> {
  const guess = (rate * THINK_MS) / 1000;
  let connections = Math.ceil(guess);
  for (let count = 0; count < TRIALS; count++) {
    const { requestsPerSecond } = await load({ ...options, connections }, trial);
    connections = Math.ceil(Math.min((connections * rate) / requestsPerSecond, guess * MOST_CONNECTIONS));
  }
  return { ...options, connections };
}

function comparable(figures: Figures, rate: number): Figures {
  const off = Math.abs((figures.rate ?? 0) / rate - 1);
  return off <= TOLERANCE ? figures : { ...figures, p50: Number.NaN, p99: Number.NaN, p999: Number.NaN };
}
