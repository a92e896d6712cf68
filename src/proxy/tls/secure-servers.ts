import { constants } from 'node:crypto';
import type { SecureContext, Server, TLSSocket } from 'node:tls';
import { createSecureContext, createServer } from 'node:tls';
import type { ClientCertificates } from '../../snapshot/virtual-host.ts';
import type { LoadedCertificate } from './certificate-index.ts';
import { deriveTicketKeys, TICKET_EPOCH_MS } from './ticket-keys.ts';
import type { TlsVersion } from './tls-choice.ts';

/** What an `SNICallback` cannot choose (node-facts.md): each combination has its own server object. */
export interface ServerKind {
  /** Name of the trust domain: what is asked of clients. */
  readonly domain: string;
  /** null: clients are asked for no certificate. */
  readonly clients: ClientCertificates | null;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** OpenSSL text of TLS 1.2 suites. */
  readonly tls12Ciphers: string;
  /** Offered protocols, the best first; empty: no ALPN. */
  readonly alpn: readonly string[];
}

export interface SecureServersOptions {
  /** Ticket secret shared by all replicas, 32 bytes. */
  readonly ticketSecret: Uint8Array;
  readonly ticketEpoch: number;
  /** The context for a name as the client sent it; null refuses the handshake. */
  readonly contextFor: (serverName: string) => SecureContext | null;
  readonly onSecure: (socket: TLSSocket) => void;
  readonly onFailed: (error: Error, socket: TLSSocket) => void;
}

interface Entry {
  readonly server: Server;
  readonly domain: string;
  /** Whose certificate a client without a server name gets. */
  nameless: LoadedCertificate | null;
}

const TLS13_CIPHERS = 'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256';
const MAX_SERVERS = 64;
const GROUPS = 'X25519MLKEM768:X25519:P-256:P-384';
/** OpenSSL before 3.5, as some distributions link it, does not know the first. */
const OLD_GROUPS = 'X25519:P-256:P-384';

/**
 * The few `tls.Server` objects of one worker. None of them listens: sockets are handed to them with
 * `emit('connection', socket)`. Node's own limit for handshakes (it counts idle time only) stays at its
 * 120 s; the front stage holds the deadline.
 */
export class SecureServers {
  readonly #options: SecureServersOptions;
  readonly #groups = knownGroups();
  readonly #entries = new Map<string, Entry>();
  #epoch: number;

  constructor(options: SecureServersOptions) {
    this.#options = options;
    this.#epoch = options.ticketEpoch;
  }

  /** @param nameless Certificate for a client that sends no server name; null when this one sends a name. */
  serverFor(kind: ServerKind, nameless: LoadedCertificate | null): Server {
    const { domain, minVersion, maxVersion, tls12Ciphers, alpn } = kind;
    const key = [domain, minVersion, maxVersion, tls12Ciphers, ...alpn].join('|');
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      // A domain that is gone leaves its server behind: connections keep theirs, handshakes get new ones.
      if (this.#entries.size >= MAX_SERVERS) this.#entries.clear();
      entry = { server: this.#create(kind), domain, nameless: null };
      this.#entries.set(key, entry);
    }
    if (nameless !== null && entry.nameless !== nameless) {
      // The server's first context serves those for whom no SNICallback is called.
      const { chain, privateKey } = nameless;
      entry.server.setSecureContext({
        ...this.#contextOptions(kind),
        cert: chain,
        key: privateKey.reveal(),
      });
      this.#setTicketKeys(entry);
      entry.nameless = nameless;
    }
    return entry.server;
  }

  /** From now on tickets of other epochs lead to full handshakes. */
  setTicketEpoch(epoch: number): void {
    this.#epoch = epoch;
    for (const entry of this.#entries.values()) this.#setTicketKeys(entry);
  }

  /** Drops all server objects; handshakes and connections that are up keep theirs. */
  clear(): void {
    this.#entries.clear();
  }

  #contextOptions(kind: ServerKind) {
    return {
      minVersion: kind.minVersion,
      maxVersion: kind.maxVersion,
      ciphers: `${TLS13_CIPHERS}:${kind.tls12Ciphers}`,
      ecdhCurve: this.#groups,
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
      // The default depends on the command line: replicas with other flags would never resume.
      sessionIdContext: 'sluice',
      sessionTimeout: TICKET_EPOCH_MS / 1000,
    };
  }

  #create(kind: ServerKind): Server {
    const { contextFor, onSecure, onFailed } = this.#options;
    const server = createServer({
      ...this.#contextOptions(kind),
      ticketKeys: this.#ticketKeys(kind.domain),
      // Whoever shows a wrong one, or none, is judged after the handshake (client-certificate.ts).
      requestCert: kind.clients !== null,
      rejectUnauthorized: false,
      ...(kind.alpn.length > 0 ? { ALPNProtocols: [...kind.alpn] } : {}),
      SNICallback(serverName, done) {
        let context: SecureContext | null = null;
        try {
          context = contextFor(serverName);
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)));
          return;
        }
        if (context === null) done(new Error('The name is not served'));
        else done(null, context);
      },
    });
    server.on('secureConnection', onSecure);
    server.on('tlsClientError', onFailed);
    return server;
  }

  #ticketKeys(domain: string): Buffer {
    return deriveTicketKeys({ secret: this.#options.ticketSecret, epoch: this.#epoch, domain });
  }

  #setTicketKeys({ server, domain }: Entry): void {
    server.setTicketKeys(this.#ticketKeys(domain));
  }
}

function knownGroups(): string {
  try {
    createSecureContext({ ecdhCurve: GROUPS });
    return GROUPS;
  } catch {
    return OLD_GROUPS;
  }
}
