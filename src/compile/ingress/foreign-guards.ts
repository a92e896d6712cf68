import type { Kinds } from '../../resources/kinds.ts';
import type { IngressReport } from './report.ts';

const PREFIX = 'nginx.ingress.kubernetes.io/';

/** Annotations of ingress-nginx that keep somebody out (ingress-nginx.md 2, verdict *refused*). */
const GUARDS = [
  'allowlist-source-range',
  'auth-secret',
  'auth-tls-match-cn',
  'auth-tls-secret',
  'auth-tls-verify-client',
  'auth-type',
  'auth-url',
  'denylist-source-range',
  'enable-modsecurity',
  'enable-owasp-core-rules',
  'modsecurity-snippet',
  'stream-snippet',
  'whitelist-source-range',
] as const;

/** Values with which a guard guards nothing. */
const OFF: ReadonlySet<string> = new Set(['', 'false', 'off']);

/**
 * Looks for guards that the Ingress asks of ingress-nginx and this release does not have; each is reported.
 *
 * @returns Whether its paths must not be served: left out, such a guard would let somebody in.
 */
export function asksForeignGuard(ingress: Kinds['Ingress'], report: IngressReport): boolean {
  const annotations: Readonly<Record<string, unknown>> = ingress.metadata?.annotations ?? {};
  let found = false;
  for (const name of GUARDS) {
    const key = PREFIX + name;
    if (OFF.has(String(annotations[key] ?? '').trim())) continue;
    found = true;
    report.error(
      'GuardNotSupported',
      `metadata.annotations[${key}]`,
      `this release does not honour ${key}; the paths of the Ingress answer 503 until it is removed`,
    );
  }
  return found;
}
