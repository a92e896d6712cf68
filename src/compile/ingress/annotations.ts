import { didYouMean } from '../../lib/nearest.ts';
import type { Kinds } from '../../resources/kinds.ts';
import type { RetryPolicy, Route } from '../../snapshot/virtual-host.ts';
import type { RetrySpec } from '../httpproxy/spec.ts';
import type { Problem } from '../part.ts';
import { Place } from '../place.ts';
import { compileRetry } from '../policies/retry.ts';
import type { CompiledTimeouts } from '../policies/timeout.ts';
import { compileTimeouts, parseTimeout } from '../policies/timeout.ts';
import type { CompileOptions } from '../view.ts';
import type { IngressReport } from './report.ts';

const PREFIX = 'projectcontour.io/';
const FORCE_REDIRECT = 'ingress.kubernetes.io/force-ssl-redirect';
const ALLOW_HTTP = 'kubernetes.io/ingress.allow-http';
const MAX_RETRIES = 2_147_483_647;

const KNOWN = [
  'ingress.class',
  'num-retries',
  'per-try-timeout',
  'request-timeout',
  'response-timeout',
  'retry-on',
  'tls-cert-namespace',
  'tls-maximum-protocol-version',
  'tls-minimum-protocol-version',
  'websocket-routes',
] as const;

type Key = `${typeof PREFIX}${(typeof KNOWN)[number]}` | typeof FORCE_REDIRECT | typeof ALLOW_HTTP;

type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** What the annotations of an Ingress say of all its routes (ingress.md 4.3). */
export interface IngressSettings {
  readonly plain: Route['plain'];
  /** null: the lowest version is above the highest, so its hosts are not served over TLS. */
  readonly tlsVersions: { readonly minVersion: TlsVersion; readonly maxVersion: TlsVersion } | null;
  /** Namespace of its certificates when it is not its own, or empty. */
  readonly certificateNamespace: string;
  readonly timeouts: CompiledTimeouts;
  readonly retry: RetryPolicy | null;
  /** Paths, as the rules write them, on which a WebSocket may be opened. */
  readonly websocketPaths: ReadonlySet<string>;
}

/** Reads the annotations; what cannot be read is reported and has its default. */
export function ingressSettings(
  ingress: Kinds['Ingress'],
  options: CompileOptions,
  report: IngressReport,
): IngressSettings {
  const read = new AnnotationReader(ingress, report);
  read.reportUnknown();
  const forceRedirect = read.flag(FORCE_REDIRECT, false);
  const allowHttp = read.flag(ALLOW_HTTP, true);
  return {
    plain: forceRedirect ? 'redirect' : allowHttp ? 'serve' : 'none',
    tlsVersions: tlsVersions(read, options, report),
    certificateNamespace: read.text(`${PREFIX}tls-cert-namespace`),
    timeouts: timeouts(read, options, report),
    retry: retryPolicy(read, report),
    websocketPaths: new Set(read.list(`${PREFIX}websocket-routes`)),
  };
}

/** `response-timeout`, or its old name `request-timeout` where only that is set; the rest are the defaults. */
function timeouts(
  read: AnnotationReader,
  { streamIdleMs }: CompileOptions,
  report: IngressReport,
): CompiledTimeouts {
  const wanted = `${PREFIX}response-timeout` as const;
  const key = read.text(wanted) === '' ? (`${PREFIX}request-timeout` as const) : wanted;
  const parsed = parseTimeout(read.text(key));
  if (!parsed.ok) read.unparseable(key, `${parsed.error}; the default holds`);
  const response = parsed.ok ? read.text(key) : '';
  const compiled = compileTimeouts(
    { response },
    { place: Place.of(report.object, [], 'route'), streamIdleMs },
  );
  if (compiled === null) throw new Error(`compileTimeouts() refused ${JSON.stringify(response)}`);
  return compiled;
}

