import type { DefaultCertificate, ListenAddress } from '../config.ts';
import { DEFAULT_STATIC } from '../config.ts';
import { err, ok } from '../lib/result.ts';
import type { Draft } from './draft.ts';
import type { Read } from './read.ts';
import {
  readAddress,
  readAddressOrOff,
  readCidrs,
  readInteger,
  readOneOf,
  readSeconds,
  readText,
  readTexts,
} from './read.ts';

/** An option of `sluice run`: a flag, and under its name in camelCase a key of the configuration file. */
export interface ProcessOption {
  readonly flag: string;
  /** What stands for the value in the help. */
  readonly placeholder: string;
  /** May be given several times. */
  readonly repeat: boolean;
  readonly help: string;
  readonly default: string;
  /** @returns What is wrong with the value, as a phrase behind the option's name, or undefined. */
  apply(draft: Draft, value: unknown): string | undefined;
}

interface Described {
  readonly placeholder: string;
  readonly help: string;
  readonly default?: string;
  readonly repeat?: boolean;
}

function option<T>(
  flag: string,
  described: Described,
  read: Read<T>,
  assign: (draft: Draft, value: T) => void,
): ProcessOption {
  return {
    flag,
    repeat: false,
    default: '',
    ...described,
    apply(draft, value) {
      const result = read(value);
      if (!result.ok) return result.error;
      assign(draft, result.value);
      return undefined;
    },
  };
}

