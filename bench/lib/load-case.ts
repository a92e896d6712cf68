import type { BenchCase, Figures, Round, Subject } from './bench-case.ts';
import { LOAD_METRICS } from './bench-case.ts';
import { load } from './load.ts';
import type { LoadOptions } from './load-options.ts';
import { measuredLoad } from './measured-load.ts';
import type { ProxyProgram, SluiceOptions } from './proxies.ts';
import { sluice } from './proxies.ts';
import { everyProxy, withProxy } from './served-proxy.ts';
import { checkTransfers } from './transfers.ts';

/** What a load case asks of every proxy; `port` is the proxy's. */
export type LoadPlan = Omit<LoadOptions, 'port'>;

/** What distinguishes a case in which every proxy gets the same load. */
export interface LoadCase extends Pick<BenchCase, 'name' | 'summary' | 'bars' | 'needs'> {
  readonly plan: LoadPlan;
  /** Peers that can do it; default all. */
  readonly peers?: readonly string[];
}

/** The load of the small case, the measure of many others. */
export const SMALL: LoadPlan = { paths: ['/'], connections: 64 };

/** A case in which Sluice and each peer get the same load. */
export function loadCase({ plan, peers, ...about }: LoadCase): BenchCase {
  const subjects = everyProxy((proxy, round) => measureLoad(proxy, plan, round));
  const chosen = subjects.filter(({ name }) => name === 'sluice' || (peers?.includes(name) ?? true));
  return { ...about, metrics: LOAD_METRICS, subjects: chosen };
}

/** Sluice in another form, or under another load, for a case that compares it with itself. */
export function sluiceSubject(name: string, plan: LoadPlan, options: SluiceOptions = {}): Subject {
  const proxy = sluice(options);
  return { name, program: proxy.name, measure: (round) => measureLoad(proxy, plan, round) };
}

/**
 * Starts a proxy, looks at what it answers, warms it up, loads it and takes its processor time.
 * Whoever moves bodies shows before and after that not a byte of them is lost.
 */
export async function measureLoad(proxy: ProxyProgram, plan: LoadPlan, round: Round): Promise<Figures> {
  const { site, seconds, warmUpSeconds } = round;
  const { folder } = site;
  return await withProxy(proxy, { site, plan }, async ({ pid, port }) => {
    const options = { ...plan, port };
    await checkTransfers(options, folder);
    if (warmUpSeconds > 0) await load(options, { folder, seconds: warmUpSeconds });
    const figures = await measuredLoad(pid, options, { folder, seconds });
    await checkTransfers(options, folder);
    return figures;
  });
}
