import { webcrypto } from 'node:crypto';
import type * as X509 from '@peculiar/x509';
import { loadX509Library } from '../../src/certs/x509-library.ts';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate made for one test run, with its key. */
export interface TestCertificate {
  readonly certificate: X509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certPem: string;
  /** PKCS#8. */
  readonly keyPem: string;
}

export interface TestCertificateOptions {
  /** Distinguished name, as `CN=a.example`; empty for none. */
  readonly subject?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Signs itself without one. */
  readonly issuer?: TestCertificate;
  readonly ca?: boolean;
  /** Hexadecimal. */
  readonly serial?: string;
  readonly uris?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** Makes an EC P-256 certificate, valid from 2020 to 2120 unless told otherwise. */
export async function makeCertificate(options: TestCertificateOptions = {}): Promise<TestCertificate> {
  const x509 = await loadX509Library();
  const { subject = '', dnsNames = [], ipAddresses = [], issuer, ca = false } = options;
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const names = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...(options.uris ?? []).map((value) => ({ type: 'url' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const extensions: X509.Extension[] = [new x509.BasicConstraintsExtension(ca)];
  if (names.length > 0) extensions.push(new x509.SubjectAlternativeNameExtension(names));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: options.serial ?? '01',
    subject,
    issuer: issuer?.certificate.subject ?? subject,
    notBefore: options.notBefore ?? new Date('2020-01-01T00:00:00Z'),
    notAfter: options.notAfter ?? new Date('2120-01-01T00:00:00Z'),
    signingAlgorithm: EC,
    publicKey: keys.publicKey,
    signingKey: (issuer ?? { keys }).keys.privateKey,
    extensions,
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate,
    keys,
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}

/** A CRL of an authority, in PEM. */
export async function makeRevocationList(
  issuer: TestCertificate,
  serials: readonly string[],
  times: { readonly thisUpdate?: Date; readonly nextUpdate?: Date } = {},
): Promise<string> {
  const x509 = await loadX509Library();
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.certificate.subject,
    thisUpdate: times.thisUpdate ?? new Date('2020-01-01T00:00:00Z'),
    nextUpdate: times.nextUpdate ?? new Date('2120-01-01T00:00:00Z'),
    entries: serials.map((serialNumber) => ({
      serialNumber,
      revocationDate: new Date('2021-01-01T00:00:00Z'),
    })),
    signingAlgorithm: EC,
    signingKey: issuer.keys.privateKey,
  });
  return `${x509.PemConverter.encode(list.rawData, 'X509 CRL')}\n`;
}

/** A Secret of type `kubernetes.io/tls`; `data` goes over what the certificate gives. */
export function tlsSecret(name: string, data: Readonly<Record<string, string>>, type = 'kubernetes.io/tls') {
  const [namespace, secretName] = name.split('/');
  return {
    kind: 'Secret',
    metadata: { namespace: namespace ?? '', name: secretName ?? '' },
    type,
    data: Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
    ),
  };
}
