import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { startAdmin } from './admin/admin.ts';
import { startHealth } from './admin/health.ts';
import type { RunningServer } from './admin/server.ts';
import { createSelfSigned } from './certs/self-signed.ts';
import type { CompileOptions } from './compile/view.ts';
import {
  DEFAULT_CERTIFICATE,
  defaultCertificateName,
  type GatewayOptions,
  type StaticOptions,
} from './config.ts';
import { ControlPlane } from './control-plane.ts';
import { createGatewayView } from './gateway-view.ts';
import { systemClock } from './lib/clock.ts';
import { stackOf } from './lib/error-message.ts';
import { Gather } from './lib/gather.ts';
import { memoryPressure, readMemoryLimit } from './lib/memory-pressure.ts';
import { systemTimer } from './lib/set-timer.ts';
import { sluiceVersion } from './lib/version.ts';
import type { WorkerOptions } from './proxy/worker-options.ts';
import { type ManifestDirectories, openManifestDirectories } from './resources/manifest-directory.ts';
import { formatReport } from './resources/manifest-report.ts';
import { StatusStore } from './resources/status.ts';
import { Store } from './resources/store.ts';
import { createValidator } from './resources/validate.ts';
import type { Certificate, Settings } from './snapshot/snapshot.ts';
import { AccessLogWriter } from './telemetry/access-log-writer.ts';
import { FileSink, StreamSink } from './telemetry/log-sink.ts';
import { WorkerPool } from './workers/pool.ts';
import type { ListenerAddress } from './workers/protocol.ts';

/** A gateway that serves. */
export interface Gateway {
  /** Addresses in use. */
  listeners(): readonly ListenerAddress[];
  readonly adminUrl: string;
  /** Other settings, at once and without a connection lost. */
  reconfigure(settings: Settings, compile: CompileOptions): void;
  /** Leaves: readiness falls, connections finish (availability.md, Drain). */
  drain(): Promise<void>;
  /** Ends at once. Resolves when nothing of it is left. */
  close(): Promise<void>;
}

const PRESSURE_MS = 250;
const LOG_CLOSE_MS = 1000;
/** File descriptors that are not for connections. */
const RESERVED_FILES = 256;

