import { join } from 'node:path';
import type { BenchCase, Figures, Round } from '../lib/bench-case.ts';
import { LOAD_METRICS } from '../lib/bench-case.ts';
import { load } from '../lib/load.ts';
import type { LoadPlan } from '../lib/load-case.ts';
import type { ManyHosts } from '../lib/many-hosts.ts';
import { editProxy, emptyFolder, hostName, writeProxies } from '../lib/many-hosts.ts';
import { measuredLoad } from '../lib/measured-load.ts';
import { sluice } from '../lib/proxies.ts';
import { withProxy } from '../lib/served-proxy.ts';
import { writeService, writeSlice } from '../lib/service-objects.ts';
import type { SteadyEdits } from '../lib/steady-edits.ts';
import { steadily } from '../lib/steady-edits.ts';

/** Some 10,000 requests a second: far from what a core can do, so that a wait is somebody's fault. */
const PLAN: LoadPlan = { paths: ['/'], hosts: [hostName(0)], connections: 64, thinkMs: 6 };
const ENDPOINT_EDITS_PER_SECOND = 20;
const ROUTE_EDITS_PER_SECOND = 5;

/**
 * What requests notice of changes, among them changes of the very host and service that they ask for: its second
 * endpoint becomes unready and ready again. The quiet subject has the same edits, in a folder that it does not
 * follow, so that the load generator is held up alike.
 */
export const churn: BenchCase = {
  name: 'churn',
  summary: '20 changes of endpoints and 5 of routes a second beside requests',
  metrics: LOAD_METRICS,
  subjects: [
    {
      name: 'sluice, beside changes',
      program: 'sluice',
      measure: (round) => measureChurn(round, 'followed'),
    },
    { name: 'sluice, quiet', program: 'sluice', measure: (round) => measureChurn(round, 'beside') },
  ],
  bars: [{ metric: 'p99', against: 'sluice, quiet', atMost: 2 }],
};

/** The service of the host that is asked, and one of another host. */
const SERVICES = ['loaded', 'other'] as const;

async function measureChurn(round: Round, edited: 'followed' | 'beside'): Promise<Figures> {
  const { site, seconds, warmUpSeconds } = round;
  const { folder } = site;
  const all: ManyHosts = { hosts: warmUpSeconds === 0 ? 50 : 1000, routes: 10, version: 'v0' };
  const [followed, beside] = [join(folder, 'followed'), join(folder, 'beside')];
  await emptyFolder(beside);
  await writeProxies(followed, all);
  for (const [index, service] of SERVICES.entries()) {
    writeService(followed, service);
    editProxy(followed, { ...all, index, service });
  }
  const proxy = sluice({ args: ['--manifests', followed] });
  return await withProxy(proxy, { site, plan: PLAN }, async ({ pid, port }) => {
    const options = { ...PLAN, port };
    const edits = startEdits(edited === 'followed' ? followed : beside, all);
    try {
      if (warmUpSeconds > 0) await load(options, { folder, seconds: warmUpSeconds });
      return await measuredLoad(pid, options, { folder, seconds });
    } finally {
      for (const { stop } of edits) stop();
    }
  });
}

/** Each edit of endpoints brings an endpoint or takes it; each edit of a route gives one another answer. */
function startEdits(folder: string, all: ManyHosts): readonly SteadyEdits[] {
  return [
    steadily(ENDPOINT_EDITS_PER_SECOND, (count) => {
      const service = SERVICES[count % 2] ?? SERVICES[0];
      writeSlice(folder, { service, index: 1, ready: count % 4 < 2 });
    }),
    steadily(ROUTE_EDITS_PER_SECOND, (count) => {
      const index = count % 2;
      const service = SERVICES[index] ?? SERVICES[0];
      editProxy(folder, { ...all, index, service, version: `v${count + 1}` });
    }),
  ];
}
