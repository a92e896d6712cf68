import { join } from 'node:path';
import type { BenchCase, Figures, Round } from '../lib/bench-case.ts';
import { LOAD_METRICS } from '../lib/bench-case.ts';
import type { LoadPlan } from '../lib/load-case.ts';
import { measureLoad } from '../lib/load-case.ts';
import type { ManyHosts } from '../lib/many-hosts.ts';
import { hostNames, routePrefix, writeProxies } from '../lib/many-hosts.ts';
import { nginxWithServers } from '../lib/many-servers.ts';
import { sluice } from '../lib/proxies.ts';

/** A tenth in a brief run. */
const MANY: ManyHosts = { hosts: 1000, routes: 10 };
const FEW: ManyHosts = { hosts: 1, routes: 1 };

/**
 * What it costs to find one route among 10,000 on 1,000 hosts. Beside it stands one route of one host under as
 * many different requests with heads as long: a hash of hosts costs little, but memory that is not in the
 * processor's cache does.
 */
export const routes: BenchCase = {
  name: 'routes',
  summary: '10,000 routes on 1,000 hosts, asked for at random',
  metrics: LOAD_METRICS,
  subjects: [
    {
      name: 'sluice, 10,000 routes',
      program: 'sluice',
      measure: (round) => measureSluice(many(round), round),
    },
    { name: 'sluice, one route', program: 'sluice', measure: (round) => measureSluice(FEW, round) },
    { name: 'nginx, 10,000 routes', program: 'nginx', measure: (round) => measureNginx(many(round), round) },
  ],
  bars: [{ metric: 'cpu', against: 'sluice, one route', atMost: 1.1, aim: 1.02 }],
};

function many({ warmUpSeconds }: Round): ManyHosts {
  return warmUpSeconds === 0 ? { ...MANY, hosts: MANY.hosts / 10 } : MANY;
}

async function measureSluice(plan: ManyHosts, round: Round): Promise<Figures> {
  const folder = join(round.site.folder, 'routes');
  await writeProxies(folder, plan);
  const proxy = sluice({ args: ['--manifests', folder] });
  return await measureLoad(proxy, loadOf(plan, many(round)), round);
}

async function measureNginx(plan: ManyHosts, round: Round): Promise<Figures> {
  const proxy = await nginxWithServers(round.site.folder, plan);
  return await measureLoad(proxy, loadOf(plan, plan), round);
}

/** As many requests as `all` has routes, spread over those that there are, with paths of one length. */
function loadOf({ hosts, routes: own }: ManyHosts, all: ManyHosts): LoadPlan {
  const perRoute = (all.hosts * all.routes) / (hosts * own);
  const paths = Array.from({ length: own }, (_, route) => route).flatMap((route) =>
    Array.from({ length: perRoute }, (_, index) => {
      const prefix = route === 0 ? '/r0' : routePrefix(route);
      return `${prefix}/${String(index).padStart(5, '0')}`;
    }),
  );
  return { paths, hosts: hostNames(hosts), connections: 64 };
}
