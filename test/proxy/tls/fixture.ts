import type { AddressInfo, Socket } from 'node:net';
import net from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import tls from 'node:tls';
import { silentLogger } from '../../../src/lib/logger.ts';
import type { SetTimer } from '../../../src/lib/set-timer.ts';
import { ProxyHeaderReader } from '../../../src/proxy/proxy-protocol.ts';
import type { SecureInfo } from '../../../src/proxy/tls/tls-choice.ts';
import type { TlsFront, TlsRefusal } from '../../../src/proxy/tls/tls-front.ts';
import { createTlsFront } from '../../../src/proxy/tls/tls-front.ts';
import type { Certificate, Settings } from '../../../src/snapshot/snapshot.ts';
import type { TlsPolicy } from '../../../src/snapshot/virtual-host.ts';
import { certificateFor, testAuthority } from '../../support/tls.ts';

/** Settings as `config.ts` has them, as far as TLS is concerned. */
export const SETTINGS: Settings = {
  mergeSlashes: true,
  trustedHops: 0,
  serverHeader: 'overwrite',
  requestHeadBytes: 61_440,
  requestHeaders: 100,
  maxRequestsPerConnection: 0,
  maxConnectionsPerListener: 0,
  maxConnectionsPerAddress: 0,
  headTimeoutMs: 10_000,
  requestTimeoutMs: 0,
  connectionIdleMs: 60_000,
  streamIdleMs: 300_000,
  maxConnectionMs: 0,
  delayedCloseMs: 1000,
  flushTimeoutMs: 60_000,
  tlsMinVersion: 'TLSv1.2',
  tlsMaxVersion: 'TLSv1.3',
  tls12Ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
  defaultCertificate: null,
};

/** Timers that fire when the test says so, in order of their time; `nowMs` follows. */
export class ManualTimers {
  nowMs: number;
  readonly #waiting = new Map<symbol, { readonly atMs: number; readonly run: () => void }>();

  constructor(nowMs = 0) {
    this.nowMs = nowMs;
  }

  readonly setTimer: SetTimer = (run, delayMs) => {
    const id = Symbol();
    this.#waiting.set(id, { atMs: this.nowMs + delayMs, run });
    return () => this.#waiting.delete(id);
  };

  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      let next: [symbol, { readonly atMs: number; readonly run: () => void }] | null = null;
      for (const entry of this.#waiting) {
        if (entry[1].atMs <= endMs && (next === null || entry[1].atMs < next[1].atMs)) next = entry;
      }
      if (next === null) break;
      this.#waiting.delete(next[0]);
      this.nowMs = next[1].atMs;
      next[1].run();
    }
    this.nowMs = endMs;
  }
}