/** `num-retries` and `per-try-timeout` have no effect without `retry-on`. */
function retryPolicy(read: AnnotationReader, report: IngressReport): RetryPolicy | null {
  const retryOn = read.list(`${PREFIX}retry-on`);
  if (retryOn.length === 0) return null;
  const count = read.retries(`${PREFIX}num-retries`);
  const perTryTimeout = read.text(`${PREFIX}per-try-timeout`);
  const problems: Problem[] = [];
  // The cast is safe: compileRetry() looks at each word.
  const spec: RetrySpec = { count, perTryTimeout, retryOn: retryOn as NonNullable<RetrySpec['retryOn']> };
  const policy = compileRetry(spec, Place.of(report.object, problems));
  for (const { field, message } of problems) {
    const key = `${PREFIX}${field === 'perTryTimeout' ? 'per-try-timeout' : 'retry-on'}` as const;
    read.unparseable(key, message);
  }
  return policy === null || policy.on.length === 0 ? null : policy;
}

/** An Ingress can only narrow the gateway's own bounds. */
function tlsVersions(
  read: AnnotationReader,
  options: CompileOptions,
  report: IngressReport,
): IngressSettings['tlsVersions'] {
  const minKey = `${PREFIX}tls-minimum-protocol-version` as const;
  const lowest = [read.tlsVersion(minKey) ?? 'TLSv1.2', options.tlsMinVersion];
  const highest = [
    read.tlsVersion(`${PREFIX}tls-maximum-protocol-version`) ?? 'TLSv1.3',
    options.tlsMaxVersion,
  ];
  const minVersion = lowest.includes('TLSv1.3') ? 'TLSv1.3' : 'TLSv1.2';
  const maxVersion = highest.includes('TLSv1.2') ? 'TLSv1.2' : 'TLSv1.3';
  if (minVersion <= maxVersion) return { minVersion, maxVersion };
  report.error(
    'TLSVersionsNotValid',
    annotationField(minKey),
    `the lowest TLS version ${minVersion} is above the highest, ${maxVersion} (of this Ingress or of the gateway); its hosts are not served over TLS`,
  );
  return null;
}

class AnnotationReader {
  readonly #annotations: Readonly<Record<string, unknown>>;
  readonly #report: IngressReport;

  constructor(ingress: Kinds['Ingress'], report: IngressReport) {
    this.#annotations = ingress.metadata?.annotations ?? {};
    this.#report = report;
  }

  /** Empty when absent. A manifest may hold a bare `true` where an API server insists on a text. */
  text(key: Key): string {
    return String(this.#annotations[key] ?? '').trim();
  }

  list(key: Key): string[] {
    return this.text(key)
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  }

  flag(key: Key, byDefault: boolean): boolean {
    const text = this.text(key);
    if (text === 'true' || text === 'false') return text === 'true';
    if (text !== '') this.unparseable(key, 'must be "true" or "false"; it has no effect');
    return byDefault;
  }

  /** Absent or 0 is 1, -1 is none, any other negative number 1 (ingress.md ⚠43). */
  retries(key: Key): number {
    const text = this.text(key);
    if (text === '') return 1;
    const value = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value === -1) return -1;
    if (Math.abs(value) <= MAX_RETRIES) return Math.max(1, value);
    this.unparseable(key, `must be a number from -1 to ${MAX_RETRIES}; 1 holds`);
    return 1;
  }

  tlsVersion(key: Key): TlsVersion | null {
    const text = this.text(key);
    if (text === '1.2' || text === '1.3') return `TLSv${text}`;
    if (text !== '') this.unparseable(key, 'must be "1.2" or "1.3"; the default holds');
    return null;
  }

  unparseable(key: Key, why: string): void {
    const value = JSON.stringify(this.text(key));
    this.#report.warning('AnnotationNotValid', annotationField(key), `cannot use ${key} ${value}: ${why}`);
  }

  reportUnknown(): void {
    for (const key of Object.keys(this.#annotations)) {
      const short = key.slice(PREFIX.length);
      if (!key.startsWith(PREFIX) || KNOWN.some((known) => known === short)) continue;
      this.#report.warning(
        'UnknownAnnotation',
        annotationField(key),
        `annotation ${JSON.stringify(key)} is not known for an Ingress and has no effect${didYouMean(short, KNOWN, (word) => JSON.stringify(PREFIX + word))}`,
      );
    }
  }
}

function annotationField(key: string): string {
  return `metadata.annotations[${key}]`;
}
