import type { Socket } from 'node:net';
import type { SecureContext, Server, TLSSocket } from 'node:tls';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/error-message.ts';
import type { Logger } from '../../lib/logger.ts';
import type { SetTimer } from '../../lib/set-timer.ts';
import { systemTimer } from '../../lib/set-timer.ts';
import type { Certificate, Change, Settings } from '../../snapshot/snapshot.ts';
import type { TlsPolicy } from '../../snapshot/virtual-host.ts';
import { CertificateIndex, contextOf } from './certificate-index.ts';
import { type Judgement, judgeClient } from './client-certificate.ts';
import { ClientHelloReader, canonicalServerName } from './client-hello.ts';
import { SecureServers } from './secure-servers.ts';
import { TicketRotation } from './ticket-keys.ts';
import type { SecureInfo, TlsChoice } from './tls-choice.ts';
import { chooseTls, isMisdirected, NO_CLIENT_CERTIFICATES } from './tls-choice.ts';

/** Application protocols offered, the best first. */
const ALPN_PROTOCOLS: readonly string[] = ['h2', 'http/1.1'];
const NOT_ASKED: Judgement = { ok: true, certificate: null };
/** Fatal alert `unrecognized_name` (RFC 6066 §3) in a record of its own. */
const UNRECOGNIZED_NAME = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70]);

/**
 * Why a connection never became secure; a label of metrics and logs.
 * `closed`: by the client, before or during the handshake. `renamed`: it asked for another name half-way.
 * `client-certificate`: it showed none, or one that does not count.
 */
export type TlsRefusal =
  | 'not-tls'
  | 'no-name'
  | 'unknown-name'
  | 'deadline'
  | 'handshake-failed'
  | 'renamed'
  | 'client-certificate'
  | 'closed';

export interface TlsFrontOptions {
  readonly settings: Settings;
  /** 32 bytes shared by all workers and replicas. */
  readonly ticketSecret: Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called in the event that ends the handshake: listeners must be attached before it returns. */
  readonly onConnection: (socket: TLSSocket, info: SecureInfo) => void;
  /** Called once for each accepted socket for which `onConnection` is not; the socket is ours to close. */
  readonly onRefused: (reason: TlsRefusal) => void;
  /** From `accept` to the end of the handshake. */
  readonly handshakeTimeoutMs?: number;
  readonly setTimer?: SetTimer;
}

export interface TlsFrontUpdate {
  /** All hosts with a TLS policy, by `VirtualHost.name`. */
  readonly hosts: ReadonlyMap<string, TlsPolicy>;
  readonly certificates: Change<Certificate>;
  readonly settings: Settings;
}

/** The front stage of one worker: reads each ClientHello before any TLS object exists (tls.md). */
export interface TlsFront {
  /**
   * Takes over an accepted plain socket from which nothing was read.
   *
   * @param head Bytes already taken from it, behind a PROXY header; else null.
   */
  accept(socket: Socket, head: Buffer | null): void;
  /** New handshakes meet the new state; connections that are up stay. */
  update(update: TlsFrontUpdate): void;
  /** @param host Lower case, without port and trailing dot. */
  policyOf(host: string): TlsPolicy | null;
  /**
   * Whether a request for a host must be answered 421 on a connection (RFC 9110 §7.4).
   *
   * @param host Lower case, without port and trailing dot.
   */
  misdirected(info: SecureInfo, host: string): boolean;
  /** Sockets in the front stage or in their handshake. */
  readonly pending: number;
  /** Ends what is pending, without a word, and the rotation of ticket keys. */
  close(): void;
}

/** A socket between `accept` and the end of its handshake. */
interface Pending {
  readonly socket: Socket;
  readonly reader: ClientHelloReader;
  /** What the listener chose; the secure socket has it after the handshake. */
  readonly allowHalfOpen: boolean;
  cancelDeadline: () => void;
  serverName: string | null;
  choice: TlsChoice | null;
}

/** Builds the front stage of one worker; it serves nothing before the first `update`. */
export function createTlsFront(options: TlsFrontOptions): TlsFront {
  return new Front(options);
}

