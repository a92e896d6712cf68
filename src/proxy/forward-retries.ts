import type { ResponseHead } from '../http1/message.ts';
import { Alarm } from '../lib/timer-wheel.ts';
import type { Forward } from '../snapshot/virtual-host.ts';
import type { LiveEndpoint } from '../upstream/endpoint.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import type { ProxyError } from '../upstream/proxy-error.ts';
import { UPSTREAM_CELL } from '../workers/cells.ts';
import type { Exchange } from './exchange.ts';
import { ForwardDeadlines } from './forward-deadlines.ts';
import { RequestBody } from './request-body.ts';
import { backoffMs, isIdempotent, retriesFailure, retriesResponse } from './retry.ts';

/** By `ProxyError.retry`, for the metric. */
const REASONS = {
  move: 'refused_stream',
  refused: 'refused_stream',
  safe: 'connect',
  idempotent: 'reused_connection',
  never: 'policy',
} as const;
/** How often a request may be moved that its upstream never took: connections of a server that leaves, one by one. */
const MAX_MOVES = 3;

/**
 * Whether and when an exchange that is forwarded is tried once more (availability.md, Retries). A base of
 * `Forwarding` and not a part of it, since a request shall not cost another object.
 */
export abstract class ForwardRetries extends ForwardDeadlines {
  protected readonly pool: UpstreamPool;
  protected readonly body: RequestBody;
  protected retriedAlone = false;
  #moves = 0;
  #retries = 0;
  #retrying = false;
  /** The wait before a retry by policy. */
  #delay: Alarm | null = null;

  constructor(exchange: Exchange, action: Forward, pool: UpstreamPool) {
    super(exchange, action);
    this.pool = pool;
    this.body = new RequestBody();
  }

  /** Begins another attempt. @param avoid Not at this endpoint, where there is another one. */
  protected abstract attempt(avoid: LiveEndpoint | null): void;

  /**
   * The attempt failed before its answer began.
   *
   * @param failed Where.
   * @returns Whether another one has begun or will.
   */
  protected retries(error: ProxyError, failed: LiveEndpoint | null, method: string): boolean {
    // It was never taken: to send it elsewhere is no more work for anybody.
    const moves = error.retry === 'move' && this.#moves < MAX_MOVES && this.body.replayable;
    if (moves || (this.#isSafe(error, method) && !this.retriedAlone && this.#admitted())) {
      if (moves) this.#moves++;
      else this.#countAlone();
      this.exchange.worker.recorder.retry(REASONS[error.retry]);
      this.attempt(failed);
      return true;
    }
    const { retry } = this.action;
    if (retry === null || !retriesFailure(retry, error) || !this.#admittedByPolicy()) return false;
    this.retryLater(failed);
    return true;
  }

  /** As `retries`, for an answer that the route's policy does not want to give. */
  protected retriesAnswer(head: ResponseHead): boolean {
    const { retry } = this.action;
    return retry !== null && retriesResponse(retry, head) && this.#admittedByPolicy();
  }

  /** Tries again by policy, after a while. */
  protected retryLater(avoid: LiveEndpoint | null): void {
    const { worker } = this.exchange;
    this.#retries++;
    worker.recorder.retry('policy');
    this.#count();
    this.#delay = new Alarm(() => this.attempt(avoid));
    worker.wheel.schedule(this.#delay, backoffMs(this.#retries, worker.random()));
  }

  /** The exchange is over. */
  protected endRetries(): void {
    const { cells, wheel } = this.exchange.worker;
    if (this.#delay !== null) wheel.cancel(this.#delay);
    if (this.#retrying) cells.add(this.pool.slot, UPSTREAM_CELL.activeRetries, -1);
  }

  #isSafe(error: ProxyError, method: string): boolean {
    return error.retry === 'idempotent' ? isIdempotent(method) : error.retry !== 'never';
  }

  #admitted(): boolean {
    if (!this.body.replayable) return false;
    const admitted = this.#retrying || this.pool.admitsRetry();
    if (!admitted) this.exchange.worker.recorder.retryRefused();
    return admitted;
  }

  #admittedByPolicy(): boolean {
    return this.#retries < (this.action.retry?.count ?? 0) && this.#admitted();
  }

  #countAlone(): void {
    this.retriedAlone = true;
    this.#count();
  }

  #count(): void {
    const { cells } = this.exchange.worker;
    cells.add(this.pool.slot, UPSTREAM_CELL.retries, 1);
    if (this.#retrying) return;
    this.#retrying = true;
    cells.add(this.pool.slot, UPSTREAM_CELL.activeRetries, 1);
  }
}
