import { join } from 'node:path';
import type { BenchCase, Figures, Round } from '../lib/bench-case.ts';
import type { ManyHosts } from '../lib/many-hosts.ts';
import { editProxy, hostNames, writeProxies } from '../lib/many-hosts.ts';
import { editServer, nginxWithServers } from '../lib/many-servers.ts';
import { measurePropagation, PROPAGATION_METRICS } from '../lib/propagation.ts';
import { sluice } from '../lib/proxies.ts';
import { withProxy } from '../lib/served-proxy.ts';

/** From the edit of one file among many until requests see it. nginx is told to reload by a signal. */
export const changes: BenchCase = {
  name: 'changes',
  summary: 'from the edit of one of 5,000 manifests until requests see it',
  metrics: PROPAGATION_METRICS,
  subjects: [
    { name: 'sluice', program: 'sluice', measure: measureSluice },
    { name: 'nginx, reloaded', program: 'nginx', measure: measureNginx },
  ],
  bars: [
    { metric: 'p99', atMost: 100, aim: 50 },
    { metric: 'mean', atMost: 100, aim: 15 },
  ],
};

function many({ warmUpSeconds }: Round): ManyHosts {
  return { hosts: warmUpSeconds === 0 ? 50 : 5000, routes: 1, version: 'v0' };
}

async function measureSluice(round: Round): Promise<Figures> {
  const { site, seconds } = round;
  const all = many(round);
  const folder = join(site.folder, 'changes');
  await writeProxies(folder, all);
  const change = (index: number, version: string): void => editProxy(folder, { ...all, index, version });
  return await withProxy(sluice({ args: ['--manifests', folder] }), { site, plan: planOf(all) }, ({ port }) =>
    measurePropagation({ port, seconds, change, hosts: all.hosts }),
  );
}

async function measureNginx(round: Round): Promise<Figures> {
  const { site, seconds } = round;
  const all = many(round);
  const proxy = await nginxWithServers(site.folder, all);
  return await withProxy(proxy, { site, plan: planOf(all) }, ({ pid, port }) => {
    const change = (index: number, version: string): void => {
      editServer(site.folder, { ...all, index, version });
      process.kill(pid, 'SIGHUP');
    };
    return measurePropagation({ port, seconds, change, hosts: all.hosts });
  });
}

/** Of a load that there is none of: it says where a proxy is found to be up. */
function planOf({ hosts }: ManyHosts) {
  return { paths: ['/'], hosts: hostNames(hosts), connections: 1 };
}