class Front implements TlsFront {
  readonly #options: TlsFrontOptions;
  readonly #setTimer: SetTimer;
  readonly #handshakeTimeoutMs: number;
  readonly #index: CertificateIndex;
  readonly #servers: SecureServers;
  readonly #rotation: TicketRotation;
  /** By the plain socket: a TLSSocket made from it names it in `_parent`. */
  readonly #pending = new Map<Socket, Pending>();
  #settings: Settings;

  constructor(options: TlsFrontOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#setTimer = options.setTimer ?? systemTimer;
    this.#handshakeTimeoutMs = options.handshakeTimeoutMs ?? 10_000;
    this.#index = new CertificateIndex(options.logger);
    this.#rotation = new TicketRotation({
      wall: options.clock.wall,
      setTimer: this.#setTimer,
      onEpoch: (epoch) => this.#servers.setTicketEpoch(epoch),
    });
    this.#servers = new SecureServers({
      ticketSecret: options.ticketSecret,
      ticketEpoch: this.#rotation.epoch,
      contextFor: (name) => this.#contextFor(name),
      onSecure: (socket) => this.#onSecure(socket),
      onFailed: (error, socket) => this.#onFailed(error, socket),
    });
  }

  get pending(): number {
    return this.#pending.size;
  }

  accept(socket: Socket, head: Buffer | null): void {
    const pending: Pending = {
      socket,
      reader: new ClientHelloReader(),
      allowHalfOpen: socket.allowHalfOpen,
      cancelDeadline: () => {},
      serverName: null,
      choice: null,
    };
    this.#pending.set(socket, pending);
    pending.cancelDeadline = this.#setTimer(() => this.#drop(pending, 'deadline'), this.#handshakeTimeoutMs);
    // Whatever happens to the socket ends in `close`, also when a TLSSocket owns it.
    socket.on('error', () => {});
    socket.once('close', () => this.#drop(pending, 'closed'));
    if (socket.destroyed) {
      this.#drop(pending, 'closed');
      return;
    }
    const onData = (bytes: Buffer): void => {
      const outcome = pending.reader.push(bytes);
      if (outcome === 'more') return;
      socket.off('data', onData);
      socket.off('end', onEnd);
      if (outcome === 'done') this.#handOver(pending);
      else this.#drop(pending, 'not-tls');
    };
    const onEnd = (): void => this.#drop(pending, 'closed');
    socket.on('data', onData);
    socket.on('end', onEnd);
    if (head !== null && head.length > 0) onData(head);
    if (pending.reader.hello === null && !socket.destroyed) socket.resume();
  }

  update({ hosts, certificates, settings }: TlsFrontUpdate): void {
    this.#index.change(certificates);
    this.#index.setHosts(hosts);
    if (settings.tls12Ciphers !== this.#settings.tls12Ciphers) this.#servers.clear();
    this.#settings = settings;
  }

  policyOf(host: string): TlsPolicy | null {
    return this.#index.policyOf(host);
  }

  misdirected(info: SecureInfo, host: string): boolean {
    return isMisdirected(this.#index, this.#settings, { info, host });
  }

  close(): void {
    this.#rotation.close();
    for (const pending of [...this.#pending.values()]) this.#drop(pending, 'closed');
  }

  #handOver(pending: Pending): void {
    const { socket, reader } = pending;
    const serverName = reader.hello?.serverName ?? null;
    const choice = chooseTls(this.#index, this.#settings, serverName);
    if (choice === null) {
      this.#refuseName(pending, serverName === null ? 'no-name' : 'unknown-name');
      return;
    }
    pending.serverName = serverName;
    pending.choice = choice;
    const server = this.#serverFor(choice, serverName === null);
    if (server === null) {
      this.#drop(pending, 'handshake-failed');
      return;
    }
    socket.pause();
    socket.unshift(reader.bytes);
    // The TLSSocket takes this over: a client that ends its side in the middle of a handshake is gone.
    socket.allowHalfOpen = false;
    server.emit('connection', socket);
  }

  #serverFor(choice: TlsChoice, nameless: boolean): Server | null {
    const { tls12Ciphers } = this.#settings;
    const { minVersion, maxVersion, certificate, clients } = choice;
    const domain = clients?.domain ?? NO_CLIENT_CERTIFICATES;
    try {
      return this.#servers.serverFor(
        { domain, clients, minVersion, maxVersion, tls12Ciphers, alpn: ALPN_PROTOCOLS },
        nameless ? certificate : null,
      );
    } catch (error) {
      this.#options.logger.error('Cannot serve TLS with these settings: check the cipher suites', {
        tls12Ciphers,
        cause: messageOf(error),
      });
      return null;
    }
  }

  #contextFor(sent: string): SecureContext | null {
    const name = canonicalServerName(sent);
    const choice = name === null ? null : chooseTls(this.#index, this.#settings, name);
    return choice === null ? null : contextOf(choice.certificate, choice.clients);
  }

  #onSecure(socket: TLSSocket): void {
    const pending = this.#pendingOf(socket);
    if (pending === null || pending.choice === null) {
      this.#options.logger.error('A TLS connection came up that the front stage does not know; it is closed');
      socket.destroy();
      return;
    }
    // After a HelloRetryRequest the second ClientHello may name another host; so may a session of another name.
    if (
      typeof socket.servername === 'string' &&
      canonicalServerName(socket.servername) !== pending.serverName
    ) {
      this.#drop(pending, 'renamed');
      return;
    }
    const { clients } = pending.choice;
    const client = clients === null ? NOT_ASKED : judgeClient(socket, clients, this.#options.clock.wall());
    if (!client.ok) {
      const { serverName } = pending;
      this.#options.logger.debug('A client was refused', { serverName, cause: client.detail });
      this.#drop(pending, 'client-certificate');
      return;
    }
    this.#forget(pending);
    socket.allowHalfOpen = pending.allowHalfOpen;
    const { certificate, byDefault, policyKey } = pending.choice;
    this.#options.onConnection(socket, {
      serverName: pending.serverName,
      policyKey,
      certificate: certificate.name,
      subject: certificate.subject,
      byDefault,
      tlsVersion: socket.getProtocol() ?? '',
      cipher: socket.getCipher().name,
      alpn: socket.alpnProtocol || null,
      resumed: socket.isSessionReused(),
      clientCertificate: client.certificate,
    });
  }

  #onFailed(error: Error, socket: TLSSocket): void {
    const pending = this.#pendingOf(socket);
    this.#options.logger.debug('A TLS handshake failed', {
      serverName: pending?.serverName ?? null,
      cause: error.message,
    });
    const closed = 'code' in error && error.code === 'ECONNRESET';
    if (pending !== null) this.#drop(pending, closed ? 'closed' : 'handshake-failed');
    socket.destroy();
  }

  #pendingOf(socket: TLSSocket): Pending | null {
    // Node sets it on every TLSSocket made from a net.Socket; a test of ours holds it to that.
    const { _parent: plain } = socket as TLSSocket & { readonly _parent?: Socket };
    return plain === undefined ? null : (this.#pending.get(plain) ?? null);
  }

  /** The alert, then an orderly close: unread bytes would turn it into a reset that overtakes the alert. */
  #refuseName(pending: Pending, reason: TlsRefusal): void {
    const { socket } = pending;
    if (!this.#forget(pending)) return;
    this.#options.onRefused(reason);
    const cancel = this.#setTimer(() => socket.destroy(), this.#settings.delayedCloseMs);
    socket.once('close', cancel);
    socket.once('end', () => socket.destroy());
    socket.end(UNRECOGNIZED_NAME);
    socket.resume();
  }

  #drop(pending: Pending, reason: TlsRefusal): void {
    if (!this.#forget(pending)) return;
    pending.socket.destroy();
    this.#options.onRefused(reason);
  }

  /** @returns false when it was settled before. */
  #forget(pending: Pending): boolean {
    pending.cancelDeadline();
    return this.#pending.delete(pending.socket);
  }
}
