import type { TestContext } from 'node:test';
import tls from 'node:tls';
import type { CertificateAuthority, KeyPair } from '../../src/certs/self-signed.ts';
import { createCertificateAuthority } from '../../src/certs/self-signed.ts';
import { httpProxy } from './gateway.ts';
import { RawClient } from './raw.ts';

/** Code of the error at a client whose server name is refused (RFC 6066 §3). */
export const UNRECOGNIZED_NAME = 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME';

let authority: Promise<CertificateAuthority> | null = null;

/** The authority of this process's tests, made at the first call. */
export function testAuthority(): Promise<CertificateAuthority> {
  authority ??= createCertificateAuthority({ name: 'Sluice test authority', days: 1 });
  return authority;
}

/** A server certificate of the test authority with a fresh key. */
export async function certificateFor(...names: readonly string[]): Promise<KeyPair> {
  return (await testAuthority()).issue({ names, days: 1 });
}

/** The manifest of a Secret of type `kubernetes.io/tls`. */
export function tlsSecret(name: string, { chain, key }: KeyPair, namespace = 'default'): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return `apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: ${namespace}}
type: kubernetes.io/tls
data: {tls.crt: ${base64(chain)}, tls.key: ${base64(key.reveal())}}
`;
}

/** A secure connection that is up. */
export interface SecureClient {
  readonly socket: tls.TLSSocket;
  readonly client: RawClient;
  /** Alternative names of the certificate that the server showed. */
  readonly names: string;
  /** Sends `GET path` for a host; resolves with the answer, whose body must be small enough to come with its head. */
  get(host: string, path?: string): Promise<string>;
}

/**
 * Opens a TLS connection that trusts the test authority alone, closed when the test ends.
 *
 * @param serverName null: none is sent, and no name is checked.
 * @throws {Error} With the code of the alert that ended the handshake.
 */
export async function secureConnect(
  context: TestContext,
  port: number,
  serverName: string | null,
  options: tls.ConnectionOptions = {},
): Promise<SecureClient> {
  const { certificate } = await testAuthority();
  const connection: tls.ConnectionOptions & { readonly allowHalfOpen: boolean } = {
    ...(options.socket === undefined ? { host: '127.0.0.1', port } : {}),
    ca: certificate,
    allowHalfOpen: true,
    ALPNProtocols: ['http/1.1'],
    ...(serverName === null ? { checkServerIdentity: () => undefined } : { servername: serverName }),
    ...options,
  };
  const socket = tls.connect(connection);
  context.after(() => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed during the handshake')));
    socket.once('secureConnect', resolve);
  });
  const client = RawClient.over(socket);
  return {
    socket,
    client,
    names: socket.getPeerX509Certificate()?.subjectAltName ?? '',
    get: async (host, path = '/') => {
      const before = client.received.length;
      client.send(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      const text = await client.until(
        new RegExp(`^[\\s\\S]{${before}}HTTP/1\\.1 \\d{3} [\\s\\S]*?\\r\\n\\r\\n`),
      );
      return text.slice(before);
    },
  };
}

/** What a refused handshake says; fails when it is not refused. */
export async function refusedWith(handshake: Promise<SecureClient>): Promise<string> {
  try {
    await handshake;
  } catch (error) {
    return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
  }
  throw new Error('the handshake was not refused');
}

/**
 * An HTTPProxy in `default` whose host is served over TLS by the Service `web`.
 *
 * @param tls Further fields of `tls` in YAML flow style, as `minimumProtocolVersion: "1.3"`.
 */
export function tlsProxy(fqdn: string, secretName: string, tls?: string): string {
  const fields = [`secretName: ${secretName}`, ...(tls === undefined ? [] : [tls])].join(', ');
  return httpProxy(
    fqdn.replace('*', 'any'),
    `  virtualhost: {fqdn: "${fqdn}", tls: {${fields}}}\n  routes: [{services: [{name: web, port: 80}]}]`,
  );
}
