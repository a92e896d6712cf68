import { DEFAULT_SETTINGS } from '../config.ts';
import { err, ok } from '../lib/result.ts';
import type { Draft } from './draft.ts';
import type { Read } from './read.ts';
import {
  isObject,
  PRACTICALLY_NEVER_MS,
  readBoolean,
  readDuration,
  readInteger,
  readOneOf,
  readSecretRef,
  readTexts,
  readTimeout,
} from './read.ts';
import { readCiphers, readTlsVersion } from './tls-values.ts';

/** A key of the configuration file: httpproxy.md 3.4 in camelCase, with dots between section and key. */
export type FileKey =
  | { readonly kind: 'used'; apply(draft: Draft, value: unknown): string | undefined }
  /** Known and without effect; the file loads, with a warning. */
  | { readonly kind: 'ignored'; readonly why: string }
  /** Known, guards something, and not here yet: the file is refused, so that nothing is served unguarded. */
  | { readonly kind: 'refused'; readonly why: string };

function used<T>(read: Read<T>, assign: (draft: Draft, value: T) => void): FileKey {
  return {
    kind: 'used',
    apply(draft, value) {
      const result = read(value);
      if (!result.ok) return result.error;
      assign(draft, result.value);
      return undefined;
    },
  };
}

const NO_EFFECT: FileKey = { kind: 'ignored', why: 'has no effect in Sluice' };
const NOT_YET: FileKey = { kind: 'ignored', why: 'has no effect in this release' };
const NO_GUARD: FileKey = {
  kind: 'refused',
  why: 'is not in this release, and leaving it out silently would guard nothing',
};

const SERVER_HEADER = {
  overwrite: 'overwrite',
  append_if_absent: 'append-if-absent',
  pass_through: 'pass-through',
} as const;

type Breaker = Draft['compile']['breaker'];

function breaker(field: keyof Breaker): FileKey {
  return used(readInteger(0, 4_294_967_295), (draft, value) => {
    draft.compile.breaker = { ...draft.compile.breaker, [field]: value };
  });
}

