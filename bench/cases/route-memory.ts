import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase, Figures, Round } from '../lib/bench-case.ts';
import { load } from '../lib/load.ts';
import type { ManyHosts } from '../lib/many-hosts.ts';
import { hostNames, writeProxies } from '../lib/many-hosts.ts';
import { memoryKib } from '../lib/memory.ts';
import { sluice, startProxy } from '../lib/proxies.ts';
import { HOST } from '../lib/site.ts';
import { untilServed } from '../lib/transfers.ts';

const MORE_WORKERS = 3;
const QUIET_MS = 2000;

/**
 * What a route costs in memory: each worker holds all routes, and the control plane holds the objects and what
 * they were compiled to. Sluice runs with one worker and with three, with 10,000 routes on 1,000 hosts and with
 * the site's two; what more workers add to the cost of the routes is the workers' share. Each of the four is
 * loaded for a while, so that what is made late is made, and measured after seconds of quiet. The garbage of
 * reading the routes stays in: V8 gives it back late, or never. It differs from run to run: the median of the
 * rounds counts.
 */
export const routeMemory: BenchCase = {
  name: 'route-memory',
  summary: 'memory a route, in each worker and in the control plane',
  metrics: [
    { key: 'worker', title: 'KiB a route and worker', digits: 2 },
    { key: 'control', title: 'KiB a route beside', digits: 2 },
    { key: 'perWorker', title: 'MiB a worker without routes', digits: 1 },
    { key: 'beside', title: 'MiB beside without routes', digits: 1 },
  ],
  subjects: [{ name: 'sluice', program: 'sluice', measure }],
  bars: [{ metric: 'worker', atMost: 10, aim: 5 }],
};

async function measure(round: Round): Promise<Figures> {
  const all: ManyHosts = { hosts: round.warmUpSeconds === 0 ? 100 : 1000, routes: 10 };
  const routes = all.hosts * all.routes;
  const none = { ...all, hosts: 0 };
  const oneEmpty = await settledKib(round, { ...none, workers: 1 });
  const oneFull = await settledKib(round, { ...all, workers: 1 });
  const moreEmpty = await settledKib(round, { ...none, workers: MORE_WORKERS });
  const moreFull = await settledKib(round, { ...all, workers: MORE_WORKERS });
  const added = MORE_WORKERS - 1;
  const worker = (moreFull - moreEmpty - (oneFull - oneEmpty)) / added / routes;
  const perWorker = (moreEmpty - oneEmpty) / added / 1024;
  return {
    worker,
    control: (oneFull - oneEmpty) / routes - worker,
    perWorker,
    beside: oneEmpty / 1024 - perWorker,
  };
}

async function settledKib(
  { site, seconds, warmUpSeconds }: Round,
  { workers, ...all }: ManyHosts & { readonly workers: number },
): Promise<number> {
  const { folder } = site;
  const manifests = join(folder, 'route-memory');
  await writeProxies(manifests, all);
  const proxy = sluice({ workers, args: ['--manifests', manifests] });
  const { pid, stop } = await startProxy(proxy, site);
  try {
    const options = {
      ...{ port: proxy.httpPort, paths: ['/'], connections: 64 },
      hosts: all.hosts === 0 ? [HOST] : hostNames(all.hosts),
    };
    await untilServed(options);
    await load(options, { folder, seconds });
    if (warmUpSeconds > 0) await sleep(QUIET_MS);
    return memoryKib(pid);
  } finally {
    await stop();
  }
}