/**
 * Starts a gateway: sources, control plane, workers, admin. Resolves when it is ready.
 *
 * @throws {Error} If a source is not there or an address cannot be bound; nothing is left running then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const running = new RunningGateway(options);
  try {
    await running.start();
  } catch (error) {
    await running.close();
    throw error;
  }
  return running;
}

class RunningGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #store: Store;
  readonly #statuses = new StatusStore();
  readonly #log: AccessLogWriter | null;
  readonly #pool: WorkerPool;
  readonly #pressure = new Uint8Array(new SharedArrayBuffer(1));
  #control: ControlPlane | null = null;
  #manifests: ManifestDirectories | null = null;
  #admin: RunningServer | null = null;
  #health: RunningServer | null = null;
  #pressureTimer: NodeJS.Timeout | null = null;
  #gather: Gather | null = null;
  #ready = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const { static: fixed, log } = options;
    this.#store = new Store({ namespaces: fixed.watchNamespaces });
    this.#log = accessLogWriter(options);
    this.#pool = new WorkerPool({
      workers: fixed.workers,
      entry: new URL('./proxy/worker-main.ts', import.meta.url),
      listeners: [
        ...(fixed.http === null ? [] : [{ name: 'http', ...fixed.http }]),
        ...(fixed.https === null ? [] : [{ name: 'https', ...fixed.https }]),
      ],
      workerData: this.#workerOptions(),
      clock: systemClock,
      logger: log,
      onLog: (batch) => this.#log?.write(batch),
    });
  }

  #workerOptions(): WorkerOptions {
    const fixed = this.#options.static;
    const files = maxFiles();
    return {
      ticketSecret: randomBytes(32),
      trustedProxies: fixed.proxyProtocol === 'off' ? null : fixed.trustedProxies,
      // Half for clients, half for upstreams.
      maxConnections:
        files === null ? 0 : Math.max(Math.floor((files - RESERVED_FILES) / 2 / fixed.workers), 16),
      accessLog: fixed.accessLog.kind === 'off' ? 'off' : LOG_LEVELS[fixed.accessLogLevel],
      hostname: hostname(),
      pressure: this.#pressure.buffer as SharedArrayBuffer,
    };
  }

  async start(): Promise<void> {
    const { static: fixed, settings, compile, log } = this.#options;
    if (fixed.cluster !== null && fixed.manifests.length === 0) {
      throw new Error('watching a cluster is not in this release: name a folder with --manifests');
    }
    this.#warnOfUnhonoured();
    const control = new ControlPlane({
      store: this.#store,
      statuses: this.#statuses,
      settings: {
        ...settings,
        defaultCertificate: defaultCertificateName(fixed.defaultCertificate),
      },
      compile,
      defaultCertificate: fixed.defaultCertificate,
      selfSigned: fixed.defaultCertificate.kind === 'self-signed' ? await selfSigned() : null,
      logger: log,
      wall: Date.now,
      send: (delta) => this.#pool.apply(delta),
    });
    this.#control = control;
    const gather = new Gather({ now: () => systemClock.now(), setTimer: systemTimer }, () => this.#apply());
    this.#gather = gather;
    this.#manifests = await openManifestDirectories(fixed.manifests, {
      store: this.#store,
      validator: createValidator(),
      logger: log,
      onReport: (report) => log[report.severity === 'error' ? 'error' : 'warn'](formatReport(report)),
    });
    await control.apply();
    this.#store.subscribe((changes) => {
      control.note(changes);
      gather.event();
    });
    await this.#pool.start();
    this.#watchMemory();
    const view = createGatewayView({
      version: await sluiceVersion(),
      store: this.#store,
      statuses: this.#statuses,
      control,
      pool: this.#pool,
      manifests: this.#manifests,
      log: this.#log,
      wall: Date.now,
      listeners: () => this.listeners(),
      ready: () => this.#ready,
    });
    this.#admin = await startAdmin({ view, address: fixed.admin, adminHosts: fixed.adminHosts, logger: log });
    if (fixed.health !== null) this.#health = await startHealth({ view, address: fixed.health, logger: log });
    this.#ready = true;
  }

  /** Nothing is ignored in silence. */
  #warnOfUnhonoured(): void {
    const { static: fixed, log } = this.#options;
    if (fixed.cluster !== null)
      log.warn('watching a cluster is not in this release: only manifests are served');
    if (fixed.redisUrl !== null) log.warn('--redis has no effect in this release: limits are kept in memory');
    if (fixed.stateDir !== null)
      log.warn('--state has no effect in this release: manifests are read at each start');
  }

  /** An exception in here is our own bug: what was served goes on. */
  #apply(): void {
    this.#control?.apply().catch((error: unknown) => {
      this.#options.log.error('a bug of the gateway: the change is not applied', {
        stack: stackOf(error),
      });
    });
  }

  #watchMemory(): void {
    const limit = readMemoryLimit();
    if (limit === null) return;
    this.#pressureTimer = setInterval(() => {
      const level = memoryPressure(process.memoryUsage.rss(), limit);
      if (level !== this.#pressure[0]) this.#options.log.warn('memory pressure', { level });
      this.#pressure[0] = level;
    }, PRESSURE_MS).unref();
  }

  listeners(): readonly ListenerAddress[] {
    const own = (name: string, server: RunningServer | null): ListenerAddress[] =>
      server === null ? [] : [{ name, address: server.address, port: server.port }];
    return [...this.#pool.listeners(), ...own('admin', this.#admin), ...own('health', this.#health)];
  }

  get adminUrl(): string {
    return this.#admin?.url ?? '';
  }

  reconfigure(settings: Settings, compile: CompileOptions): void {
    const { defaultCertificate } = this.#options.static;
    this.#control?.reconfigure(
      { ...settings, defaultCertificate: defaultCertificateName(defaultCertificate) },
      compile,
    );
    this.#gather?.event();
  }

  async drain(): Promise<void> {
    this.#ready = false;
    const { drainDelayMs, drainTimeoutMs } = this.#options.static;
    await this.#pool.drain({ delayMs: drainDelayMs, timeoutMs: drainTimeoutMs });
  }

  async close(): Promise<void> {
    this.#ready = false;
    this.#gather?.close();
    if (this.#pressureTimer !== null) clearInterval(this.#pressureTimer);
    await this.#manifests?.close();
    await this.#pool.close();
    await this.#admin?.close();
    await this.#health?.close();
    await this.#log?.close(LOG_CLOSE_MS);
  }
}

const LOG_LEVELS = { info: 'all', error: 'error', critical: 'critical', disabled: 'off' } as const;

function accessLogWriter({ static: fixed, log }: GatewayOptions): AccessLogWriter | null {
  const target: StaticOptions['accessLog'] = fixed.accessLog;
  if (target.kind === 'off') return null;
  const now = () => systemClock.now();
  const sink =
    target.kind === 'stdout' ? new StreamSink(process.stdout) : new FileSink({ path: target.path, now });
  return new AccessLogWriter({ sink, logger: log, now });
}

async function selfSigned(): Promise<Certificate> {
  const pair = await createSelfSigned({ names: ['localhost'], days: 365 });
  return { name: DEFAULT_CERTIFICATE, ...pair };
}

/** The limit of open files, or null when it is not known. */
function maxFiles(): number | null {
  try {
    const found = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    return null;
  }
}
