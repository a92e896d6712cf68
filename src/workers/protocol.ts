import type { LogFields, LogLevel } from '../lib/logger.ts';
import type { Certificate, Delta } from '../snapshot/snapshot.ts';
import { SecretText } from '../snapshot/snapshot.ts';
import type { MemoryHandle } from './memory-layout.ts';

/** A listener as it is asked for (port 0: any) and as it is bound. */
export interface ListenerAddress {
  /** `http` or `https`. */
  readonly name: string;
  /** IP address without brackets. */
  readonly address: string;
  readonly port: number;
}

/** How a worker leaves (availability.md, Drain). */
export interface DrainOptions {
  /** Listeners go on accepting for so long. */
  readonly delayMs: number;
  /** After that, requests in flight have so long. */
  readonly timeoutMs: number;
}

/** A certificate on its way: structured clone would lose the class that hides the key. */
export interface WireCertificate {
  readonly name: string;
  readonly chain: string;
  readonly key: string;
}

/** A delta on its way to a worker. */
export interface WireDelta extends Omit<Delta, 'certificates'> {
  readonly certificates: { readonly set: readonly WireCertificate[]; readonly remove: readonly string[] };
}

export type ToWorker =
  | { readonly kind: 'delta'; readonly delta: WireDelta; readonly pages: readonly SharedArrayBuffer[] }
  | { readonly kind: 'listen'; readonly listeners: readonly ListenerAddress[] }
  | { readonly kind: 'drain'; readonly options: DrainOptions }
  | { readonly kind: 'close' };

export type ToPool =
  | { readonly kind: 'acknowledged'; readonly version: number }
  | { readonly kind: 'rejected'; readonly version: number; readonly error: string }
  | { readonly kind: 'listening'; readonly listeners: readonly ListenerAddress[] }
  | { readonly kind: 'listen-failed'; readonly error: string }
  | { readonly kind: 'drained' }
  /** A token names a key that the set lacks. */
  | { readonly kind: 'keys-wanted'; readonly keySet: string }
  /** Whole lines of the access log, transferred. */
  | { readonly kind: 'log'; readonly batch: Uint8Array }
  /** A line of the gateway's own log. */
  | { readonly kind: 'note'; readonly level: LogLevel; readonly text: string; readonly fields: LogFields };

/** What a thread is started with, as `workerData`. */
export interface WorkerStart {
  readonly index: number;
  readonly memory: MemoryHandle;
  readonly heartbeatMs: number;
  /** The caller's own, plain data. */
  readonly extra: unknown;
}

/** Lays key material open for the way to a worker; nothing but the channel calls this. */
export function encodeDelta(delta: Delta): WireDelta {
  const set = delta.certificates.set.map(({ name, chain, key }) => ({ name, chain, key: key.reveal() }));
  return { ...delta, certificates: { set, remove: delta.certificates.remove } };
}

/** Wraps key material anew on arrival. */
export function decodeDelta(wire: WireDelta): Delta {
  const set = wire.certificates.set.map(
    ({ name, chain, key }): Certificate => ({ name, chain, key: new SecretText(key) }),
  );
  return { ...wire, certificates: { set, remove: wire.certificates.remove } };
}
