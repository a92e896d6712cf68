import { isIP } from 'node:net';
import tls, { type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { checkServerNames } from '../lib/server-names.ts';
import type { Upstream } from '../snapshot/upstream.ts';

/**
 * How to speak TLS to an upstream. Without `verify` the server is not verified; with it the chain must end at
 * the given CA and one of the names must stand among the DNS names of the certificate, exactly
 * (httpproxy.md 1.4.2). `servername` is always set: to the first such name, else to the Service's.
 */
export function upstreamTlsOptions(upstream: Upstream): ConnectionOptions {
  const settings = upstream.tls;
  if (settings === null) throw new Error(`upstream ${upstream.name} speaks plain text`);
  const { verify, minVersion, maxVersion } = settings;
  const [namespace = '', service = ''] = upstream.name.split('/');
  const name = verify?.names[0] ?? `${service}.${namespace}`;
  const base: ConnectionOptions = {
    minVersion,
    maxVersion,
    ALPNProtocols: [upstream.protocol === 'h2' ? 'h2' : 'http/1.1'],
    servername: isIP(name) === 0 ? name : '',
  };
  if (verify === null) return { ...base, rejectUnauthorized: false };
  return {
    ...base,
    secureContext: tls.createSecureContext({ ca: verify.caPem, minVersion, maxVersion }),
    rejectUnauthorized: true,
    checkServerIdentity: (_host: string, certificate: PeerCertificate) =>
      checkServerNames(verify.names, certificate),
  };
}
