import type { Delta } from '../snapshot/snapshot.ts';
import type { EndpointSet } from '../snapshot/upstream.ts';
import { UpstreamPool, type UpstreamRuntime } from './pool.ts';

/** All upstreams of one worker, by name, reconciled with each delta: state that outlives a swap. */
export class UpstreamPools {
  readonly #runtime: UpstreamRuntime;
  readonly #pools = new Map<string, UpstreamPool>();
  readonly #sets = new Map<string, EndpointSet>();
  /** Names of the upstreams that use an endpoint set. */
  readonly #users = new Map<string, Set<UpstreamPool>>();

  constructor(runtime: UpstreamRuntime) {
    this.#runtime = runtime;
  }

  get(name: string): UpstreamPool | undefined {
    return this.#pools.get(name);
  }

  /** Applies upstreams and endpoints of a delta. An upstream whose settings changed has another name. */
  apply(delta: Delta): void {
    const changed = new Set<string>();
    for (const set of delta.endpoints.set) {
      this.#sets.set(set.name, set);
      changed.add(set.name);
    }
    for (const name of delta.endpoints.remove) {
      this.#sets.delete(name);
      changed.add(name);
    }
    for (const upstream of delta.upstreams.set) {
      const known = this.#pools.get(upstream.name);
      if (known !== undefined) this.#remove(upstream.name, known);
      const pool = new UpstreamPool(upstream, this.#runtime);
      this.#pools.set(upstream.name, pool);
      const users = this.#users.get(upstream.endpoints) ?? new Set();
      this.#users.set(upstream.endpoints, users.add(pool));
      if (!changed.has(upstream.endpoints)) pool.setEndpoints(this.#sets.get(upstream.endpoints));
    }
    for (const name of delta.upstreams.remove) {
      const pool = this.#pools.get(name);
      if (pool !== undefined) this.#remove(name, pool);
    }
    for (const name of changed) {
      for (const pool of this.#users.get(name) ?? []) pool.setEndpoints(this.#sets.get(name));
    }
  }

  #remove(name: string, pool: UpstreamPool): void {
    this.#pools.delete(name);
    const users = this.#users.get(pool.upstream.endpoints);
    users?.delete(pool);
    if (users?.size === 0) this.#users.delete(pool.upstream.endpoints);
    pool.close();
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }
}
