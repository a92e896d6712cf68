import { availableParallelism } from 'node:os';
import { UPSTREAM_DEFAULTS } from './compile/upstream-name.ts';
import type { CompileOptions } from './compile/view.ts';
import type { Logger, LogLevel } from './lib/logger.ts';
import type { Settings } from './snapshot/snapshot.ts';

/** What flags and file say. `settings` and `compile` may be replaced while the gateway runs. */
export interface ConfiguredOptions {
  readonly static: StaticOptions;
  readonly settings: Settings;
  readonly compile: CompileOptions;
}

/** Everything that `startGateway` is told. */
export interface GatewayOptions extends ConfiguredOptions {
  readonly log: Logger;
}

/** Options that hold for the life of the process. */
export interface StaticOptions {
  /** Folders with manifests, in the order given. */
  readonly manifests: readonly string[];
  /** What to watch; null: no cluster. */
  readonly cluster: ClusterSource | null;
  /** null: no such listener. */
  readonly http: ListenAddress | null;
  readonly https: ListenAddress | null;
  readonly admin: ListenAddress;
  readonly health: ListenAddress | null;
  /** Names allowed in `Host` at the admin address beside IP addresses and `localhost`. */
  readonly adminHosts: readonly string[];
  readonly defaultCertificate: DefaultCertificate;
  /** Data-plane threads, at least 1. */
  readonly workers: number;
  /** Namespaces to watch; empty: all. */
  readonly watchNamespaces: readonly string[];
  /** PROXY v1/v2 before everything else on both listeners. */
  readonly proxyProtocol: 'off' | 'required';
  /** CIDRs of the peers whose PROXY headers count; empty: any peer. */
  readonly trustedProxies: readonly string[];
  /** Write status and Events to the cluster. */
  readonly writeStatus: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
  readonly accessLog: AccessLogTarget;
  readonly accessLogLevel: 'info' | 'error' | 'critical' | 'disabled';
  /** Limits shared by replicas; null: kept in memory. */
  readonly redisUrl: string | null;
  /** How long new connections are still served after the signal to end. */
  readonly drainDelayMs: number;
  /** How long requests in flight may take after that. */
  readonly drainTimeoutMs: number;
  /** Folder of the last good configuration, or null. */
  readonly stateDir: string | null;
}

export interface ListenAddress {
  /** IP address; IPv6 without brackets. `::` is dual-stack. */
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
}

export type ClusterSource =
  | { readonly kind: 'in-cluster' }
  | { readonly kind: 'kubeconfig'; readonly file: string; readonly context: string | null };

/** What a TLS name without a certificate of its own gets. */
export type DefaultCertificate =
  | { readonly kind: 'none' }
  | { readonly kind: 'self-signed' }
  | { readonly kind: 'secret'; readonly namespace: string; readonly name: string };

export type AccessLogTarget =
  | { readonly kind: 'off' }
  | { readonly kind: 'stdout' }
  | { readonly kind: 'file'; readonly path: string };

export const DEFAULT_STATIC: StaticOptions = {
  manifests: [],
  cluster: null,
  http: { address: '0.0.0.0', port: 8080 },
  https: { address: '0.0.0.0', port: 8443 },
  admin: { address: '127.0.0.1', port: 9901 },
  health: null,
  adminHosts: [],
  defaultCertificate: { kind: 'none' },
  workers: Math.max(2, availableParallelism()),
  watchNamespaces: [],
  proxyProtocol: 'off',
  trustedProxies: [],
  writeStatus: true,
  logLevel: 'info',
  logFormat: 'json',
  accessLog: { kind: 'stdout' },
  accessLogLevel: 'info',
  redisUrl: null,
  drainDelayMs: 0,
  drainTimeoutMs: 30_000,
  stateDir: null,
};

export const DEFAULT_SETTINGS: Settings = {
  mergeSlashes: true,
  trustedHops: 0,
  serverHeader: 'overwrite',
  requestHeadBytes: 32 * 1024,
  requestHeaders: 100,
  maxRequestsPerConnection: 1000,
  maxConnectionsPerListener: 0,
  maxConnectionsPerAddress: 0,
  headTimeoutMs: 10_000,
  requestTimeoutMs: 0,
  connectionIdleMs: 75_000,
  streamIdleMs: 300_000,
  maxConnectionMs: 0,
  delayedCloseMs: 2000,
  flushTimeoutMs: 60_000,
  tlsMinVersion: 'TLSv1.2',
  tlsMaxVersion: 'TLSv1.3',
  // Forward secrecy and AEAD only (tls.md); Node's own default list still has CBC and DHE suites.
  tls12Ciphers: [
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
  ].join(':'),
  defaultCertificate: null,
};

export const DEFAULT_COMPILE: CompileOptions = {
  ingressClasses: [],
  rootNamespaces: [],
  disablePermitInsecure: false,
  enableExternalNameService: false,
  connectTimeoutMs: UPSTREAM_DEFAULTS.connectTimeoutMs,
  streamIdleMs: DEFAULT_SETTINGS.streamIdleMs,
  tlsMinVersion: 'TLSv1.2',
  tlsMaxVersion: 'TLSv1.3',
  upstreamTlsMinVersion: 'TLSv1.2',
  upstreamTlsMaxVersion: 'TLSv1.3',
  breaker: UPSTREAM_DEFAULTS.breaker,
  fallbackCertificate: null,
  requestHeaders: { set: {}, remove: [] },
  responseHeaders: { set: {}, remove: [] },
  applyHeadersToIngress: false,
};

/** Name under which the default certificate travels to the workers, whatever its source. */
export const DEFAULT_CERTIFICATE = 'default';

/** `Settings.defaultCertificate`: null when there is none, so that names without a certificate are refused. */
export function defaultCertificateName({ kind }: DefaultCertificate): string | null {
  return kind === 'none' ? null : DEFAULT_CERTIFICATE;
}
