import { isDeepStrictEqual } from 'node:util';
import { refOf } from '../resources/kinds.ts';
import type { Certificate, Change, Snapshot } from '../snapshot/snapshot.ts';
import type { EndpointSet, Upstream } from '../snapshot/upstream.ts';
import type { VirtualHost } from '../snapshot/virtual-host.ts';
import { decideClaims } from './claims.ts';
import type { CompiledHost } from './compile-host.ts';
import { brokenHost, compileHost } from './compile-host.ts';
import type { DelegationCondition } from './delegation.ts';
import { delegationConditions } from './delegation.ts';
import { DirtySet } from './dirty-set.ts';
import { compileEndpoints } from './endpoints.ts';
import { proxyRef, refKey } from './httpproxy/context.ts';
import { acceptsIngress } from './ingress-class.ts';
import { ObjectReports } from './object-reports.ts';
import type { ObjectChange, ObjectSource } from './object-source.ts';
import type { Problem } from './part.ts';
import { Published } from './published.ts';
import { RecordingView } from './recording-view.ts';
import { readCertificate } from './secret.ts';
import type { ProxyStatus } from './status.ts';
import { UsedNames } from './used-names.ts';
import type { CompileOptions } from './view.ts';

/** What one batch of changes came to. */
export interface CompileResult {
  readonly hosts: Change<VirtualHost>;
  readonly upstreams: Change<Upstream>;
  readonly endpoints: Change<EndpointSet>;
  /** Key material: for the certificate channel alone. */
  readonly certificates: Change<Certificate>;
  /** HTTPProxies whose status differs from the last result that had it, by `namespace/name`. */
  readonly statuses: ReadonlyMap<string, ProxyStatus>;
  /** Likewise Ingresses and their problems, for Events; an empty list when the last one is gone. */
  readonly ingressProblems: ReadonlyMap<string, readonly Problem[]>;
  /** Likewise TLSCertificateDelegations and their conditions. */
  readonly delegations: ReadonlyMap<string, readonly DelegationCondition[]>;
  /** Hosts on which the compiler failed by a bug of its own: for the log. */
  readonly failures: readonly CompileFailure[];
  /** All that is in force now. */
  readonly snapshot: CompiledSnapshot;
}

/** What was thrown while a host was compiled. */
export interface CompileFailure {
  readonly host: string;
  readonly error: unknown;
}

/** A snapshot without what the compiler does not know: its version and the settings. */
export type CompiledSnapshot = Omit<Snapshot, 'version' | 'settings'>;

export interface CompilerOptions {
  readonly source: ObjectSource;
  readonly options: CompileOptions;
}

/**
 * Turns objects into what is served, one compile unit for each host name, and keeps who read what: a change
 * recompiles only the hosts that looked at the object. Endpoints and certificates are compiled on their own.
 * The result depends on the objects alone, never on the order of events. It has no clock and does no I/O.
 */
export class Compiler {
  readonly #source: ObjectSource;
  #options: CompileOptions;
  #allDirty = true;
  readonly #dirty = new DirtySet();
  readonly #known = new Set<string>();
  readonly #hosts = new Published<VirtualHost>();
  readonly #upstreams = new Published<Upstream>();
  readonly #endpoints = new Published<EndpointSet>();
  readonly #certificates = new Published<Certificate>();
  readonly #usedUpstreams = new UsedNames();
  readonly #usedEndpoints = new UsedNames();
  readonly #usedCertificates = new UsedNames();
  readonly #reports: ObjectReports;
  #failures: CompileFailure[] = [];
  readonly #delegations = new Map<string, readonly DelegationCondition[]>();

  constructor({ source, options }: CompilerOptions) {
    this.#source = source;
    this.#options = options;
    this.#reports = new ObjectReports(source);
  }

  /** Replaces the settings; the next `apply` compiles everything anew. */
  setOptions(options: CompileOptions): void {
    this.#options = options;
    this.#allDirty = true;
  }

  /** All that is in force, as of the last `apply`. */
  get snapshot(): CompiledSnapshot {
    return {
      hosts: this.#hosts.values,
      upstreams: this.#upstreams.values,
      endpoints: this.#endpoints.values,
    };
  }

