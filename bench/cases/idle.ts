import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase, Figures, Round } from '../lib/bench-case.ts';
import { startClients } from '../lib/client-process.ts';
import type { IdleReport } from '../lib/idle-clients.ts';
import { memoryKib } from '../lib/memory.ts';
import type { ProxyProgram } from '../lib/proxies.ts';
import { everyProxy, withProxy } from '../lib/served-proxy.ts';

/**
 * Memory of a connection that has carried a request and waits for the next: how much the proxy grows by opening
 * many, divided by their number. It is read after a time to settle, before and after.
 *
 * Nothing warms the proxy up before: what an earlier load has left in its heap, free or garbage, would take up the
 * connections, and they would seem to need no memory. So the growth has in it what opening needs once (V8's young
 * generation, compiled code, connections to upstreams), about 1 KiB a connection. Half as many and twice as many
 * give the same figure but for this.
 */
export const idle = [
  idleCase({ name: 'idle', tls: false, connections: 4000, atMost: 8, aim: 5 }),
  idleCase({ name: 'idle-tls', tls: true, connections: 1000, atMost: 48, aim: 32 }),
];

interface IdleCase {
  readonly name: string;
  readonly tls: boolean;
  readonly connections: number;
  readonly atMost: number;
  readonly aim: number;
}

/** Of a brief run, in which nobody looks at the figures. */
const FEW = 50;

function idleCase({ name, tls, connections, atMost, aim }: IdleCase): BenchCase {
  return {
    name,
    summary: `memory of an idle connection${tls ? ' over TLS' : ''}: ${connections} of them, each has had a request`,
    bars: [{ metric: 'each', atMost, aim }],
    metrics: [
      { key: 'each', title: 'KiB a connection', digits: 1 },
      { key: 'before', title: 'MiB without them', digits: 1 },
    ],
    subjects: everyProxy((proxy, round) =>
      measure(proxy, { tls, connections: round.warmUpSeconds > 0 ? connections : FEW }, round),
    ),
  };
}

async function measure(
  proxy: ProxyProgram,
  { tls, connections }: Pick<IdleCase, 'tls' | 'connections'>,
  round: Round,
): Promise<Figures> {
  const { site, seconds } = round;
  const plan = { paths: ['/'], connections: 1, tls };
  return await withProxy(proxy, { site, plan }, async ({ pid, port }) => {
    await sleep(seconds * 1000);
    const before = memoryKib(pid);
    const clients = startClients<IdleReport>('idle-clients.ts', { port, tls, connections });
    try {
      await clients.report();
      await sleep(seconds * 1000);
      const after = memoryKib(pid);
      const { open } = await clients.report();
      if (open < connections) throw new Error(`${proxy.name} keeps ${open} of ${connections} connections`);
      return { each: (after - before) / connections, before: before / 1024 };
    } finally {
      await clients.stop();
    }
  });
}
