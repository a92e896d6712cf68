import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchCase, Figures, Round } from '../lib/bench-case.ts';
import { LOAD_METRICS } from '../lib/bench-case.ts';
import { measureLoad, SMALL, sluiceSubject } from '../lib/load-case.ts';
import { sluice } from '../lib/proxies.ts';
import { BENCH } from '../lib/site.ts';

const MANIFESTS = join(BENCH, 'manifests/features');
/** In ordinary use an entry has some hundred bytes. */
const LEAST_LOG_BYTES = 10_000;

/**
 * What the usual features of a route cost together: a line of access log for each request, timeouts, retries at
 * the ready, header policies both ways, and a rate limit that never strikes. Metrics are counted always.
 */
export const features: BenchCase = {
  name: 'features',
  summary: 'the small case with access log, retries, timeouts, header policies and a rate limit',
  metrics: LOAD_METRICS,
  subjects: [
    { name: 'sluice, with features', program: 'sluice', measure: measureFeatures },
    sluiceSubject(
      'sluice, plain',
      { ...SMALL, hosts: ['ordinary.bench.example'] },
      { args: ['--manifests', MANIFESTS] },
    ),
  ],
  bars: [{ metric: 'cpu', against: 'sluice, plain', atMost: 1.35, aim: 1.2 }],
};

async function measureFeatures(round: Round): Promise<Figures> {
  const log = join(round.site.folder, 'access.jsonl');
  const proxy = sluice({ args: ['--manifests', MANIFESTS], accessLog: log });
  const plan = { ...SMALL, hosts: ['features.bench.example'] };
  try {
    const figures = await measureLoad(proxy, plan, round);
    const { size } = await stat(log);
    if (size < LEAST_LOG_BYTES) throw new Error(`The access log has ${size} bytes: it was not written`);
    return figures;
  } finally {
    await rm(log, { force: true });
  }
}