  /**
   * Compiles what the changes touch. The source already holds the new state; the first call compiles
   * everything in it, whatever the changes are.
   */
  apply(changes: readonly ObjectChange[]): CompileResult {
    for (const change of changes) this.#dirty.add(change);
    if (this.#allDirty) this.#markEverything();
    for (const host of this.#dirty.take('host')) this.#compileHost(host);
    for (const name of this.#dirty.take('endpoints')) this.#compileEndpoints(name);
    for (const name of this.#dirty.take('certificate')) this.#compileCertificate(name);
    for (const key of this.#dirty.take('ingress')) this.#reports.touch('Ingress', key);
    for (const key of this.#dirty.take('proxy')) this.#reports.touch('HTTPProxy', key);
    const failures = this.#failures;
    this.#failures = [];
    return {
      failures,
      hosts: this.#hosts.flush(),
      upstreams: this.#upstreams.flush(),
      endpoints: this.#endpoints.flush(),
      certificates: this.#certificates.flush(),
      statuses: this.#takeStatuses(),
      ingressProblems: this.#reports.takeIngressProblems(),
      delegations: this.#takeDelegations(),
      snapshot: this.snapshot,
    };
  }

  #markEverything(): void {
    this.#allDirty = false;
    for (const host of this.#source.fqdns()) this.#dirty.mark('host', host);
    for (const host of this.#source.ingressHosts()) this.#dirty.mark('host', host);
    for (const host of this.#known) this.#dirty.mark('host', host);
    for (const proxy of this.#source.list('HTTPProxy')) this.#dirty.mark('proxy', refKey(proxyRef(proxy)));
    for (const { metadata } of this.#source.list('TLSCertificateDelegation')) {
      this.#dirty.mark('delegation', `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`);
    }
  }

  #compileHost(host: string): void {
    const roots = this.#source.rootsByFqdn(host);
    const candidates = this.#source.ingressesByHost(host);
    if (roots.length + candidates.length === 0) {
      this.#known.delete(host);
      this.#dirty.setReads('host', host, new Set());
      this.#publish(host, null);
      this.#reports.setHost(host, null);
      return;
    }
    this.#known.add(host);
    const view = new RecordingView(this.#source, this.#options);
    try {
      const claims = decideClaims(roots, view);
      const ingresses = candidates.filter((ingress) => acceptsIngress(ingress, view));
      const compiled = compileHost({ host, proxy: claims.winner, ingresses }, view);
      this.#publish(host, compiled);
      this.#reports.setHost(host, {
        reached: [...claims.roots, ...compiled.visited],
        problems: [...claims.problems, ...compiled.problems],
      });
    } catch (error) {
      // A bug of ours costs the host it struck, not all others: it answers 503 until something it read changes.
      const claimants = [...roots, ...candidates].map(refOf);
      const broken = brokenHost(host, claimants);
      this.#failures.push({ host, error });
      this.#publish(host, broken);
      this.#reports.setHost(host, { reached: claimants, problems: broken.problems });
    }
    this.#dirty.setReads('host', host, view.reads);
  }

  #publish(host: string, compiled: CompiledHost | null): void {
    this.#hosts.put(host, compiled?.virtualHost ?? null);
    const upstreams = compiled?.upstreams ?? [];
    const used = this.#usedUpstreams.set(host, new Set(upstreams.map(({ name }) => name)));
    // The name covers every field, so hosts that share one agree.
    for (const upstream of upstreams) this.#upstreams.put(upstream.name, upstream);
    for (const name of used.gone) this.#upstreams.put(name, null);

    const endpoints = this.#usedEndpoints.set(host, compiled?.endpoints ?? new Set());
    for (const name of endpoints.added) this.#dirty.mark('endpoints', name);
    for (const name of endpoints.gone) this.#dirty.mark('endpoints', name);

    const certificates = this.#usedCertificates.set(host, compiled?.certificates ?? new Set());
    for (const name of certificates.added) this.#dirty.mark('certificate', name);
    for (const name of certificates.gone) this.#dirty.mark('certificate', name);
  }

  #compileEndpoints(name: string): void {
    if (!this.#usedEndpoints.has(name)) {
      this.#dirty.setReads('endpoints', name, new Set());
      this.#endpoints.put(name, null);
      return;
    }
    const view = new RecordingView(this.#source, this.#options);
    this.#endpoints.put(name, compileEndpoints(view, name));
    this.#dirty.setReads('endpoints', name, view.reads);
  }

  #compileCertificate(name: string): void {
    if (!this.#usedCertificates.has(name)) {
      this.#dirty.setReads('certificate', name, new Set());
      this.#certificates.put(name, null);
      return;
    }
    const view = new RecordingView(this.#source, this.#options);
    this.#certificates.put(name, readCertificate(view, name));
    this.#dirty.setReads('certificate', name, view.reads);
  }

  #takeStatuses(): ReadonlyMap<string, ProxyStatus> {
    const views = new Map<string, RecordingView>();
    const statuses = this.#reports.takeStatuses((key) => {
      const view = new RecordingView(this.#source, this.#options);
      views.set(key, view);
      return view;
    });
    for (const [key, view] of views) this.#dirty.setReads('proxy', key, view.reads);
    return statuses;
  }

  #takeDelegations(): ReadonlyMap<string, readonly DelegationCondition[]> {
    const changed = new Map<string, readonly DelegationCondition[]>();
    for (const key of this.#dirty.take('delegation')) {
      const [namespace = '', name = ''] = key.split('/');
      const object = this.#source.get('TLSCertificateDelegation', namespace, name);
      if (object === undefined) {
        this.#delegations.delete(key);
        continue;
      }
      const conditions = delegationConditions(object);
      if (isDeepStrictEqual(conditions, this.#delegations.get(key))) continue;
      this.#delegations.set(key, conditions);
      changed.set(key, conditions);
    }
    return changed;
  }
}
