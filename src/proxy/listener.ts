import net from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientInfo } from '../filters/filter.ts';
import type { Cidr } from '../lib/cidr.ts';
import { Alarm } from '../lib/timer-wheel.ts';
import { Wire } from '../lib/wire.ts';
import type { RefusalReason } from '../telemetry/metric-cells.ts';
import type { ConnectionHost, HostedConnection } from './client-connection.ts';
import { clientNetwork } from './client-network.ts';
import { Http1Connection } from './http1-connection.ts';
import { Http2Connection } from './http2-connection.ts';
import { type PeerAddress, readProxyHeader } from './proxy-header.ts';
import { isTrustedProxy } from './proxy-protocol.ts';
import type { SecureInfo } from './tls/tls-choice.ts';
import type { TlsFront } from './tls/tls-front.ts';
import type { WorkerContext } from './worker-context.ts';

const KEEP_ALIVE_DELAY_MS = 45_000;
const BACKLOG = 4096;
/** Turns of the loop that a leaving listener waits at most for one without a new connection. */
const LAST_TURNS = 100;
/** How often a leaving listener looks for connections that have become idle. */
const LOOK_MS = 250;
/** What a client address may have in any case, unless the settings name another number. */
const CONNECTIONS_PER_ADDRESS = 100;
/** The network of a connection that is not counted. */
const UNCOUNTED = '';

export interface ListenerOptions {
  readonly name: 'http' | 'https';
  readonly worker: WorkerContext;
  /** The stage that connections pass before they are HTTP; null for a plain listener. */
  readonly front: TlsFront | null;
  /** Connections at once; above it they are accepted and closed. 0: no cap. */
  readonly maxConnections: number;
  /** PROXY v1/v2 is required from these peers (empty: from any), or null: off. */
  readonly trustedProxies: readonly Cidr[] | null;
}

/** A socket that is no HTTP connection yet: a PROXY header or a handshake is under way. */
interface Early {
  readonly peer: PeerAddress | null;
  readonly network: string;
}

