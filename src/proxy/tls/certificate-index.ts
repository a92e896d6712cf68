import { X509Certificate } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../../lib/error-message.ts';
import type { Logger } from '../../lib/logger.ts';
import type { Certificate, Change, SecretText } from '../../snapshot/snapshot.ts';
import type { ClientCertificates, TlsPolicy } from '../../snapshot/virtual-host.ts';
import { SubjectNames } from './subject-names.ts';

/** A certificate in use. Immutable: a new one under the same name is a new object. */
export interface LoadedCertificate {
  readonly name: string;
  readonly chain: string;
  readonly privateKey: SecretText;
  readonly context: SecureContext;
  readonly subject: SubjectNames;
  /** For handshakes that ask for a certificate, by domain: the client is verified with the context of the name. */
  readonly asking: Map<string, SecureContext>;
}

const MAX_DOMAINS = 32;

interface Entry {
  /** Arrived and not yet looked at: most certificates of a large installation are never asked for. */
  waiting: Certificate | null;
  loaded: LoadedCertificate | null;
}

/**
 * Our own index of certificates and of the hosts that are served over TLS; one for each worker. Contexts are
 * made at the first handshake that needs them and kept until their certificate is replaced or removed.
 */
export class CertificateIndex {
  readonly #logger: Logger;
  readonly #entries = new Map<string, Entry>();
  #hosts: ReadonlyMap<string, TlsPolicy> = new Map();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Puts other hosts in the place of all those before. Keys are `VirtualHost.name`. */
  setHosts(hosts: ReadonlyMap<string, TlsPolicy>): void {
    this.#hosts = hosts;
  }

  change({ set, remove }: Change<Certificate>): void {
    for (const name of remove) this.#entries.delete(name);
    for (const certificate of set) {
      const entry = this.#entries.get(certificate.name);
      if (entry === undefined) this.#entries.set(certificate.name, { waiting: certificate, loaded: null });
      else entry.waiting = certificate;
    }
  }

  /**
   * The policy of a host: its own name, else `*.` and all but its first label, else `*`.
   *
   * @param host Lower case, without port and trailing dot.
   */
  policyOf(host: string): TlsPolicy | null {
    const exact = this.#hosts.get(host);
    if (exact !== undefined) return exact;
    const dot = host.indexOf('.');
    const wildcard = dot > 0 ? this.#hosts.get(`*${host.slice(dot)}`) : undefined;
    return wildcard ?? this.#hosts.get('*') ?? null;
  }

  /** @returns null when there is none of this name, or none that ever worked. A broken one is logged once. */
  certificate(name: string): LoadedCertificate | null {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    if (entry.waiting !== null) {
      try {
        entry.loaded = load(entry.waiting);
      } catch (error) {
        const kept = entry.loaded === null ? 'names that use it are refused' : 'the one before stays in use';
        this.#logger.error(`Cannot use certificate "${name}": ${kept}; check tls.crt and tls.key`, {
          certificate: name,
          cause: messageOf(error),
        });
      }
      entry.waiting = null;
    }
    return entry.loaded;
  }

  /** Whether the certificate of this name, as it is now, vouches for a host (RFC 9525 §6.3). */
  covers(certificateName: string, host: string): boolean {
    return this.certificate(certificateName)?.subject.covers(host) ?? false;
  }
}

/**
 * The context for handshakes of a name.
 *
 * @param clients null: no certificate is asked for.
 */
export function contextOf(certificate: LoadedCertificate, clients: ClientCertificates | null): SecureContext {
  if (clients === null || clients.verify === null) return certificate.context;
  const { asking, chain, privateKey } = certificate;
  let context = asking.get(clients.domain);
  if (context === undefined) {
    // Domains that are gone do not stay for long.
    if (asking.size >= MAX_DOMAINS) asking.clear();
    const { caPem, crlPem } = clients.verify;
    const crl = crlPem === null ? {} : { crl: crlPem };
    context = createSecureContext({ cert: chain, key: privateKey.reveal(), ca: caPem, ...crl });
    asking.set(clients.domain, context);
  }
  return context;
}

/** @throws When chain or key do not parse or do not belong together. */
function load({ name, chain, key }: Certificate): LoadedCertificate {
  const subject = new SubjectNames(new X509Certificate(chain));
  const text = key.reveal();
  // OpenSSL makes a context without a key when none is given.
  if (text === '') throw new Error('tls.key is empty');
  return {
    name,
    chain,
    privateKey: key,
    subject,
    context: createSecureContext({ cert: chain, key: text }),
    asking: new Map(),
  };
}