export function policy(certificate: string, bounds: Partial<TlsPolicy> = {}): TlsPolicy {
  return { certificate, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', clients: null, ...bounds };
}

/** A certificate of the test authority. */
export async function issue(name: string, names: readonly string[]): Promise<Certificate> {
  return { name, ...(await certificateFor(...names)) };
}

export interface Accepted {
  readonly socket: TLSSocket;
  readonly info: SecureInfo;
  readonly remotePort: number | undefined;
}

export interface BenchOptions {
  readonly secret?: Uint8Array;
  readonly settings?: Partial<Settings>;
  /** A PROXY header is read from each connection first. */
  readonly proxyProtocol?: boolean;
}

/** A front stage behind a real listener. Secure connections echo what they get. */
export class Bench {
  readonly front: TlsFront;
  readonly timers = new ManualTimers(Date.UTC(2030, 0, 1, 5));
  readonly accepted: Accepted[] = [];
  readonly refused: TlsRefusal[] = [];
  readonly #server: net.Server;
  readonly #ca: string;
  readonly #plain = new Set<Socket>();
  readonly #clients = new Set<Socket>();
  readonly #waiting: (() => void)[] = [];

  static async start(options: BenchOptions = {}): Promise<Bench> {
    const bench = new Bench((await testAuthority()).certificate, options);
    await new Promise<void>((resolve) => bench.#server.listen(0, '127.0.0.1', resolve));
    return bench;
  }

  private constructor(ca: string, options: BenchOptions) {
    this.#ca = ca;
    this.front = createTlsFront({
      settings: { ...SETTINGS, ...options.settings },
      ticketSecret: options.secret ?? new Uint8Array(32).fill(7),
      clock: { now: () => this.timers.nowMs, wall: () => this.timers.nowMs },
      logger: silentLogger,
      setTimer: this.timers.setTimer,
      onConnection: (socket, info) => {
        socket.on('error', () => {});
        socket.on('data', (bytes) => socket.write(bytes));
        socket.on('end', () => socket.end());
        this.accepted.push({ socket, info, remotePort: socket.remotePort });
        this.#wake();
      },
      onRefused: (reason) => {
        this.refused.push(reason);
        this.#wake();
      },
    });
    this.#server = net.createServer(
      { pauseOnConnect: true, allowHalfOpen: true, noDelay: true },
      (socket) => {
        this.#plain.add(socket);
        socket.once('close', () => this.#plain.delete(socket));
        if (options.proxyProtocol === true) this.#readProxyHeader(socket);
        else this.front.accept(socket, null);
        this.#wake();
      },
    );
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when `condition` holds; it is looked at whenever something happened at the front stage. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** A TLS client; rejects with the error that ends its handshake. */
  connect(servername: string | null, options: ConnectionOptions = {}): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const client = tls.connect({
        host: '127.0.0.1',
        port: this.port,
        ca: this.#ca,
        ...(servername === null ? { checkServerIdentity: () => undefined } : { servername }),
        ...options,
      });
      this.#clients.add(client);
      client.on('error', reject);
      client.once('close', () => reject(new Error('closed')));
      client.once('secureConnect', () => resolve(client));
    });
  }

  /** Connects and waits for the server's side, which comes up later in TLS 1.3. */
  async secure(servername: string | null, options: ConnectionOptions = {}) {
    const client = await this.connect(servername, options);
    const find = () => this.accepted.find(({ remotePort }) => remotePort === client.localPort);
    await this.until(() => find() !== undefined);
    const { socket, info } = find() as Accepted;
    return { client, socket, info };
  }

  /** A plain client. */
  async dial(): Promise<Socket> {
    const client = net.connect({ host: '127.0.0.1', port: this.port, allowHalfOpen: true });
    this.#clients.add(client);
    client.on('error', () => {});
    await new Promise<void>((resolve) => client.once('connect', resolve));
    return client;
  }

  async close(): Promise<void> {
    this.front.close();
    const sockets = [...this.#clients, ...this.#plain];
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #readProxyHeader(socket: Socket): void {
    const reader = new ProxyHeaderReader();
    const onData = (bytes: Buffer): void => {
      if (reader.push(bytes) === 'more') return;
      socket.off('data', onData);
      socket.pause();
      this.front.accept(socket, reader.rest);
      this.#wake();
    };
    socket.on('data', onData);
    socket.resume();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** Sends a text over a connection and waits for its echo. */
export function echo(client: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const onData = (bytes: Buffer): void => {
      got += bytes.toString();
      if (got.length < text.length) return;
      client.off('data', onData);
      resolve(got);
    };
    client.on('data', onData);
    client.once('error', reject);
    client.write(text);
  });
}

/** All that a plain client receives until the other side ends. */
export function drain(client: Socket): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    client.on('data', (bytes: Buffer) => parts.push(bytes));
    client.once('end', () => resolve(Buffer.concat(parts)));
    client.once('close', () => resolve(Buffer.concat(parts)));
  });
}

/** The first flight of Node's own TLS client. */
export function recordClientHello(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = net.createServer((socket) => {
      socket.once('data', (bytes: Buffer) => {
        resolve(bytes);
        client.destroy();
        socket.destroy();
        server.close();
      });
      socket.on('error', () => {});
    });
    let client: TLSSocket;
    server.listen(0, '127.0.0.1', () => {
      client = tls.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ...options });
      client.on('error', () => {});
    });
  });
}
