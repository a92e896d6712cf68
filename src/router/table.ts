import type { FilterDeps } from '../filters/registry.ts';
import type { Delta, Settings } from '../snapshot/snapshot.ts';
import { LiveHost } from './live-host.ts';

/** Everything a worker routes by. Immutable: a request keeps the table it began with. */
export interface RouteTable {
  readonly version: number;
  readonly settings: Settings;
  /**
   * The virtual host of a name (httpproxy.md part 0): exact, then the longest `*.suffix`, then `*`. A name
   * that lies deeper under its wildcard than one label, or whose label is none, has no route there and does
   * not fall through: null, as for an unknown name (404).
   *
   * @param host Lower case, without port.
   */
  findHost(host: string): LiveHost | null;
}

/**
 * The next table. Hosts that the delta does not name are shared with the previous one; the delta's slots of
 * shared memory should be known to `deps.cells` before.
 *
 * @param previous null for the first, whose delta must bring settings.
 * @throws When the first delta has no settings, or a filter's data are impossible: bugs of the compiler.
 */
export function applyDelta(previous: RouteTable | null, delta: Delta, deps: FilterDeps): RouteTable {
  const settings = delta.settings ?? previous?.settings;
  if (settings === undefined) {
    throw new Error(`Cannot apply delta ${delta.version}: the first one must bring settings`);
  }
  const hosts = new Map(previous instanceof HostTable ? previous.hosts : []);
  for (const name of delta.hosts.remove) hosts.delete(name);
  for (const host of delta.hosts.set) hosts.set(host.name, new LiveHost(host, deps));
  return new HostTable(delta.version, settings, hosts);
}

/** One DNS label as a wildcard covers it (httpproxy.md 1.2), letters in either case. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;
const MAX_LABEL = 63;
/** Longest name of the DNS; bounds the search for wildcards. */
const MAX_NAME = 253;

class HostTable implements RouteTable {
  readonly version: number;
  readonly settings: Settings;
  /** By name, wildcards as they are written. */
  readonly hosts: ReadonlyMap<string, LiveHost>;

  constructor(version: number, settings: Settings, hosts: ReadonlyMap<string, LiveHost>) {
    this.version = version;
    this.settings = settings;
    this.hosts = hosts;
  }

  findHost(host: string): LiveHost | null {
    const exact = this.hosts.get(host);
    // A request may name `*.a` or `*` literally: no such name exists.
    if (exact !== undefined && !host.startsWith('*')) return exact;
    if (host.length > MAX_NAME) return null;
    for (let dot = host.indexOf('.', 1); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const wildcard = this.hosts.get(`*${host.slice(dot)}`);
      if (wildcard !== undefined) return dot <= MAX_LABEL && LABEL.test(host.slice(0, dot)) ? wildcard : null;
    }
    return this.hosts.get('*') ?? null;
  }
}
