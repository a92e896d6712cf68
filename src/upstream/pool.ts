import type tls from 'node:tls';
import type { OutputBuffers } from '../http2/frame-writer.ts';
import { Timed, type TimerWheel } from '../lib/timer-wheel.ts';
import type { ReadBuffers } from '../lib/wire.ts';
import { endpointSlot, upstreamSlot } from '../snapshot/slot-names.ts';
import { type EndpointSet, endpointName, type Upstream } from '../snapshot/upstream.ts';
import { type Cells, UPSTREAM_CELL } from '../workers/cells.ts';
import { type Balancer, createBalancer } from './balancer.ts';
import { LiveEndpoint } from './endpoint.ts';
import type { LoopWatch } from './loop-watch.ts';
import type { PooledConnection } from './pooled-connection.ts';
import { RetryBudget } from './retry-budget.ts';
import { upstreamTlsOptions } from './tls-options.ts';

/** Told what happens to connections, for the metrics. */
export interface UpstreamEvents {
  upstreamConnect(outcome: 'ok' | 'refused' | 'timeout' | 'tls' | 'failed'): void;
  /** A request goes out on a connection that has served another. */
  upstreamReuse(): void;
  /** Bytes came that nobody asked for. */
  surplus(bytes: number): void;
}

/** What the pools of one worker share. */
export interface UpstreamRuntime {
  readonly cells: Cells;
  readonly wheel: TimerWheel;
  readonly buffers: ReadBuffers;
  /** Of HTTP/2 connections. */
  readonly outputBuffers: OutputBuffers;
  readonly watch: LoopWatch;
  readonly events: UpstreamEvents;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Of an upstream that has not said yet how many it allows (http2.md, HTTP/2 upstream). */
const STREAMS_BEFORE_SETTINGS = 100;
/** So few retries at once cannot turn a fault into an overload. */
const RETRIES_WITHOUT_BUDGET = 3;

/** Waits for a connection; `ready` gets null when none may be had. */
class Waiter extends Timed {
  readonly endpoint: LiveEndpoint;
  readonly ready: (connection: PooledConnection | null) => void;
  readonly #pool: UpstreamPool;

  constructor(
    pool: UpstreamPool,
    endpoint: LiveEndpoint,
    ready: (connection: PooledConnection | null) => void,
  ) {
    super();
    this.#pool = pool;
    this.endpoint = endpoint;
    this.ready = ready;
  }

  override onDeadline(): void {
    this.#pool.giveUp(this);
  }
}

/** One upstream in one worker: its endpoints, its connections and its circuit breakers. Kept by name over swaps. */
export class UpstreamPool {
  readonly upstream: Upstream;
  readonly runtime: UpstreamRuntime;
  slot: number;
  endpoints: readonly LiveEndpoint[] = [];
  /** Its connections take many requests at once: HTTP/2. */
  readonly multiplexed: boolean;
  /** Streams that one of its HTTP/2 connections allowed last: for new ones, until they say it themselves. */
  streamsAllowed = STREAMS_BEFORE_SETTINGS;
  /** Of this worker. */
  connections = 0;
  readonly #balancer: Balancer;
  readonly #waiters: Waiter[] = [];
  readonly #budget = new RetryBudget();
  #tls: tls.ConnectionOptions | null = null;

  constructor(upstream: Upstream, runtime: UpstreamRuntime) {
    this.upstream = upstream;
    this.multiplexed = upstream.protocol !== 'http1';
    this.runtime = runtime;
    this.slot = runtime.cells.slot(upstreamSlot(upstream.name));
    this.#balancer = createBalancer(upstream.balancer, runtime.random);
  }

  /** Replaces the endpoints; those that stay keep their connections, those that go finish what they do. */
  setEndpoints(set: EndpointSet | undefined): void {
    const before = new Map(this.endpoints.map((endpoint) => [endpoint.name, endpoint]));
    const { cells } = this.runtime;
    this.slot = cells.slot(upstreamSlot(this.upstream.name));
    this.endpoints = (set?.endpoints ?? []).map((address) => {
      const name = endpointName(address);
      const kept = before.get(name);
      before.delete(name);
      const slot = cells.slot(endpointSlot(address));
      if (kept === undefined) return new LiveEndpoint(this, address, slot);
      kept.slot = slot;
      return kept;
    });
    for (const endpoint of before.values()) {
      endpoint.gone = true;
      endpoint.closeIdle();
    }
  }

  /** The endpoint for a request, not `avoid` where there is another; null when there is none. */
  pick(avoid: LiveEndpoint | null): LiveEndpoint | null {
    return this.#balancer.pick(this.endpoints, avoid);
  }