/** A valid field name, RFC 9110 §5.1. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Tab, space and visible characters, RFC 9110 §5.5. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

const readHeaderSet: Read<Readonly<Record<string, string>>> = (value) => {
  if (!isObject(value)) return err('must be a mapping of header names to values');
  const headers: [string, string][] = [];
  for (const [name, text] of Object.entries(value)) {
    if (!NAME.test(name)) return err(`holds ${JSON.stringify(name)}, which is no header name`);
    if (typeof text !== 'string' || !VALUE.test(text)) return err(`must give ${name} a text of one line`);
    headers.push([name.toLowerCase(), text]);
  }
  return ok(Object.fromEntries(headers));
};

const readHeaderNames: Read<readonly string[]> = (value) => {
  const names = readTexts(value);
  if (!names.ok) return names;
  const bad = names.value.find((name) => !NAME.test(name));
  if (bad !== undefined) return err(`holds ${JSON.stringify(bad)}, which is no header name`);
  return ok(names.value.map((name) => name.toLowerCase()));
};

/** Every key that the file may hold beside those of the flags. */
export const FILE_KEYS: ReadonlyMap<string, FileKey> = new Map<string, FileKey>([
  [
    'tls.minimumProtocolVersion',
    used(readTlsVersion, (draft, value) => {
      draft.settings.tlsMinVersion = value;
      draft.compile.tlsMinVersion = value;
    }),
  ],
  [
    'tls.maximumProtocolVersion',
    used(readTlsVersion, (draft, value) => {
      draft.settings.tlsMaxVersion = value;
      draft.compile.tlsMaxVersion = value;
    }),
  ],
  [
    'tls.cipherSuites',
    used(readCiphers, (draft, value) => {
      draft.settings.tls12Ciphers = value;
    }),
  ],
  ['tls.ecdhCurves', NOT_YET],
  [
    'tls.fallbackCertificate',
    used(readSecretRef, (draft, value) => {
      draft.compile.fallbackCertificate = value;
    }),
  ],
  ['tls.envoyClientCertificate', NOT_YET],
  ['tls.fingerprint', NOT_YET],

  [
    'timeouts.requestTimeout',
    used(readTimeout(DEFAULT_SETTINGS.requestTimeoutMs, 0), (draft, value) => {
      draft.settings.requestTimeoutMs = value;
    }),
  ],
  [
    'timeouts.connectionIdleTimeout',
    used(readTimeout(DEFAULT_SETTINGS.connectionIdleMs, PRACTICALLY_NEVER_MS), (draft, value) => {
      draft.settings.connectionIdleMs = value;
    }),
  ],
  [
    'timeouts.streamIdleTimeout',
    used(readTimeout(DEFAULT_SETTINGS.streamIdleMs, PRACTICALLY_NEVER_MS), (draft, value) => {
      draft.settings.streamIdleMs = value;
      draft.compile.streamIdleMs = value;
    }),
  ],
  [
    'timeouts.maxConnectionDuration',
    used(readTimeout(DEFAULT_SETTINGS.maxConnectionMs, 0), (draft, value) => {
      draft.settings.maxConnectionMs = value;
    }),
  ],
  [
    'timeouts.delayedCloseTimeout',
    used(readTimeout(DEFAULT_SETTINGS.delayedCloseMs, PRACTICALLY_NEVER_MS), (draft, value) => {
      draft.settings.delayedCloseMs = value;
    }),
  ],
  ['timeouts.connectionShutdownGracePeriod', NOT_YET],
  [
    'timeouts.connectTimeout',
    used(readDuration, (draft, value) => {
      draft.compile.connectTimeoutMs = value;
    }),
  ],

  ['cluster.dnsLookupFamily', NOT_YET],
  ['cluster.maxRequestsPerConnection', NOT_YET],
  ['cluster.perConnectionBufferLimitBytes', NOT_YET],
  ['cluster.circuitBreakers.maxConnections', breaker('connections')],
  ['cluster.circuitBreakers.maxPendingRequests', breaker('pendingRequests')],
  ['cluster.circuitBreakers.maxRequests', breaker('requests')],
  ['cluster.circuitBreakers.maxRetries', breaker('retries')],
  ['cluster.circuitBreakers.perHostMaxConnections', breaker('perEndpointConnections')],
  [
    'cluster.upstreamTls.minimumProtocolVersion',
    used(readTlsVersion, (draft, value) => {
      draft.compile.upstreamTlsMinVersion = value;
    }),
  ],
  [
    'cluster.upstreamTls.maximumProtocolVersion',
    used(readTlsVersion, (draft, value) => {
      draft.compile.upstreamTlsMaxVersion = value;
    }),
  ],
  ['cluster.upstreamTls.cipherSuites', NOT_YET],
  ['cluster.upstreamTls.ecdhCurves', NOT_YET],

  [
    'network.numTrustedHops',
    used(readInteger(0, 100), (draft, value) => {
      draft.settings.trustedHops = value;
    }),
  ],
  ['network.adminPort', { kind: 'ignored', why: 'has no effect: use admin, with address and port' }],
  ['network.stripTrailingHostDot', NO_EFFECT],

  ['listener.connectionBalancer', NO_EFFECT],
  [
    'listener.maxRequestsPerConnection',
    used(readInteger(1, 4_294_967_295), (draft, value) => {
      draft.settings.maxRequestsPerConnection = value;
    }),
  ],
  ['listener.perConnectionBufferLimitBytes', NOT_YET],
  ['listener.socketOptions', NOT_YET],
  ['listener.maxRequestsPerIoCycle', NOT_YET],
  ['listener.http2MaxConcurrentStreams', NOT_YET],
  [
    'listener.maxConnectionsPerListener',
    used(readInteger(1, 4_294_967_295), (draft, value) => {
      draft.settings.maxConnectionsPerListener = value;
    }),
  ],
  [
    'listener.maxConnectionsPerAddress',
    used(readInteger(1, 4_294_967_295), (draft, value) => {
      draft.settings.maxConnectionsPerAddress = value;
    }),
  ],
  ['listener.maxConnectionsToAcceptPerSocketEvent', NO_EFFECT],
  [
    'listener.useProxyProtocol',
    used(readBoolean, (draft, value) => {
      draft.static.proxyProtocol = value ? 'required' : 'off';
    }),
  ],

  [
    'limits.requestHeadBytes',
    used(readInteger(1024, 256 * 1024), (draft, value) => {
      draft.settings.requestHeadBytes = value;
    }),
  ],
  [
    'limits.requestHeaders',
    used(readInteger(1, 10_000), (draft, value) => {
      draft.settings.requestHeaders = value;
    }),
  ],

  ['accesslogFormat', NOT_YET],
  ['accesslogFormatString', NOT_YET],
  ['jsonFields', NOT_YET],
  [
    'accesslogLevel',
    used(readOneOf('info', 'error', 'critical', 'disabled'), (draft, value) => {
      draft.static.accessLogLevel = value;
    }),
  ],
  ['defaultHttpVersions', NOT_YET],
  ['disableAllowChunkedLength', NO_EFFECT],
  [
    'disableMergeSlashes',
    used(readBoolean, (draft, value) => {
      draft.settings.mergeSlashes = !value;
    }),
  ],
  ['compression.algorithm', NOT_YET],
  [
    'serverHeaderTransformation',
    used(readOneOf('overwrite', 'append_if_absent', 'pass_through'), (draft, value) => {
      draft.settings.serverHeader = SERVER_HEADER[value];
    }),
  ],
  [
    'disablePermitInsecure',
    used(readBoolean, (draft, value) => {
      draft.compile.disablePermitInsecure = value;
    }),
  ],
  [
    'enableExternalNameService',
    used(readBoolean, (draft, value) => {
      draft.compile.enableExternalNameService = value;
    }),
  ],
  ['runtimeSettings', NO_EFFECT],
  ['ingressStatusAddress', NOT_YET],
  ['envoyServiceName', NOT_YET],
  ['envoyServiceNamespace', NOT_YET],
  ['server.xdsServerType', NO_EFFECT],
  ['featureFlags', NO_EFFECT],
  [
    'policy.requestHeaders.set',
    used(readHeaderSet, (draft, value) => {
      draft.compile.requestHeaders = { ...draft.compile.requestHeaders, set: value };
    }),
  ],
  [
    'policy.requestHeaders.remove',
    used(readHeaderNames, (draft, value) => {
      draft.compile.requestHeaders = { ...draft.compile.requestHeaders, remove: value };
    }),
  ],
  [
    'policy.responseHeaders.set',
    used(readHeaderSet, (draft, value) => {
      draft.compile.responseHeaders = { ...draft.compile.responseHeaders, set: value };
    }),
  ],
  [
    'policy.responseHeaders.remove',
    used(readHeaderNames, (draft, value) => {
      draft.compile.responseHeaders = { ...draft.compile.responseHeaders, remove: value };
    }),
  ],
  [
    'policy.applyToIngress',
    used(readBoolean, (draft, value) => {
      draft.compile.applyHeadersToIngress = value;
    }),
  ],
  ['rateLimitService', NO_GUARD],
  ['globalExtAuth', NO_GUARD],
  ['tracing', NOT_YET],
]);
