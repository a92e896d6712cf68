import type { TlsPolicy } from '../../snapshot/virtual-host.ts';
import { resolveServerCertificate } from '../secret.ts';
import type { View } from '../view.ts';
import { fullName } from './age.ts';
import type { IngressEntry } from './entry.ts';

/**
 * How a host is served over TLS: by the first usable `spec.tls` entry that names it, of the oldest Ingress
 * that has one. Names are compared as texts: `*.example.com` says nothing of `a.example.com` (ingress.md 4.2).
 *
 * @param entries Oldest first.
 * @returns null when it is served on plain HTTP only, as the catch-all host always is.
 */
export function ingressTls(view: View, host: string, entries: readonly IngressEntry[]): TlsPolicy | null {
  if (host === '*') return null;
  let chosen: { policy: TlsPolicy; by: string } | null = null;
  for (const entry of entries) {
    const { tlsVersions } = entry.settings;
    if (tlsVersions === null) continue;
    for (const [index, section] of (entry.ingress.spec?.tls ?? []).entries()) {
      if (!(section.hosts ?? []).some((name) => name.toLowerCase() === host)) continue;
      const field = `spec.tls[${index}]`;
      const certificate = sectionCertificate(view, entry, section.secretName ?? '');
      if (!certificate.ok) {
        const { reason, message } = certificate.error;
        const text = `${message}; ${host} is served on plain HTTP only`;
        entry.report.error(reason, `${field}.secretName`, text);
        continue;
      }
      const policy: TlsPolicy = { certificate: certificate.value.name, ...tlsVersions, clients: null };
      if (chosen === null) {
        chosen = { policy, by: fullName(entry.ingress) };
      } else if (!samePolicy(chosen.policy, policy)) {
        entry.report.warning(
          'DuplicateTLS',
          field,
          `${host} has certificate and TLS versions from Ingress ${chosen.by}, which comes first; make them equal or remove one`,
        );
      }
    }
  }
  return chosen?.policy ?? null;
}

function sectionCertificate(view: View, entry: IngressEntry, secretName: string) {
  const { certificateNamespace } = entry.settings;
  const ref = certificateNamespace === '' ? secretName : `${certificateNamespace}/${secretName}`;
  return resolveServerCertificate(view, ref, entry.report.object.namespace);
}

function samePolicy(a: TlsPolicy, b: TlsPolicy): boolean {
  return a.certificate === b.certificate && a.minVersion === b.minVersion && a.maxVersion === b.maxVersion;
}
