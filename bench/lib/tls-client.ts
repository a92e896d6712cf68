import net from 'node:net';
import tls from 'node:tls';
import { HOST } from './site.ts';

/**
 * TLS 1.3 for clients of ours. One context for all: making one takes longer than a handshake. Everybody gets the
 * key exchange that all proxies know (X25519), since the newer hybrid ones cost more and some have none.
 */
export function tlsClientContext(): tls.SecureContext {
  return tls.createSecureContext({ minVersion: 'TLSv1.3', ecdhCurve: 'X25519' });
}

/** Opens a connection to a proxy of this machine; certificates are not verified. */
export function connectTls(
  port: number,
  options: { readonly secureContext: tls.SecureContext; readonly session?: Buffer | undefined },
): tls.TLSSocket {
  const { secureContext, session } = options;
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true });
  return tls.connect({
    ...{ socket, servername: HOST, secureContext, rejectUnauthorized: false },
    ...(session === undefined ? {} : { session }),
  });
}
