import { isIP } from 'node:net';
import { SecretText } from '../snapshot/snapshot.ts';
import { loadX509Library } from './x509-library.ts';

/** Names and life of a certificate to make. */
export interface CertificateRequest {
  /** DNS names (a leading `*.` is allowed) and IP addresses, at least one; they become alternative names. */
  readonly names: readonly string[];
  /** Days from now until it ends. */
  readonly days: number;
  /** Milliseconds since 1970; the present when left out. */
  readonly nowMs?: number;
}

/** PEM, as in a Secret of type `kubernetes.io/tls`: the chain leaf first, the key as PKCS#8. */
export interface KeyPair {
  readonly chain: string;
  readonly key: SecretText;
}

/** A certificate authority of our own, for one machine, tests and the demo. */
export interface CertificateAuthority {
  /** PEM of its own certificate, as `curl --cacert` takes it. */
  readonly certificate: string;
  /** A server certificate with a fresh key, signed by this authority. */
  issue(request: CertificateRequest): Promise<KeyPair>;
}

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
/** Certificates begin an hour ago, for clients whose clock is behind. */
const BACKDATE_MS = 3_600_000;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

type Library = Awaited<ReturnType<typeof loadX509Library>>;

/**
 * Makes a server certificate that signs itself: ECDSA P-256, subject alternative names.
 *
 * @throws {RangeError} Without names, or when `days` is not above 0.
 */
export async function createSelfSigned(request: CertificateRequest): Promise<KeyPair> {
  const x509 = await loadX509Library();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName(request.names)] }],
    keys,
    ...validity(request),
    extensions: serverExtensions(x509, request.names),
  });
  return { chain: pem(certificate), key: await exportKey(keys.privateKey) };
}

/**
 * Makes an authority with a fresh key, which stays in memory.
 *
 * @throws {RangeError} When `days` is not above 0.
 */
export async function createCertificateAuthority(options: {
  readonly name: string;
  readonly days: number;
  readonly nowMs?: number;
}): Promise<CertificateAuthority> {
  const x509 = await loadX509Library();
  const keys = await generateKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [options.name] }],
    keys,
    ...validity(options),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: pem(authority),
    async issue(request) {
      const leafKeys = await generateKeys();
      const leaf = await x509.X509CertificateGenerator.create({
        subject: [{ CN: [commonName(request.names)] }],
        issuer: authority.subjectName,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        ...validity(request),
        extensions: [
          ...serverExtensions(x509, request.names),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      return { chain: pem(leaf), key: await exportKey(leafKeys.privateKey) };
    },
  };
}

function generateKeys() {
  return crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

function validity({ days, nowMs = Date.now() }: { readonly days: number; readonly nowMs?: number }) {
  if (!(days > 0)) throw new RangeError(`Cannot make a certificate for ${days} days: it must be above 0`);
  return {
    signingAlgorithm: KEY_ALGORITHM,
    notBefore: new Date(nowMs - BACKDATE_MS),
    notAfter: new Date(nowMs + days * DAY_MS),
  };
}

function serverExtensions(x509: Library, names: readonly string[]) {
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
    new x509.SubjectAlternativeNameExtension(
      names.map((name) => ({ type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const), value: name })),
    ),
  ];
}

/** The first name; a common name has at most 64 characters (RFC 5280, appendix A). */
function commonName(names: readonly string[]): string {
  const first = names[0];
  if (first === undefined) throw new RangeError('Cannot make a certificate without names: give at least one');
  return first.slice(0, 64);
}

function pem(certificate: { toString(format: 'pem'): string }): string {
  return `${certificate.toString('pem')}\n`;
}

async function exportKey(key: CryptoKey): Promise<SecretText> {
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  const lines = bytes.match(/.{1,64}/g) ?? [];
  return new SecretText(
    ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n'),
  );
}