  /** Whether one more endpoint may be passed over: at most half of them, so never the last. */
  mayRest(endpoint: LiveEndpoint): boolean {
    let resting = 1;
    for (const other of this.endpoints) if (other !== endpoint && other.rests) resting++;
    return resting * 2 <= this.endpoints.length;
  }

  /** Whether the circuit breaker for requests at once lets another one in. */
  get admitsRequest(): boolean {
    return this.runtime.cells.sum(this.slot, UPSTREAM_CELL.active) < this.upstream.breaker.requests;
  }

  /** Whether another retry may run beside those under way. A raised cap needs the budget too (httpproxy.md 1.4.4). */
  admitsRetry(): boolean {
    const { cells, wheel } = this.runtime;
    const cap = this.upstream.breaker.retries;
    if (cells.sum(this.slot, UPSTREAM_CELL.activeRetries) >= cap) return false;
    if (cap <= RETRIES_WITHOUT_BUDGET) return true;
    const requests = cells.sum(this.slot, UPSTREAM_CELL.requests);
    const retries = cells.sum(this.slot, UPSTREAM_CELL.retries);
    return this.#budget.admits({ requests, retries }, wheel.now);
  }

  /** Whether a new connection to an endpoint may be opened. One for each worker is always allowed. */
  mayConnect(endpoint: LiveEndpoint): boolean {
    const { connections, perEndpointConnections } = this.upstream.breaker;
    if (perEndpointConnections > 0 && endpoint.connections >= perEndpointConnections)
      return endpoint.connections === 0;
    if (this.connections === 0) return true;
    return this.runtime.cells.sum(this.slot, UPSTREAM_CELL.connections) < connections;
  }

  /**
   * Queues for a connection to an endpoint whose breaker is at its limit.
   *
   * @returns Takes the request out of the queue, or null when the queue is full.
   */
  wait(endpoint: LiveEndpoint, ready: (connection: PooledConnection | null) => void): (() => void) | null {
    const { cells, wheel } = this.runtime;
    if (cells.sum(this.slot, UPSTREAM_CELL.pending) >= this.upstream.breaker.pendingRequests) return null;
    const waiter = new Waiter(this, endpoint, ready);
    this.#waiters.push(waiter);
    cells.add(this.slot, UPSTREAM_CELL.pending, 1);
    wheel.schedule(waiter, this.upstream.connectTimeoutMs);
    return () => this.#leave(waiter);
  }

  /** @internal The wait took too long. */
  giveUp(waiter: Waiter): void {
    this.#leave(waiter);
    waiter.ready(null);
  }

  #leave(waiter: Waiter): void {
    const at = this.#waiters.indexOf(waiter);
    if (at < 0) return;
    this.#waiters.splice(at, 1);
    this.runtime.cells.add(this.slot, UPSTREAM_CELL.pending, -1);
    this.runtime.wheel.cancel(waiter);
  }

  /** An idle connection to any endpoint, for a request that may not open one to its own; or null. */
  takeIdle(): PooledConnection | null {
    for (const endpoint of this.endpoints) {
      const connection = endpoint.takeIdle();
      if (connection !== null) return connection;
    }
    return null;
  }

  /**
   * A connection became idle: the first in the queue takes it, whichever endpoint it wanted; of HTTP/2 as many as fit. Idle connections
   * count for the breaker, so that who waited for another one could wait for ever.
   */
  connectionIdle(endpoint: LiveEndpoint): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const connection = endpoint.takeIdle();
      if (connection === null) return;
      this.#leave(waiter);
      waiter.ready(connection);
    }
  }

  /** A connection is gone: there may be room for a new one. */
  connectionClosed(endpoint: LiveEndpoint): void {
    this.connections--;
    endpoint.closed();
    const waiter = this.#waiters.find((each) => this.mayConnect(each.endpoint));
    if (waiter === undefined) return;
    this.#leave(waiter);
    // An endpoint that went while it was waited for would serve this one request only.
    const chosen = waiter.endpoint.gone ? (this.pick(null) ?? waiter.endpoint) : waiter.endpoint;
    waiter.ready(chosen.open());
    this.connectionIdle(chosen);
  }

  /** How to speak TLS to any of its endpoints. */
  get tlsOptions(): tls.ConnectionOptions {
    this.#tls ??= upstreamTlsOptions(this.upstream);
    return this.#tls;
  }

  /** Closes what is idle. What is in use finishes, and so do requests that wait: they began with this upstream. */
  close(): void {
    for (const endpoint of this.endpoints) {
      endpoint.gone = true;
      endpoint.closeIdle();
    }
  }
}