function show(address: ListenAddress | null): string {
  if (address === null) return 'off';
  return address.address.includes(':')
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`;
}

const readDefaultCertificate: Read<DefaultCertificate> = (value) => {
  if (value === 'none' || value === 'self-signed') return ok({ kind: value });
  const parts = typeof value === 'string' ? value.split('/') : [];
  const [namespace = '', name = ''] = parts;
  if (parts.length === 2 && namespace !== '' && name !== '') return ok({ kind: 'secret', namespace, name });
  return err('must be none, self-signed or NAMESPACE/NAME of a Secret');
};

/** The flags of `sluice run`, in the order of the help. */
export const PROCESS_OPTIONS: readonly ProcessOption[] = [
  option(
    'manifests',
    {
      placeholder: 'DIR',
      repeat: true,
      help: 'read Kubernetes objects from the YAML and JSON files below DIR',
    },
    readTexts,
    (draft, value) => {
      draft.static.manifests = value;
    },
  ),
  option(
    'kubeconfig',
    { placeholder: 'FILE', help: 'watch the cluster of this file', default: 'in-cluster, when in one' },
    readText,
    (draft, value) => {
      draft.kubeconfig = value;
    },
  ),
  option(
    'context',
    { placeholder: 'NAME', help: 'context of the kubeconfig', default: 'its current one' },
    readText,
    (draft, value) => {
      draft.context = value;
    },
  ),
  option(
    'http',
    { placeholder: 'ADDR:PORT', help: 'plain listener, or off', default: show(DEFAULT_STATIC.http) },
    readAddressOrOff,
    (draft, value) => {
      draft.static.http = value;
    },
  ),
  option(
    'https',
    { placeholder: 'ADDR:PORT', help: 'TLS listener, or off', default: show(DEFAULT_STATIC.https) },
    readAddressOrOff,
    (draft, value) => {
      draft.static.https = value;
    },
  ),
  option(
    'admin',
    {
      placeholder: 'ADDR:PORT',
      help: 'health, metrics, API and dashboard, for operators',
      default: show(DEFAULT_STATIC.admin),
    },
    readAddress,
    (draft, value) => {
      draft.static.admin = value;
    },
  ),
  option(
    'health',
    {
      placeholder: 'ADDR:PORT',
      help: '/livez, /readyz and /metrics alone, for kubelet and Prometheus',
      default: show(DEFAULT_STATIC.health),
    },
    readAddressOrOff,
    (draft, value) => {
      draft.static.health = value;
    },
  ),
  option(
    'admin-host',
    {
      placeholder: 'NAME',
      repeat: true,
      help: 'allow this name in Host at the admin address',
      default: 'IP addresses and localhost',
    },
    readTexts,
    (draft, value) => {
      draft.static.adminHosts = value.map((name) => name.toLowerCase());
    },
  ),
  option(
    'default-certificate',
    {
      placeholder: 'none|self-signed|NS/NAME',
      help: 'what a TLS name without a certificate of its own gets; none: refused',
      default: DEFAULT_STATIC.defaultCertificate.kind,
    },
    readDefaultCertificate,
    (draft, value) => {
      draft.static.defaultCertificate = value;
    },
  ),
  option(
    'workers',
    { placeholder: 'N', help: 'data-plane threads', default: 'one a core, at least 2' },
    readInteger(1, 256),
    (draft, value) => {
      draft.static.workers = value;
    },
  ),
  option(
    'ingress-class',
    {
      placeholder: 'NAME',
      repeat: true,
      help: 'whose objects to serve',
      default: 'none, sluice, or one of sluice.dev/gateway',
    },
    readTexts,
    (draft, value) => {
      draft.compile.ingressClasses = value;
    },
  ),
  option(
    'root-namespaces',
    { placeholder: 'NS,…', help: 'namespaces that may hold root HTTPProxies', default: 'all' },
    readTexts,
    (draft, value) => {
      draft.compile.rootNamespaces = value;
    },
  ),
  option(
    'watch-namespaces',
    { placeholder: 'NS,…', help: 'namespaces to read objects from', default: 'all' },
    readTexts,
    (draft, value) => {
      draft.static.watchNamespaces = value;
    },
  ),
  option(
    'proxy-protocol',
    {
      placeholder: 'off|required',
      help: 'PROXY v1/v2 before everything else on both listeners',
      default: DEFAULT_STATIC.proxyProtocol,
    },
    readOneOf('off', 'required'),
    (draft, value) => {
      draft.static.proxyProtocol = value;
    },
  ),
  option(
    'trusted-proxies',
    { placeholder: 'CIDR,…', help: 'peers whose PROXY headers count', default: 'any peer' },
    readCidrs,
    (draft, value) => {
      draft.static.trustedProxies = value;
    },
  ),
  option(
    'status',
    { placeholder: 'write|none', help: 'none: serve, but write no status and no Events', default: 'write' },
    readOneOf('write', 'none'),
    (draft, value) => {
      draft.static.writeStatus = value === 'write';
    },
  ),
  option(
    'log-level',
    { placeholder: 'LEVEL', help: 'debug, info, warn or error', default: DEFAULT_STATIC.logLevel },
    readOneOf('debug', 'info', 'warn', 'error'),
    (draft, value) => {
      draft.static.logLevel = value;
    },
  ),
  option(
    'log-format',
    {
      placeholder: 'text|json',
      help: "the gateway's own log, on stderr",
      default: 'text on a terminal, else json',
    },
    readOneOf('text', 'json'),
    (draft, value) => {
      draft.logFormat = value;
    },
  ),
  option(
    'redis',
    { placeholder: 'URL', help: 'limits shared by replicas', default: 'kept in memory' },
    readText,
    (draft, value) => {
      draft.static.redisUrl = value;
    },
  ),
  option(
    'access-log',
    {
      placeholder: 'FILE|stdout|off',
      help: 'one JSON line a request',
      default: DEFAULT_STATIC.accessLog.kind,
    },
    readText,
    (draft, value) => {
      draft.static.accessLog =
        value === 'off' || value === 'stdout' ? { kind: value } : { kind: 'file', path: value };
    },
  ),
  option(
    'drain-delay',
    {
      placeholder: 'S',
      help: 'seconds to go on accepting after the signal to end',
      default: String(DEFAULT_STATIC.drainDelayMs / 1000),
    },
    readSeconds,
    (draft, value) => {
      draft.static.drainDelayMs = value;
    },
  ),
  option(
    'drain-timeout',
    {
      placeholder: 'S',
      help: 'seconds that requests in flight may then take',
      default: String(DEFAULT_STATIC.drainTimeoutMs / 1000),
    },
    readSeconds,
    (draft, value) => {
      draft.static.drainTimeoutMs = value;
    },
  ),
  option(
    'state',
    { placeholder: 'DIR', help: 'keep the last good configuration, for a start without the API server' },
    readText,
    (draft, value) => {
      draft.static.stateDir = value;
    },
  ),
];
