import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';

/**
 * Whether a server's certificate has one of the names among its DNS names, exactly: neither wildcards nor the
 * common name count (httpproxy.md 1.4.2). For `checkServerIdentity`.
 *
 * @returns What is wrong, or undefined.
 */
export function checkServerNames(names: readonly string[], { raw }: PeerCertificate): Error | undefined {
  const certificate = new X509Certificate(raw);
  // To OpenSSL a leading dot stands for every name below.
  const fits = (name: string): boolean =>
    !name.startsWith('.') &&
    certificate.checkHost(name, { subject: 'never', wildcards: false }) !== undefined;
  if (names.some(fits)) return undefined;
  const error: NodeJS.ErrnoException = new Error(`the certificate has none of the names ${names.join(', ')}`);
  error.code = 'ERR_TLS_CERT_ALTNAME_INVALID';
  return error;
}
