import type { PublicKey } from '../lib/public-keys.ts';

/** Public keys by which tokens are verified. They travel on their own: no route changes when they do. */
export interface KeySet {
  /** Name of its source. */
  readonly name: string;
  readonly keys: readonly PublicKey[];
}

/** Where the keys of a set come from (httpproxy.md 1.2 `jwtProviders`). */
export type KeySource = LocalKeySource | RemoteKeySource;

/** Keys that a user wrote into a Secret. */
export interface LocalKeySource {
  readonly kind: 'local';
  /** `secret:namespace/name#key`. */
  readonly name: string;
  readonly keys: readonly PublicKey[];
}

/** Keys that are fetched, by the control plane alone. */
export interface RemoteKeySource {
  readonly kind: 'remote';
  /** The URI, and after a space a hash of all fields. */
  readonly name: string;
  /** Absolute, `http` or `https`. */
  readonly uri: string;
  readonly timeoutMs: number;
  /** How long keys are good before they are fetched again. */
  readonly cacheMs: number;
  /** Which addresses of the server are used; 0: both families. */
  readonly family: 0 | 4 | 6;
  /** null: the server is not verified. */
  readonly verify: { readonly caPem: string; readonly names: readonly string[] } | null;
}
