import { X509Certificate } from 'node:crypto';
import type { Certificate } from '../snapshot/snapshot.ts';
import { parsePem } from './pem.ts';

/** What may be shown of a certificate: nothing of its key. Of the first certificate of the chain. */
export interface CertificateInfo {
  readonly name: string;
  /** Distinguished names, as `O=Example, CN=a.example`. */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and IP addresses of the subject alternative name. */
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256 of the certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
}

/** A certificate is served with these; they are shown in the log and at `/v1/certificates` (tls.md). */
export interface CertificateWarning {
  readonly reason: 'ChainOutOfOrder' | 'NameNotCovered' | 'NotYetValid' | 'Expired';
  readonly message: string;
}

export interface CertificateNames {
  /** Empty when there is none. */
  readonly commonName: string;
  /** Lower case. */
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** @throws {Error} If the chain has no certificate: `resolveServerCertificate` never lets one through. */
export function certificateInfo(certificate: Certificate): CertificateInfo {
  const leaf = parseChain(certificate)[0];
  if (leaf === undefined) throw new Error(`Certificate ${certificate.name} has an empty chain`);
  const { dnsNames, ipAddresses } = certificateNames(leaf);
  return {
    name: certificate.name,
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    names: [...dnsNames, ...ipAddresses],
    notBefore: leaf.validFromDate.toISOString(),
    notAfter: leaf.validToDate.toISOString(),
    fingerprint: leaf.fingerprint256,
  };
}

/**
 * What is odd about a certificate that serves `hosts` (lower case, maybe `*.suffix`): its chain out of order,
 * a name that it does not cover, dates of any certificate of the chain.
 *
 * @param wallMs Milliseconds since 1970.
 */
export function certificateWarnings(
  certificate: Certificate,
  { hosts, wallMs }: { readonly hosts: readonly string[]; readonly wallMs: number },
): CertificateWarning[] {
  const chain = parseChain(certificate);
  const warnings: CertificateWarning[] = [];
  for (const [index, current] of chain.entries()) {
    const which = `certificate ${index + 1} of ${chain.length} (${oneLine(current.subject)})`;
    if (wallMs < current.validFromDate.getTime()) {
      warnings.push({
        reason: 'NotYetValid',
        message: `${certificate.name}: ${which} is not valid before ${current.validFromDate.toISOString()}`,
      });
    }
    if (wallMs > current.validToDate.getTime()) {
      warnings.push({
        reason: 'Expired',
        message: `${certificate.name}: ${which} expired at ${current.validToDate.toISOString()}; renew it`,
      });
    }
    const next = chain[index + 1];
    if (next !== undefined && !current.checkIssued(next)) {
      warnings.push({
        reason: 'ChainOutOfOrder',
        message: `${certificate.name}: ${which} is not issued by the one after it; put the issuer there`,
      });
    }
  }
  const leaf = chain[0];
  const { dnsNames } = leaf === undefined ? { dnsNames: [] } : certificateNames(leaf);
  for (const host of hosts) {
    if (coversHost(dnsNames, host)) continue;
    warnings.push({
      reason: 'NameNotCovered',
      message: `${certificate.name}: no DNS alternative name of the certificate covers ${host}`,
    });
  }
  return warnings;
}

/** The names a certificate speaks for. */
export function certificateNames(certificate: X509Certificate): CertificateNames {
  const dnsNames: string[] = [];
  const ipAddresses: string[] = [];
  // Node quotes a name that holds a comma or a quote, as in JSON.
  for (const entry of (certificate.subjectAltName ?? '').matchAll(
    /(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g,
  )) {
    if (entry[1] === 'DNS') dnsNames.push((entry[2] ?? '').toLowerCase());
    else ipAddresses.push(entry[2] ?? '');
  }
  return {
    commonName: /^CN=(.+)$/m.exec(certificate.subject ?? '')?.[1] ?? '',
    dnsNames,
    ipAddresses,
  };
}

/** `*` stands for exactly one label (RFC 9525 §6.3); the common name never counts (§6.4). */
function coversHost(dnsNames: readonly string[], host: string): boolean {
  return dnsNames.includes(host) || dnsNames.includes(host.replace(/^[^.]+\./, '*.'));
}

function parseChain(certificate: Certificate): X509Certificate[] {
  const blocks = parsePem(certificate.chain);
  return blocks.ok ? blocks.value.map(({ text }) => new X509Certificate(text)) : [];
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}
