import type { CertificateInfo, CertificateWarning } from '../compile/certificate-info.ts';
import type { ObjectRef } from '../resources/kinds.ts';
import type { Origin } from '../resources/manifest-report.ts';
import type { StatusStore } from '../resources/status.ts';
import type { Store } from '../resources/store.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { WorkerInfo } from '../workers/worker-info.ts';

/**
 * What the admin address may see of a gateway. Everything is read when somebody asks, on the main thread, and
 * nothing in it is key material but the Secrets of the store, which `visibleObject` redacts.
 */
export interface GatewayView {
  /** Version of Sluice. */
  readonly version: string;
  readonly store: Pick<Store, 'get' | 'list'>;
  readonly statuses: Pick<StatusStore, 'get'>;
  /** Whether the first complete configuration is live in every worker, and the gateway is not draining. */
  ready(): boolean;
  /** What is served now. */
  snapshot(): Snapshot;
  /** Addresses in use. */
  listeners(): readonly ListenerInfo[];
  workers(): readonly WorkerInfo[];
  certificates(): readonly ServedCertificate[];
  /** The text of `/metrics`. */
  metrics(): string | Promise<string>;
  /** Where an object was read from; undefined when it came from a cluster. */
  originOf(ref: ObjectRef): Origin | undefined;
  /** @param name Name of an upstream of the snapshot. Zeros for one that has no slot yet. */
  upstreamCounters(name: string): UpstreamCounters;
}

export interface ListenerInfo {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** A certificate that workers hold, and what is odd about it. */
export interface ServedCertificate extends CertificateInfo {
  readonly warnings: readonly CertificateWarning[];
}

/** Sums over all workers. `active` and `connections` are numbers of now, the others only grow. */
export interface UpstreamCounters {
  readonly requests: number;
  readonly retries: number;
  readonly active: number;
  readonly connections: number;
  /** Bytes from endpoints that nobody asked for. */
  readonly surplusBytes: number;
}