/** One listening socket of one worker, and the connections that came by it. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #worker: WorkerContext;
  readonly #secure: boolean;
  readonly #connections = new Set<HostedConnection>();
  readonly #early = new Map<net.Socket, Early>();
  #server: net.Server | null = null;
  readonly #front: TlsFront | null;
  #accepted = 0;
  #onEmpty: (() => void) | null = null;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#worker = options.worker;
    this.#secure = options.name === 'https';
    this.#front = options.front;
  }

  get name(): 'http' | 'https' {
    return this.#options.name;
  }

  /**
   * Binds with SO_REUSEPORT: each worker has a queue of its own.
   *
   * @returns The address in use.
   * @throws {Error} If the address cannot be bound.
   */
  listen(address: {
    readonly address: string;
    readonly port: number;
  }): Promise<{ address: string; port: number }> {
    const server = net.createServer(
      {
        pauseOnConnect: true,
        noDelay: true,
        allowHalfOpen: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
      },
      (socket) => this.#accept(socket),
    );
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: address.address, port: address.port, backlog: BACKLOG, reusePort: true }, () => {
        server.off('error', reject);
        // Out of descriptors: the connection waits in the queue, the server goes on.
        server.on('error', (error) => this.#worker.bug(error));
        const bound = server.address() as net.AddressInfo;
        resolve({ address: bound.address, port: bound.port });
      });
    });
  }

  get connections(): number {
    return this.#connections.size + this.#early.size;
  }

  #accept(socket: net.Socket): void {
    this.#accepted++;
    const { recorder } = this.#worker;
    const { trustedProxies } = this.#options;
    const refusal = this.#refusal(socket);
    // Behind a proxy of ours the client's address is not known before its header.
    const network = trustedProxies === null ? clientNetwork(socket.remoteAddress ?? '') : UNCOUNTED;
    if (refusal !== null || !this.#enter(network)) {
      recorder.connectionRefused(this.#secure, refusal ?? 'address');
      socket.destroy();
      return;
    }
    recorder.connectionOpened(this.#secure);
    if (trustedProxies !== null) {
      this.#trackEarly(socket, network);
      readProxyHeader(socket, (peer, rest) => this.#onProxyHeader(socket, peer, rest));
    } else if (this.#secure) {
      this.#trackEarly(socket, network);
      this.#begin(socket, null, network, null);
    } else {
      this.#openPlain(socket, network);
    }
  }

  #refusal(socket: net.Socket): RefusalReason | null {
    const { trustedProxies } = this.#options;
    const most = this.#mostConnections();
    if (most > 0 && this.connections >= most) return 'limit';
    if (trustedProxies !== null && !isTrustedProxy(socket.remoteAddress, trustedProxies)) return 'untrusted';
    return null;
  }

  /** 0: any number. */
  #mostConnections(): number {
    const { maxConnections } = this.#options;
    const { maxConnectionsPerListener } = this.#worker.table.settings;
    if (maxConnections === 0 || maxConnectionsPerListener === 0)
      return maxConnections + maxConnectionsPerListener;
    return Math.min(maxConnections, maxConnectionsPerListener);
  }

  /** Counts a connection of this network. @returns False when it has as many as it may have. */
  #enter(network: string): boolean {
    if (network === UNCOUNTED) return true;
    const { maxConnectionsPerAddress, trustedHops } = this.#worker.table.settings;
    let most = maxConnectionsPerAddress;
    // Nobody takes all by himself; nobody who shares an address by NAT is hurt.
    if (most === 0) most = Math.max(Math.floor(this.#mostConnections() / 2), CONNECTIONS_PER_ADDRESS);
    // Whoever connects is a proxy, and speaks for many.
    if (trustedHops > 0) most = 0;
    return this.#worker.networks.enter(network, most);
  }

  #onProxyHeader(socket: net.Socket, peer: PeerAddress | null, rest: Buffer | null): void {
    // Without an address it is the proxy's own connection.
    const network = peer === null ? UNCOUNTED : clientNetwork(peer.address);
    if (!this.#enter(network)) {
      this.#worker.recorder.connectionRefused(this.#secure, 'address');
      socket.destroy();
      return;
    }
    this.#early.set(socket, { peer, network });
    this.#begin(socket, peer, network, rest);
  }

  #trackEarly(socket: net.Socket, network: string): void {
    this.#early.set(socket, { peer: null, network });
    socket.on('error', () => {});
    socket.once('close', () => {
      const early = this.#early.get(socket);
      if (early === undefined) return;
      this.#early.delete(socket);
      this.#gone(early.network);
    });
  }

  #begin(socket: net.Socket, peer: PeerAddress | null, network: string, rest: Buffer | null): void {
    if (this.#front !== null) {
      this.#front.accept(socket, rest);
      return;
    }
    this.#early.delete(socket);
    const connection = this.#http1(clientInfo(socket, peer, null), network, () => false);
    connection.open(Wire.adopt(socket, connection, this.#worker.buffers), rest);
  }

  /** The usual case: nothing stands before the first request. */
  #openPlain(socket: net.Socket, network: string): void {
    const connection = this.#http1(clientInfo(socket, null, null), network, () => false);
    connection.open(Wire.accept(socket, connection, this.#worker.buffers), null);
  }

  /** A handshake is through. */
  openSecure(socket: TLSSocket, info: SecureInfo): void {
    const front = this.#front;
    if (front === null) throw new Error('a secure connection without a front stage');
    const { _parent: plain } = socket as TLSSocket & { readonly _parent?: net.Socket };
    const early = plain === undefined ? undefined : this.#early.get(plain);
    if (plain !== undefined) this.#early.delete(plain);
    const network = early?.network ?? UNCOUNTED;
    const client = clientInfo(socket, early?.peer ?? null, info);
    const misdirected = (host: string) => front.misdirected(info, host);
    if (info.alpn !== 'h2') {
      const connection = this.#http1(client, network, misdirected);
      connection.open(Wire.adopt(socket, connection, this.#worker.buffers), null);
      return;
    }
    const connection = new Http2Connection(this.#host(client, network, misdirected), client);
    this.#connections.add(connection);
    const wire = Wire.adopt(socket, connection, this.#worker.buffers);
    connection.open(wire);
    wire.start();
  }

  #http1(client: ClientInfo, network: string, misdirected: (host: string) => boolean): Http1Connection {
    const connection = new Http1Connection(this.#host(client, network, misdirected), client);
    this.#connections.add(connection);
    return connection;
  }

  #host(client: ClientInfo, network: string, misdirected: (host: string) => boolean): ConnectionHost {
    const host: ConnectionHost = {
      worker: this.#worker,
      misdirected,
      closed: (connection) => {
        this.#connections.delete(connection);
        this.#gone(network);
      },
      speaksHttp2: (before, wire, bytes, start, end, lending) => {
        const connection = new Http2Connection(host, client);
        this.#connections.delete(before);
        this.#connections.add(connection);
        wire.handOver(connection);
        connection.open(wire);
        connection.onBytes(bytes, start, end, lending);
      },
    };
    return host;
  }

  #gone(network: string): void {
    if (network !== UNCOUNTED) this.#worker.networks.leave(network);
    this.#worker.recorder.connectionClosed(this.#secure);
    if (this.connections === 0) this.#onEmpty?.();
  }

  /** Stops accepting right after a whole turn of the loop without a new connection (availability.md). */
  async stopAccepting(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    for (let turn = 0; turn < LAST_TURNS; turn++) {
      const before = this.#accepted;
      await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
      if (this.#accepted === before) break;
    }
    this.#server = null;
    server.close();
  }

  /** Ends idle connections softly and waits for the others. Resolves when none is left, or after `timeoutMs`. */
  async finishConnections(timeoutMs: number): Promise<void> {
    const { wheel } = this.#worker;
    const endMs = wheel.now + timeoutMs;
    for (;;) {
      // Again and again: handshakes come through, and answers end whose head let the client stay.
      for (const connection of this.#connections) connection.drain();
      const restMs = endMs - wheel.now;
      if (this.connections === 0 || restMs <= 0) return;
      await this.#whenEmpty(Math.min(restMs, LOOK_MS));
    }
  }

  /** Resolves when no connection is left, or after `limitMs`. */
  #whenEmpty(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const deadline = new Alarm(resolve);
      this.#worker.wheel.schedule(deadline, limitMs);
      this.#onEmpty = () => {
        this.#worker.wheel.cancel(deadline);
        resolve();
      };
    });
  }

  /** Ends what is left at once. */
  destroyConnections(): void {
    for (const socket of this.#early.keys()) socket.destroy();
    for (const connection of this.#connections) connection.destroy();
  }
}

/** @param peer What a PROXY header said, if it said anything. */
function clientInfo(socket: net.Socket, peer: PeerAddress | null, info: SecureInfo | null): ClientInfo {
  return {
    address: peer?.address ?? plainAddress(socket.remoteAddress ?? ''),
    peerAddress: plainAddress(socket.remoteAddress ?? ''),
    port: peer?.port ?? socket.remotePort ?? 0,
    localAddress: peer?.localAddress ?? plainAddress(socket.localAddress ?? ''),
    localPort: peer?.localPort ?? socket.localPort ?? 0,
    secure: info !== null,
    serverName: info?.serverName ?? '',
    tlsVersion: info?.tlsVersion ?? '',
    tlsCipher: info?.cipher ?? '',
    tlsSessionId: '',
    certificate: info?.clientCertificate ?? null,
  };
}

/** An IPv4 address without the form that a dual-stack socket gives it. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
