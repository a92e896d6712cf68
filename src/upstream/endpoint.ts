import type { ConnectionOptions } from 'node:tls';
import { type Endpoint, endpointName } from '../snapshot/upstream.ts';
import { ENDPOINT_CELL } from '../workers/cells.ts';
import { UpstreamConnection } from './connection.ts';
import { Http2UpstreamConnection } from './http2-connection.ts';
import type { UpstreamEvents, UpstreamPool } from './pool.ts';
import type { PooledConnection } from './pooled-connection.ts';
import type { ProxyError } from './proxy-error.ts';

const FAILURES_BEFORE_REST = 3;
const REST_MS = 5000;

/**
 * One address of an upstream in one worker, with its connections that can take a request: of HTTP/1.1 the idle ones
 * as a stack, of HTTP/2 all, the oldest first, so that few are filled before others are opened.
 */
export class LiveEndpoint {
  readonly pool: UpstreamPool;
  readonly address: Endpoint;
  readonly name: string;
  /** Slot of its cells, shared by all upstreams that have this address. */
  slot: number;
  /** Taken out of the upstream: connections in use are not pooled again. */
  gone = false;
  /** Of this worker. */
  connections = 0;
  readonly #idle: PooledConnection[] = [];
  #session: Buffer | undefined = undefined;
  #failures = 0;
  #restsUntilMs = 0;

  constructor(pool: UpstreamPool, address: Endpoint, slot: number) {
    this.pool = pool;
    this.address = address;
    this.name = endpointName(address);
    this.slot = slot;
  }

  /** The idle connection that was used last, which leaves the stack; or an HTTP/2 one with room, which stays; or null. */
  takeIdle(): PooledConnection | null {
    if (!this.pool.multiplexed) return this.#idle.pop() ?? null;
    for (const connection of this.#idle) if (connection.idle) return connection;
    return null;
  }

  get hasIdle(): boolean {
    return this.#idle.length > 0;
  }

  open(): PooledConnection {
    this.connections++;
    this.pool.connections++;
    if (!this.pool.multiplexed) return new UpstreamConnection(this);
    const connection = new Http2UpstreamConnection(this);
    this.#idle.push(connection);
    return connection;
  }

  /**
   * Options of `tls.connect`, with the session of an earlier connection to this address under these same
   * settings: a resumed handshake verifies no certificate, so a session goes nowhere else (tls.md).
   */
  tlsOptions(): ConnectionOptions {
    const { tlsOptions } = this.pool;
    return this.#session === undefined ? tlsOptions : { ...tlsOptions, session: this.#session };
  }

  keepSession(session: Buffer): void {
    this.#session = session;
  }

  /** Takes a connection back after a clean exchange; one of HTTP/2, when it can take a request again. */
  release(connection: PooledConnection): void {
    connection.idleSinceMs = this.pool.runtime.wheel.now;
    if (!this.pool.multiplexed) this.#idle.push(connection);
    this.pool.runtime.watch.arm();
    this.pool.connectionIdle(this);
  }

  /** A connection is about to close or has closed. Called more than once for the same one. */
  forget(connection: PooledConnection): void {
    const at = this.#idle.lastIndexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  closed(): void {
    this.connections--;
  }

  closeIdle(): void {
    for (const connection of this.#idle.slice()) connection.close();
  }

  /** Requests in flight over all workers. */
  get active(): number {
    return this.pool.runtime.cells.sum(this.slot, ENDPOINT_CELL.active);
  }

  connected(): void {
    this.pool.runtime.events.upstreamConnect('ok');
    this.#failures = 0;
    this.#restsUntilMs = 0;
  }

  /** Three connects in a row that failed: passed over for 5 s, if the pool can spare it (availability.md). */
  connectFailed(error: ProxyError): void {
    this.pool.runtime.events.upstreamConnect(outcomeOf(error));
    this.pool.runtime.cells.add(this.slot, ENDPOINT_CELL.connectFailures, 1);
    this.#failures++;
    if (this.#failures >= FAILURES_BEFORE_REST && this.pool.mayRest(this)) {
      this.#restsUntilMs = this.pool.runtime.wheel.now + REST_MS;
    }
  }

  get rests(): boolean {
    return this.#restsUntilMs > this.pool.runtime.wheel.now;
  }
}

function outcomeOf(error: ProxyError): Parameters<UpstreamEvents['upstreamConnect']>[0] {
  switch (error.code) {
    case 'connection_refused':
      return 'refused';
    case 'connection_timeout':
      return 'timeout';
    case 'tls_certificate_error':
    case 'tls_protocol_error':
    case 'tls_alert_received':
      return 'tls';
    default:
      return 'failed';
  }
}
