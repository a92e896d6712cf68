import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures, Metric } from './bench-case.ts';
import { hostName, VERSION_PATH } from './many-hosts.ts';
import { Questioner } from './questioner.ts';

/** How long changes took until requests saw them. */
export const PROPAGATION_METRICS: readonly Metric[] = [
  { key: 'mean', title: 'mean ms', digits: 1 },
  { key: 'p50', title: 'p50 ms', digits: 1 },
  { key: 'p99', title: 'p99 ms', digits: 1 },
  { key: 'changes', title: 'changes', digits: 0 },
];

/** What is changed, and where that is seen. */
export interface Propagation {
  readonly port: number;
  /** Hosts that tell their version, as `writeProxies` makes them. */
  readonly hosts: number;
  readonly seconds: number;
  /** Makes a host tell another version; what it does counts. */
  readonly change: (host: number, version: string) => void;
}

/** Pauses between changes are up to so long, each as likely as another: sources gather what comes together. */
const MAX_PAUSE_MS = 250;
const LIMIT_MS = 10_000;

/**
 * Changes one host after the other, at moments without a pattern, and asks for its version until it is the new one.
 *
 * @throws {Error} When a change is not seen.
 */
export async function measurePropagation(propagation: Propagation): Promise<Figures> {
  const { port, hosts, seconds, change } = propagation;
  const questioner = new Questioner(port);
  const took: number[] = [];
  const endMs = performance.now() + seconds * 1000;
  try {
    while (performance.now() < endMs || took.length === 0) {
      await sleep(Math.random() * MAX_PAUSE_MS);
      const host = Math.floor(Math.random() * hosts);
      const version = `v${took.length + 1}`;
      const startMs = performance.now();
      change(host, version);
      await untilTold(questioner, hostName(host), version);
      took.push(performance.now() - startMs);
    }
  } finally {
    questioner.close();
  }
  const sorted = took.toSorted((left, right) => left - right);
  const mean = took.reduce((sum, one) => sum + one, 0) / took.length;
  const quantile = (part: number): number => sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN;
  return { mean, p50: quantile(0.5), p99: quantile(0.99), changes: took.length };
}

/** A question that finds its connection closed is asked again: nginx's old worker closes what is idle. */
async function untilTold(questioner: Questioner, host: string, version: string): Promise<void> {
  const deadlineMs = performance.now() + LIMIT_MS;
  for (;;) {
    const answer = await questioner.ask(host, VERSION_PATH).catch(() => undefined);
    if (answer?.body === version) return;
    if (performance.now() > deadlineMs) {
      throw new Error(`${host} does not tell ${version}, but ${answer?.status} ${answer?.body}`);
    }
  }
}
