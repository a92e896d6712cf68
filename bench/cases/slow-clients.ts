import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase, Figures, Round } from '../lib/bench-case.ts';
import { LOAD_METRICS } from '../lib/bench-case.ts';
import { startClients } from '../lib/client-process.ts';
import { load } from '../lib/load.ts';
import { SMALL } from '../lib/load-case.ts';
import { measuredLoad } from '../lib/measured-load.ts';
import { memoryKib } from '../lib/memory.ts';
import type { ProxyProgram } from '../lib/proxies.ts';
import { everyProxy, withProxy } from '../lib/served-proxy.ts';
import type { SlowReaderReport } from '../lib/slow-readers.ts';

const READERS = 1000;
/** Of a brief run. */
const FEW_READERS = 50;
const BYTES_PER_SECOND = 10_000;
/** What the readers get in the end may lag behind by so much: they share a core with the load generator. */
const LEAST_PART = 0.5;

/**
 * The small case beside readers that are slow, and how much memory the proxy takes for both. The readers pause for
 * most of each second, so that sockets fill up, and the proxy has to keep what the upstream has sent.
 */
export const slowClients: BenchCase = {
  name: 'slow-clients',
  summary: `the small case beside ${READERS} clients that read 1 MiB at 10 kB/s`,
  metrics: [...LOAD_METRICS, { key: 'memory', title: 'MiB more memory', digits: 1 }],
  subjects: everyProxy(measure),
};

async function measure(proxy: ProxyProgram, round: Round): Promise<Figures> {
  const { site, seconds, warmUpSeconds } = round;
  const { folder } = site;
  return await withProxy(proxy, { site, plan: SMALL }, async ({ pid, port }) => {
    const small = { ...SMALL, port };
    if (warmUpSeconds > 0) await load(small, { folder, seconds: warmUpSeconds });
    const before = memoryKib(pid);
    const connections = warmUpSeconds > 0 ? READERS : FEW_READERS;
    const readers = startClients<SlowReaderReport>('slow-readers.ts', {
      ...{ port, path: '/files/1m', file: join(folder, 'files/1m') },
      ...{ connections, bytesPerSecond: BYTES_PER_SECOND },
    });
    try {
      await readers.report();
      await sleep(warmUpSeconds * 1000);
      const { bytes: start } = await readers.report();
      const figures = await measuredLoad(pid, small, { folder, seconds });
      const memory = (memoryKib(pid) - before) / 1024;
      const { bytes: end } = await readers.report();
      const least = connections * BYTES_PER_SECOND * seconds * LEAST_PART;
      if (end - start < least) throw new Error(`The slow readers got ${end - start} bytes, not ${least}`);
      return { ...figures, memory };
    } finally {
      await readers.stop();
    }
  });
}
