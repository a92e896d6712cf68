import type { Bar, BenchCase, Figures, Round } from '../lib/bench-case.ts';
import { startClients } from '../lib/client-process.ts';
import type { HandshakeOptions, HandshakeReport } from '../lib/handshake-clients.ts';
import { processorTimeUs } from '../lib/processor-time.ts';
import type { ProxyProgram } from '../lib/proxies.ts';
import { everyProxy, withProxy } from '../lib/served-proxy.ts';

const CONNECTIONS = 16;

/**
 * A new TLS 1.3 connection for each small request. The clients are ours, and slower than the fast proxies: the
 * processor time is the figure, the rate is what the clients manage at most.
 */
export const handshakes = [
  handshakeCase('handshake-full', { resumed: false, summary: 'a new TLS connection for each small request' }),
  handshakeCase('handshake-resumed', {
    resumed: true,
    summary: 'a new TLS connection for each small request, each of a resumed session',
    bars: [
      { metric: 'cpu', against: 'nginx', atMost: 2.5, aim: 1.5 },
      { metric: 'cpu', against: 'envoy', atMost: 1.2 },
    ],
  }),
];

function handshakeCase(
  name: string,
  options: { readonly resumed: boolean; readonly summary: string; readonly bars?: readonly Bar[] },
): BenchCase {
  const { resumed, summary, bars = [] } = options;
  return {
    ...{ name, summary, bars },
    metrics: [
      { key: 'cpu', title: 'µs processor time a connection', digits: 0 },
      { key: 'rate', title: 'connections/s', digits: 0 },
      { key: 'p50', title: 'p50 ms', digits: 2 },
      { key: 'p99', title: 'p99 ms', digits: 2 },
      { key: 'p999', title: 'p99.9 ms', digits: 2 },
    ],
    subjects: everyProxy((proxy, round) => measure(proxy, resumed, round)),
  };
}

async function measure(proxy: ProxyProgram, resumed: boolean, round: Round): Promise<Figures> {
  const { site, seconds, warmUpSeconds } = round;
  const plan = { paths: ['/'], connections: CONNECTIONS, tls: true };
  return await withProxy(proxy, { site, plan }, async ({ pid, port }) => {
    const options = { port, resumed, connections: CONNECTIONS };
    if (warmUpSeconds > 0) await run({ ...options, seconds: warmUpSeconds });
    const before = processorTimeUs(pid);
    const { requests, requestsPerSecond: rate, p50, p99, p999 } = await run({ ...options, seconds });
    return { cpu: (processorTimeUs(pid) - before) / requests, rate, p50, p99, p999 };
  });
}

async function run(options: HandshakeOptions): Promise<HandshakeReport> {
  const clients = startClients<HandshakeReport>('handshake-clients.ts', options);
  try {
    return await clients.report();
  } finally {
    await clients.stop();
  }
}
