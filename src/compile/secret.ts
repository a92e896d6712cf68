import type { KeyObject } from 'node:crypto';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Secret } from 'kubernetes-types/core/v1.d.ts';
import type { Result } from '../lib/result.ts';
import { err, ok } from '../lib/result.ts';
import type { Certificate } from '../snapshot/snapshot.ts';
import { SecretText } from '../snapshot/snapshot.ts';
import { certificateNames } from './certificate-info.ts';
import { isDelegated } from './delegation.ts';
import { parsePem } from './pem.ts';
import type { View } from './view.ts';

/** Why a Secret cannot be used. The text never holds any of its data. */
export interface SecretProblem {
  readonly reason: 'DelegationNotPermitted' | 'SecretNotValid';
  readonly message: string;
}

const TYPES = new Set(['kubernetes.io/tls', 'Opaque']);
const KEY_LABELS = new Set(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY']);

/** The store replaces objects and never changes one: each is checked once, however many hosts use it. */
const serverCertificates = new WeakMap<Secret, Result<Certificate, string>>();
const caBundles = new WeakMap<Secret, Result<string, string>>();

/**
 * Checks that a Secret may be used and can serve as a server certificate (httpproxy.md 1.2): its type, the
 * certificate chain, the one key, and that the key is that of the first certificate.
 *
 * @param ref `name` or `namespace/name`; another namespace needs a delegation.
 * @returns The name of the certificate in the certificate channel.
 */
export function resolveServerCertificate(
  view: View,
  ref: string,
  fromNamespace: string,
): Result<{ name: string }, SecretProblem> {
  const found = findSecret(view, ref, fromNamespace);
  if (!found.ok) return found;
  const { name, secret } = found.value;
  const checked = serverCertificate(secret, name);
  return checked.ok ? ok({ name }) : notValid(`Secret ${name}: ${checked.error}`);
}

/**
 * The key material of a certificate, read again from its Secret.
 *
 * @param name As `resolveServerCertificate` gave it.
 * @returns null when the Secret is gone or no longer valid.
 */
export function readCertificate(view: View, name: string): Certificate | null {
  const [namespace, secretName, ...rest] = name.split('/');
  if (!namespace || !secretName || rest.length > 0) return null;
  const secret = view.get('Secret', namespace, secretName);
  if (secret === undefined) return null;
  const checked = serverCertificate(secret, name);
  return checked.ok ? checked.value : null;
}

/**
 * The certificates of a CA bundle, the key `ca.crt` of a Secret; blocks of other kinds are left out.
 *
 * @param ref `name` or `namespace/name`; another namespace needs a delegation.
 */
export function readCaBundle(
  view: View,
  ref: string,
  fromNamespace: string,
): Result<{ name: string; pem: string }, SecretProblem> {
  const found = findSecret(view, ref, fromNamespace);
  if (!found.ok) return found;
  const { name, secret } = found.value;
  let checked = caBundles.get(secret);
  if (checked === undefined) {
    checked = checkCaBundle(secret);
    caBundles.set(secret, checked);
  }
  return checked.ok ? ok({ name, pem: checked.value }) : notValid(`Secret ${name}: ${checked.error}`);
}

/**
 * The revocation lists of a Secret, its key `crl.pem`; blocks of other kinds are left out.
 *
 * @param ref `name` or `namespace/name`; another namespace needs a delegation.
 */
export function readCrlBundle(
  view: View,
  ref: string,
  fromNamespace: string,
): Result<{ name: string; pem: string }, SecretProblem> {
  const found = findSecret(view, ref, fromNamespace);
  if (!found.ok) return found;
  const { name, secret } = found.value;
  const blocks = parsePem(secretValue(secret, 'crl.pem') ?? '');
  const texts = blocks.ok ? blocks.value.filter(({ label }) => label === 'X509 CRL') : [];
  return texts.length === 0
    ? notValid(`Secret ${name}: it has no X509 CRL block in its key crl.pem`)
    : ok({ name, pem: texts.map(({ text }) => text).join('') });
}

/** The delegation is asked for first: without it nobody learns which Secrets another namespace has. */
function findSecret(
  view: View,
  ref: string,
  fromNamespace: string,
): Result<{ name: string; secret: Secret }, SecretProblem> {
  const parts = ref.split('/');
  const secretName = parts.at(-1) ?? '';
  const namespace = parts.length === 1 ? fromNamespace : (parts[0] ?? '');
  if (parts.length > 2 || namespace === '' || secretName === '') {
    return notValid(`Secret ${JSON.stringify(ref)}: must be written as name or namespace/name`);
  }
  const name = `${namespace}/${secretName}`;
  if (!isDelegated(view, { secretNamespace: namespace, secretName, toNamespace: fromNamespace })) {
    return err({
      reason: 'DelegationNotPermitted',
      message: `Secret ${name}: no TLSCertificateDelegation in namespace ${namespace} permits its use in namespace ${fromNamespace}`,
    });
  }
  const secret = view.get('Secret', namespace, secretName);
  return secret === undefined ? notValid(`Secret ${name} does not exist`) : ok({ name, secret });
}

/** Whether a Secret can serve as a server certificate. */
export function isServerCertificate(secret: Secret): boolean {
  return serverCertificate(secret, `${secret.metadata?.namespace}/${secret.metadata?.name}`).ok;
}

function serverCertificate(secret: Secret, name: string): Result<Certificate, string> {
  let checked = serverCertificates.get(secret);
  if (checked === undefined) {
    checked = checkServerCertificate(secret, name);
    serverCertificates.set(secret, checked);
  }
  return checked;
}

function checkServerCertificate(secret: Secret, name: string): Result<Certificate, string> {
  const type = checkType(secret);
  if (!type.ok) return type;
  const chain = readChain(secret);
  if (!chain.ok) return chain;
  const key = readKey(secret);
  if (!key.ok) return key;
  const { leaf, pem } = chain.value;
  if (!leaf.checkPrivateKey(key.value.key)) {
    return err('tls.key is not the key of the first certificate in tls.crt');
  }
  try {
    // What OpenSSL refuses besides, as short RSA keys, would fail in every worker.
    createSecureContext({ cert: pem, key: key.value.pem });
  } catch (error) {
    return err(`tls.crt and tls.key cannot be used: ${opensslReason(error)}`);
  }
  return ok({ name, chain: pem, key: new SecretText(key.value.pem) });
}

function readChain(secret: Secret): Result<{ leaf: X509Certificate; pem: string }, string> {
  const text = secretValue(secret, 'tls.crt');
  if (text === null) return err('it has no key tls.crt');
  const blocks = parsePem(text);
  if (!blocks.ok) return err(`tls.crt: ${blocks.error}`);
  const other = blocks.value.find(({ label }) => label !== 'CERTIFICATE');
  if (other !== undefined) {
    return err(
      `tls.crt must hold certificates only, but has a block ${JSON.stringify(other.label.slice(0, 64))}`,
    );
  }
  const certificates = parseCertificates(blocks.value.map((block) => block.text));
  if (certificates === null) return err('tls.crt has a certificate that cannot be parsed');
  const leaf = certificates[0];
  if (leaf === undefined) return err('tls.crt has no certificate');
  const { commonName, dnsNames, ipAddresses } = certificateNames(leaf);
  if (commonName === '' && dnsNames.length + ipAddresses.length === 0) {
    return err('the first certificate in tls.crt has neither a common name nor a DNS or IP alternative name');
  }
  return ok({ leaf, pem: blocks.value.map((block) => block.text).join('') });
}

function readKey(secret: Secret): Result<{ key: KeyObject; pem: string }, string> {
  const text = secretValue(secret, 'tls.key');
  if (text === null) return err('it has no key tls.key');
  const blocks = parsePem(text);
  if (!blocks.ok) return err(`tls.key: ${blocks.error}`);
  const [first, second] = blocks.value.filter(({ label }) => label !== 'EC PARAMETERS');
  if (first === undefined) return err('tls.key has no private key');
  if (second !== undefined) return err('tls.key must hold exactly one private key and nothing else');
  if (!KEY_LABELS.has(first.label)) {
    return err('tls.key must be an unencrypted PKCS#8, PKCS#1 or EC private key');
  }
  try {
    return ok({ key: createPrivateKey(first.text), pem: first.text });
  } catch {
    return err('tls.key cannot be parsed; it must be an unencrypted PKCS#8, PKCS#1 or EC private key');
  }
}

function checkCaBundle(secret: Secret): Result<string, string> {
  const type = checkType(secret);
  if (!type.ok) return type;
  const text = secretValue(secret, 'ca.crt');
  if (text === null) return err('it has no key ca.crt');
  const blocks = parsePem(text);
  if (!blocks.ok) return err(`ca.crt: ${blocks.error}`);
  const texts = blocks.value.filter(({ label }) => label === 'CERTIFICATE').map((block) => block.text);
  if (texts.length === 0) return err('ca.crt has no certificate');
  if (parseCertificates(texts) === null) return err('ca.crt has a certificate that cannot be parsed');
  return ok(texts.join(''));
}

/** No type is `Opaque`, as the API server fills it in. */
function checkType(secret: Secret): Result<null, string> {
  const type = secret.type || 'Opaque';
  return TYPES.has(type)
    ? ok(null)
    : err(`its type is ${JSON.stringify(type)}, but must be kubernetes.io/tls or Opaque`);
}

/** `stringData` stands in manifests only, and wins as it does at an API server. */
function secretValue(secret: Secret, key: string): string | null {
  const plain = secret.stringData?.[key];
  if (typeof plain === 'string') return plain;
  const encoded = secret.data?.[key];
  return typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('latin1') : null;
}

function parseCertificates(texts: readonly string[]): X509Certificate[] | null {
  try {
    return texts.map((text) => new X509Certificate(text));
  } catch {
    return null;
  }
}

function opensslReason(error: unknown): string {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'string'
    ? error.reason
    : 'the TLS library refuses them';
}

function notValid(message: string): Result<never, SecretProblem> {
  return err({ reason: 'SecretNotValid', message });
}
