import type { Figures, Round, Subject } from './bench-case.ts';
import type { LoadOptions } from './load-options.ts';
import type { ProxyProgram } from './proxies.ts';
import { PEERS, sluice, startProxy } from './proxies.ts';
import { untilServed } from './transfers.ts';

/** A proxy that serves the site. */
export interface ServedProxy {
  readonly pid: number;
  /** Where it takes what the plan asks for: plain HTTP or TLS. */
  readonly port: number;
}

/** Starts a proxy, waits until it serves the site, stops it after `use`. */
export async function withProxy(
  proxy: ProxyProgram,
  { site, plan }: { readonly site: Round['site']; readonly plan: Omit<LoadOptions, 'port'> },
  use: (served: ServedProxy) => Promise<Figures>,
): Promise<Figures> {
  const { pid, stop } = await startProxy(proxy, site);
  try {
    const port = plan.tls === true ? proxy.httpsPort : proxy.httpPort;
    await untilServed({ ...plan, port });
    return await use({ pid, port });
  } finally {
    await stop();
  }
}

/** Sluice and each peer, measured in the same way. */
export function everyProxy(
  measure: (proxy: ProxyProgram, round: Round) => Promise<Figures>,
): readonly Subject[] {
  return [sluice(), ...PEERS].map((proxy) => ({
    name: proxy.name,
    program: proxy.name,
    measure: (round) => measure(proxy, round),
  }));
}
