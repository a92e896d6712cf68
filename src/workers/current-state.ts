import type { KeySet } from '../snapshot/key-set.ts';
import type { Certificate, Change, Delta, Settings } from '../snapshot/snapshot.ts';
import type { EndpointSet, Upstream } from '../snapshot/upstream.ts';
import type { VirtualHost } from '../snapshot/virtual-host.ts';
import { slotsOfEndpoints, slotsOfHost, slotsOfUpstream } from './slot-needs.ts';
import type { SlotAllocator } from './slots.ts';

/** A delta as the control plane makes it: slots are the pool's business. */
export type ConfigDelta = Omit<Delta, 'slots'>;

/** How much there is of each kind. */
export interface StateSizes {
  readonly version: number;
  readonly hosts: number;
  readonly routes: number;
  readonly upstreams: number;
  readonly endpointSets: number;
  readonly endpoints: number;
  readonly certificates: number;
}

/** The whole configuration that the workers serve, kept so that a new worker can start from it. */
export class CurrentState {
  readonly #slots: SlotAllocator;
  readonly #hosts = new Map<string, VirtualHost>();
  readonly #upstreams = new Map<string, Upstream>();
  readonly #endpoints = new Map<string, EndpointSet>();
  readonly #certificates = new Map<string, Certificate>();
  readonly #keySets = new Map<string, KeySet>();
  #settings: Settings | undefined;
  #version = 0;

  constructor(slots: SlotAllocator) {
    this.#slots = slots;
  }

  /** 0 before the first delta. */
  get version(): number {
    return this.#version;
  }

  /**
   * Takes a delta in and fills in its slots.
   *
   * @throws {RangeError} If its version is not above the current one.
   */
  apply(delta: ConfigDelta): Delta {
    if (!(delta.version > this.#version)) {
      throw new RangeError(`Cannot apply version ${delta.version}: it must be above ${this.#version}`);
    }
    this.#version = delta.version;
    this.#settings = delta.settings ?? this.#settings;
    change(this.#hosts, delta.hosts, (name, host) =>
      this.#slots.need(`host:${name}`, host === undefined ? [] : slotsOfHost(host)),
    );
    change(this.#upstreams, delta.upstreams, (name, upstream) =>
      this.#slots.need(`upstream:${name}`, upstream === undefined ? [] : slotsOfUpstream(upstream)),
    );
    change(this.#endpoints, delta.endpoints, (name, set) =>
      this.#slots.need(`endpoints:${name}`, set === undefined ? [] : slotsOfEndpoints(set)),
    );
    change(this.#certificates, delta.certificates, () => {});
    if (delta.keySets !== undefined) change(this.#keySets, delta.keySets, () => {});
    return { ...delta, slots: this.#slots.commit(delta.version) };
  }

  /** Everything as one delta, for a worker that knows nothing; null before the first delta. */
  full(): Delta | null {
    if (this.#version === 0) return null;
    return {
      version: this.#version,
      ...(this.#settings === undefined ? {} : { settings: this.#settings }),
      hosts: { set: [...this.#hosts.values()], remove: [] },
      upstreams: { set: [...this.#upstreams.values()], remove: [] },
      endpoints: { set: [...this.#endpoints.values()], remove: [] },
      certificates: { set: [...this.#certificates.values()], remove: [] },
      ...(this.#keySets.size === 0 ? {} : { keySets: { set: [...this.#keySets.values()], remove: [] } }),
      slots: { set: this.#slots.all(), remove: [] },
    };
  }

  sizes(): StateSizes {
    let routes = 0;
    for (const host of this.#hosts.values()) routes += host.routes.length;
    let endpoints = 0;
    for (const set of this.#endpoints.values()) endpoints += set.endpoints.length;
    return {
      version: this.#version,
      hosts: this.#hosts.size,
      routes,
      upstreams: this.#upstreams.size,
      endpointSets: this.#endpoints.size,
      endpoints,
      certificates: this.#certificates.size,
    };
  }
}

function change<T extends { readonly name: string }>(
  map: Map<string, T>,
  changes: Change<T>,
  changed: (name: string, value: T | undefined) => void,
): void {
  for (const name of changes.remove) {
    map.delete(name);
    changed(name, undefined);
  }
  for (const value of changes.set) {
    map.set(value.name, value);
    changed(value.name, value);
  }
}
