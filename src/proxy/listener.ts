import net from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientInfo } from '../filters/filter.ts';
import type { Cidr } from '../lib/cidr.ts';
import { Alarm } from '../lib/timer-wheel.ts';
import { Wire } from '../lib/wire.ts';
import type { ConnectionHost, HostedConnection } from './client-connection.ts';
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

/** One listening socket of one worker, and the connections that came by it. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #worker: WorkerContext;
  readonly #secure: boolean;
  readonly #connections = new Set<HostedConnection>();
  /** Sockets that are no HTTP connection yet: a PROXY header or a handshake is under way. */
  readonly #early = new Map<net.Socket, PeerAddress | null>();
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
    const cap = this.#worker.table.settings.maxConnectionsPerListener;
    const open = this.connections;
    const { maxConnections, trustedProxies } = this.#options;
    if (
      (maxConnections > 0 && open >= maxConnections) ||
      (cap > 0 && open >= cap) ||
      (trustedProxies !== null && !isTrustedProxy(socket.remoteAddress, trustedProxies))
    ) {
      recorder.connectionRefused(this.#secure);
      socket.destroy();
      return;
    }
    recorder.connectionOpened(this.#secure);
    if (trustedProxies !== null) {
      this.#trackEarly(socket, null);
      readProxyHeader(socket, (peer, rest) => {
        this.#early.set(socket, peer);
        this.#begin(socket, peer, rest);
      });
    } else if (this.#secure) {
      this.#trackEarly(socket, null);
      this.#begin(socket, null, null);
    } else {
      this.#openPlain(socket);
    }
  }

  #trackEarly(socket: net.Socket, peer: PeerAddress | null): void {
    this.#early.set(socket, peer);
    socket.on('error', () => {});
    socket.once('close', () => {
      if (this.#early.delete(socket)) this.#gone();
    });
  }

  #begin(socket: net.Socket, peer: PeerAddress | null, rest: Buffer | null): void {
    if (this.#front !== null) {
      this.#front.accept(socket, rest);
      return;
    }
    this.#early.delete(socket);
    const connection = this.#http1(clientInfo(socket, peer, null), () => false);
    connection.open(Wire.adopt(socket, connection, this.#worker.buffers), rest);
  }

  /** The usual case: nothing stands before the first request. */
  #openPlain(socket: net.Socket): void {
    const connection = this.#http1(clientInfo(socket, null, null), () => false);
    connection.open(Wire.accept(socket, connection, this.#worker.buffers), null);
  }

  /** A handshake is through. */
  openSecure(socket: TLSSocket, info: SecureInfo): void {
    const front = this.#front;
    if (front === null) throw new Error('a secure connection without a front stage');
    const { _parent: plain } = socket as TLSSocket & { readonly _parent?: net.Socket };
    const peer = (plain === undefined ? null : this.#early.get(plain)) ?? null;
    if (plain !== undefined) this.#early.delete(plain);
    const client = clientInfo(socket, peer, info);
    const misdirected = (host: string) => front.misdirected(info, host);
    if (info.alpn !== 'h2') {
      const connection = this.#http1(client, misdirected);
      connection.open(Wire.adopt(socket, connection, this.#worker.buffers), null);
      return;
    }
    const connection = new Http2Connection(this.#host(client, misdirected), client);
    this.#connections.add(connection);
    const wire = Wire.adopt(socket, connection, this.#worker.buffers);
    connection.open(wire);
    wire.start();
  }

  #http1(client: ClientInfo, misdirected: (host: string) => boolean): Http1Connection {
    const connection = new Http1Connection(this.#host(client, misdirected), client);
    this.#connections.add(connection);
    return connection;
  }

  #host(client: ClientInfo, misdirected: (host: string) => boolean): ConnectionHost {
    const host: ConnectionHost = {
      worker: this.#worker,
      misdirected,
      closed: (connection) => {
        this.#connections.delete(connection);
        this.#gone();
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

  #gone(): void {
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
    port: peer?.port ?? socket.remotePort ?? 0,
    localAddress: peer?.localAddress ?? plainAddress(socket.localAddress ?? ''),
    localPort: peer?.localPort ?? socket.localPort ?? 0,
    secure: info !== null,
    serverName: info?.serverName ?? '',
    tlsVersion: info?.tlsVersion ?? '',
    tlsCipher: info?.cipher ?? '',
    tlsSessionId: '',
  };
}

/** An IPv4 address without the form that a dual-stack socket gives it. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
