import { type CompileResult, Compiler } from './compile/compiler.ts';
import { RecordingView } from './compile/recording-view.ts';
import { readCertificate, resolveServerCertificate } from './compile/secret.ts';
import type { CompileOptions } from './compile/view.ts';
import { DEFAULT_CERTIFICATE, type DefaultCertificate } from './config.ts';
import { stackOf } from './lib/error-message.ts';
import type { Logger } from './lib/logger.ts';
import type { ObjectRef } from './resources/kinds.ts';
import type { StatusStore } from './resources/status.ts';
import type { Change as ObjectChange, Store } from './resources/store.ts';
import type { Certificate, Change, Settings, Snapshot } from './snapshot/snapshot.ts';
import type { ConfigDelta } from './workers/current-state.ts';

export interface ControlPlaneOptions {
  readonly store: Store;
  readonly statuses: StatusStore;
  readonly settings: Settings;
  readonly compile: CompileOptions;
  readonly defaultCertificate: DefaultCertificate;
  /** Made at the start, for `self-signed`. */
  readonly selfSigned: Certificate | null;
  readonly logger: Logger;
  readonly wall: () => number;
  /** Sends a delta to the workers; resolves when they acknowledged. */
  readonly send: (delta: ConfigDelta) => Promise<unknown>;
}

/** Objects in, deltas and status out: gathers changes, compiles, sends, and writes status when it is in force. */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #compiler: Compiler;
  readonly #certificates = new Map<string, Certificate>();
  #changes: ObjectChange[] = [];
  #settings: Settings;
  #compile: CompileOptions;
  #newSettings: Settings | null;
  #version = 0;
  #default: Certificate | null = null;
  #defaultProblem: string | null = null;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#newSettings = options.settings;
    this.#compile = options.compile;
    this.#compiler = new Compiler({ source: options.store, options: options.compile });
  }

  /** Notes changes of the store for the next `apply`. */
  note(changes: readonly ObjectChange[]): void {
    this.#changes.push(...changes);
  }

  /** Other settings; takes effect with the next `apply`. */
  reconfigure(settings: Settings, compile: CompileOptions): void {
    this.#settings = settings;
    this.#newSettings = settings;
    this.#compile = compile;
    this.#compiler.setOptions(compile);
  }

  /** Everything that is served now. */
  get snapshot(): Snapshot {
    return { version: this.#version, settings: this.#settings, ...this.#compiler.snapshot };
  }

  /** Certificates in use; the caller shows nothing of their keys. */
  get certificates(): ReadonlyMap<string, Certificate> {
    return this.#certificates;
  }

  /** Compiles what has gathered and sends it. Resolves when status is written. */
  async apply(): Promise<void> {
    const changes = this.#changes;
    this.#changes = [];
    const result = this.#compiler.apply(changes);
    const certificates = this.#withDefault(result.certificates);
    for (const certificate of certificates.set) this.#certificates.set(certificate.name, certificate);
    for (const name of certificates.remove) this.#certificates.delete(name);
    const settings = this.#newSettings;
    this.#newSettings = null;
    const size = (change: Change<{ readonly name: string }>) => change.set.length + change.remove.length;
    const changed =
      size(result.hosts) + size(result.upstreams) + size(result.endpoints) + size(certificates) > 0 ||
      settings !== null;
    if (changed) {
      this.#version++;
      await this.#options.send({
        version: this.#version,
        ...(settings === null ? {} : { settings }),
        hosts: result.hosts,
        upstreams: result.upstreams,
        endpoints: result.endpoints,
        certificates,
      });
    }
    this.#writeStatus(result, changes);
  }

  /** The default certificate goes the way of the others; one from a Secret is followed. */
  #withDefault(change: Change<Certificate>): Change<Certificate> {
    const { defaultCertificate: source, selfSigned, store } = this.#options;
    let next: Certificate | null = selfSigned;
    if (source.kind === 'secret') {
      const view = new RecordingView(store, this.#compile);
      const name = `${source.namespace}/${source.name}`;
      const resolved = resolveServerCertificate(view, name, source.namespace);
      this.#reportDefault(resolved.ok ? null : resolved.error.message);
      const found = resolved.ok ? readCertificate(view, name) : null;
      next = found === null ? null : { ...found, name: DEFAULT_CERTIFICATE };
    }
    const same = next?.chain === this.#default?.chain && next?.key.reveal() === this.#default?.key.reveal();
    if (same) return change;
    this.#default = next;
    return next === null
      ? { set: change.set, remove: [...change.remove, DEFAULT_CERTIFICATE] }
      : { set: [...change.set, next], remove: change.remove };
  }

  /** Each problem is told once. */
  #reportDefault(problem: string | null): void {
    if (problem !== null && problem !== this.#defaultProblem) {
      this.#options.logger.warn('no default certificate: TLS names without one of their own are refused', {
        cause: problem,
      });
    }
    this.#defaultProblem = problem;
  }

  #writeStatus(result: CompileResult, changes: readonly ObjectChange[]): void {
    const { statuses, logger, wall } = this.#options;
    const lastTransitionTime = new Date(wall()).toISOString();
    const ref = (kind: ObjectRef['kind'], key: string): ObjectRef => {
      const [namespace = '', name = ''] = key.split('/');
      return { kind, namespace, name };
    };
    for (const { host, error } of result.failures) {
      logger.error('Compiling a host failed: it answers 503', { host, stack: stackOf(error) });
    }
    for (const { kind, namespace, name, after } of changes) {
      if (after === null) statuses.delete({ kind, namespace, name });
    }
    for (const [key, status] of result.statuses) {
      const object = ref('HTTPProxy', key);
      const conditions = status.conditions.map((condition) => ({ ...condition, lastTransitionTime }));
      if (statuses.set(object, { ...status, conditions }) && status.currentStatus !== 'valid') {
        logger.warn('HTTPProxy is not valid', {
          object: key,
          status: status.currentStatus,
          message: firstError(status),
        });
      }
    }
    for (const [key, conditions] of result.delegations) {
      statuses.set(ref('TLSCertificateDelegation', key), {
        conditions: conditions.map((condition) => ({ ...condition, lastTransitionTime })),
      });
    }
    for (const [key, problems] of result.ingressProblems) {
      for (const { severity, reason, field, message } of problems) {
        logger[severity === 'error' ? 'error' : 'warn']('Ingress', { object: key, reason, field, message });
      }
    }
  }
}

function firstError(status: {
  readonly conditions: readonly { readonly errors?: readonly { readonly message: string }[] }[];
  readonly description?: string;
}): string {
  return status.conditions[0]?.errors?.[0]?.message ?? status.description ?? '';
}
