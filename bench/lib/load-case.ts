import type { BenchCase, Figures, Round, Subject } from './bench-case.ts';
import { LOAD_METRICS } from './bench-case.ts';
import { processorTimeUs } from './processor-time.ts';
import type { ProxyProgram, SluiceOptions } from './proxies.ts';
import { PEERS, sluice, startProxy } from './proxies.ts';
import { checkTransfers, untilServed } from './transfers.ts';
import type { LoadOptions } from './wrk.ts';
import { load } from './wrk.ts';

/** What a load case asks of every proxy; `port` is the proxy's. */
export type LoadPlan = Omit<LoadOptions, 'port'>;

/** What distinguishes a case in which every proxy gets the same load. */
export interface LoadCase extends Pick<BenchCase, 'name' | 'summary' | 'bars'> {
  readonly plan: LoadPlan;
}

/** The load of the small case, the measure of many others. */
export const SMALL: LoadPlan = { paths: ['/'], connections: 64 };

/** A case in which Sluice and each peer get the same load. */
export function loadCase({ name, summary, bars = [], plan }: LoadCase): BenchCase {
  const subjects = [sluice(), ...PEERS].map((proxy) => loadSubject(proxy.name, proxy, plan));
  return { name, summary, bars, metrics: LOAD_METRICS, subjects };
}

/** Sluice in another form, or under another load, for a case that compares it with itself. */
export function sluiceSubject(name: string, plan: LoadPlan, options: SluiceOptions = {}): Subject {
  return loadSubject(name, sluice(options), plan);
}

function loadSubject(name: string, proxy: ProxyProgram, plan: LoadPlan): Subject {
  return { name, program: proxy.name, measure: (round) => measureLoad(proxy, plan, round) };
}

/**
 * Starts a proxy, looks at what it answers, warms it up, loads it and takes its processor time.
 * Whoever moves bodies shows before and after that not a byte of them is lost.
 */
async function measureLoad(proxy: ProxyProgram, plan: LoadPlan, round: Round): Promise<Figures> {
  const { site, seconds, warmUpSeconds } = round;
  const { folder } = site;
  const started = await startProxy(proxy, site);
  try {
    const options = { ...plan, port: plan.tls === true ? proxy.httpsPort : proxy.httpPort };
    await untilServed(options);
    await checkTransfers(options, folder);
    if (warmUpSeconds > 0) await load(options, { folder, seconds: warmUpSeconds });
    const before = processorTimeUs(started.pid);
    const { requests, requestsPerSecond: rate, p50, p99, p999 } = await load(options, { folder, seconds });
    const cpu = (processorTimeUs(started.pid) - before) / requests;
    await checkTransfers(options, folder);
    return { cpu, rate, p50, p99, p999 };
  } finally {
    await started.stop();
  }
}
