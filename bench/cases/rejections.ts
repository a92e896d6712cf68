import { join } from 'node:path';
import type { BenchCase, Round, Subject } from '../lib/bench-case.ts';
import { LOAD_METRICS } from '../lib/bench-case.ts';
import type { LoadPlan } from '../lib/load-case.ts';
import { measureLoad, SMALL } from '../lib/load-case.ts';
import type { ProxyProgram } from '../lib/proxies.ts';
import { peer, sluice } from '../lib/proxies.ts';
import { BENCH } from '../lib/site.ts';

const SLUICE = sluice({ args: ['--manifests', join(BENCH, 'manifests/rejections')] });
const PLAN: LoadPlan = { ...SMALL, hosts: ['rejections.bench.example'] };
const BAR = { metric: 'cpu', against: 'sluice, 200', atMost: 0.5, aim: 0.33 };

/** What it costs to say no: whoever is asked for what is not there must stay up. */
export const rejections: BenchCase = {
  name: 'rejections',
  summary: '404 for want of a route, 503 for want of endpoints',
  metrics: LOAD_METRICS,
  subjects: [
    refusing('sluice, 404', SLUICE, { path: '/nowhere', status: 404 }),
    refusing('sluice, 503', SLUICE, { path: '/nothing', status: 503 }),
    { name: 'sluice, 200', program: 'sluice', measure: (round) => measureLoad(SLUICE, PLAN, round) },
    refusing('nginx, 404', peer('nginx'), { path: '/nowhere', status: 404 }),
  ],
  bars: [BAR, { ...BAR, of: 'sluice, 503' }],
};

interface Refusal {
  readonly path: string;
  readonly status: number;
}

function refusing(name: string, proxy: ProxyProgram, { path, status }: Refusal): Subject {
  const plan: LoadPlan = { ...PLAN, paths: [path], refused: status };
  const measure = (round: Round) => measureLoad(proxy, plan, round);
  return { name, program: proxy.name, measure };
}
