import type { KeySet } from './key-set.ts';
import type { EndpointSet, Upstream } from './upstream.ts';
import type { VirtualHost } from './virtual-host.ts';

/** Everything the data plane serves by, key material apart. Immutable; each map is keyed by `name`. */
export interface Snapshot {
  readonly version: number;
  readonly settings: Settings;
  readonly hosts: ReadonlyMap<string, VirtualHost>;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly endpoints: ReadonlyMap<string, EndpointSet>;
}

/** From one snapshot to the next. A worker applies all of it or nothing, then acknowledges `version`. */
export interface Delta {
  readonly version: number;
  /** Present when changed. */
  readonly settings?: Settings;
  readonly hosts: Change<VirtualHost>;
  readonly upstreams: Change<Upstream>;
  readonly endpoints: Change<EndpointSet>;
  readonly certificates: Change<Certificate>;
  /** Present when changed. */
  readonly keySets?: Change<KeySet>;
  /** Slots of shared memory by name: those that are new, and the names that are gone. */
  readonly slots: {
    readonly set: readonly (readonly [name: string, slot: number])[];
    readonly remove: readonly string[];
  };
}

export interface Change<T extends { readonly name: string }> {
  readonly set: readonly T[];
  readonly remove: readonly string[];
}

/** Key material: only in this channel, never in a snapshot, log or admin answer. */
export interface Certificate {
  /** `namespace/name` of the Secret, or `default`. */
  readonly name: string;
  /** PEM, leaf first. */
  readonly chain: string;
  readonly key: SecretText;
}

/**
 * A text that cannot be printed: its string and JSON forms are `[redacted]`.
 * `reveal()` gives the text. Structured clone loses the class; the channel wraps it anew.
 */
export class SecretText {
  #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  reveal(): string {
    return this.#text;
  }
  toString(): string {
    return '[redacted]';
  }
  toJSON(): string {
    return '[redacted]';
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]';
  }
}

/** Data-plane settings that may change while running; defaults in `config.ts`. */
export interface Settings {
  /** Runs of `/` in a path count as one. */
  readonly mergeSlashes: boolean;
  /** Proxies before us whose `x-forwarded-for` entries are believed. */
  readonly trustedHops: number;
  readonly serverHeader: 'overwrite' | 'append-if-absent' | 'pass-through';
  readonly requestHeadBytes: number;
  readonly requestHeaders: number;
  readonly maxRequestsPerConnection: number;
  /** 0: none. */
  readonly maxConnectionsPerListener: number;
  /** Of one client address, in one worker; 0: half of what a listener may have. */
  readonly maxConnectionsPerAddress: number;
  readonly headTimeoutMs: number;
  /** Whole request received; 0: none. */
  readonly requestTimeoutMs: number;
  readonly connectionIdleMs: number;
  readonly streamIdleMs: number;
  /** 0: none. */
  readonly maxConnectionMs: number;
  /** Lingering close. */
  readonly delayedCloseMs: number;
  /** How long a client may take nothing at all of what waits for it. */
  readonly flushTimeoutMs: number;
  readonly tlsMinVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly tlsMaxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL text of TLS 1.2 suites. */
  readonly tls12Ciphers: string;
  /** Certificate for names without one of their own, or null: refuse. */
  readonly defaultCertificate: string | null;
}
