import type { ResponseHead } from '../http1/message.ts';
import { requestHead } from '../http1/write.ts';
import { Timed } from '../lib/timer-wheel.ts';
import { OWNED, type Wire, type WireHandler } from '../lib/wire.ts';
import type { Attempt, AttemptListener } from '../upstream/attempt.ts';
import { ENDPOINT_CELL, UPSTREAM_CELL } from '../workers/cells.ts';
import type { Exchange } from './exchange.ts';
import { http2Request } from './http2-request.ts';
import type { RequestBody } from './request-body.ts';
import type { WorkerContext } from './worker-context.ts';

const DEADLINE_MS = 15_000;

/**
 * Sends a copy of a complete request to another upstream and throws its answer away. Bodies that were too long
 * to be kept are not mirrored, nor is anything when that upstream is at a limit: the copy never slows the
 * original down.
 */
export function mirror(
  worker: WorkerContext,
  copy: {
    readonly upstream: string;
    readonly exchange: Exchange;
    readonly target: string;
    readonly body: RequestBody;
  },
): void {
  const { exchange, body } = copy;
  const pool = worker.pools.get(copy.upstream);
  const endpoint = pool?.admitsRequest === true ? pool.pick(null) : null;
  if (pool === undefined || endpoint === null || exchange.upgrade !== null) return;
  const parts = {
    method: exchange.method,
    target: copy.target,
    authority: shadow(exchange.upstreamAuthority),
    headers: exchange.requestHeaders,
    bodyLength: exchange.bodyLength,
    upgrade: null,
    teTrailers: false,
  };
  const head = pool.multiplexed ? '' : requestHead(parts);
  if (head === null) return;
  const connection = endpoint.takeIdle() ?? (pool.mayConnect(endpoint) ? endpoint.open() : null);
  if (connection === null) return;
  const discard = new Discard();
  const attempt = connection.begin(discard, {
    method: exchange.method,
    head,
    fields: pool.multiplexed ? http2Request(pool.upstream, parts) : null,
    bodyLength: exchange.bodyLength,
    upgrade: false,
  });
  if (attempt === null) return;
  const cells = worker.cells;
  cells.add(pool.slot, UPSTREAM_CELL.active, 1);
  cells.add(pool.slot, UPSTREAM_CELL.requests, 1);
  cells.add(endpoint.slot, ENDPOINT_CELL.active, 1);
  discard.discards(attempt, () => {
    worker.wheel.cancel(discard);
    cells.add(pool.slot, UPSTREAM_CELL.active, -1);
    cells.add(endpoint.slot, ENDPOINT_CELL.active, -1);
  });
  body.replay(attempt, OWNED);
  attempt.finish(null);
  worker.wheel.schedule(discard, DEADLINE_MS);
}

/** `-shadow` behind the host name, before a port. */
function shadow(authority: string): string {
  const colon = authority.lastIndexOf(':');
  if (colon < 0 || authority.endsWith(']')) return `${authority}-shadow`;
  return `${authority.slice(0, colon)}-shadow${authority.slice(colon)}`;
}

/** Reads an answer to its end and forgets it. */
class Discard extends Timed implements AttemptListener {
  #attempt: Attempt | null = null;
  #onEnd: (() => void) | null = null;

  /** It has begun. @param onEnd Called once. */
  discards(attempt: Attempt, onEnd: () => void): void {
    this.#attempt = attempt;
    this.#onEnd = onEnd;
  }

  onInterim(): void {}

  onResponse(
    _head: ResponseHead,
    _bytes: Buffer,
    _start: number,
    _end: number,
    _lending: number,
    done: boolean,
  ): void {
    if (done) this.#end();
  }

  onBody(_bytes: Buffer, _start: number, _end: number, _lending: number, done: boolean): void {
    if (done) this.#end();
  }

  onTrailers(): void {
    this.#end();
  }

  onSwitch(_head: ResponseHead, wire: Wire): WireHandler {
    wire.destroy();
    this.#end();
    return { onBytes() {}, onEnd() {}, onClose() {} };
  }

  onFailure(): void {
    this.#end();
  }

  onWritable(): void {}

  whenBodyLeft(callback: () => void): void {
    callback();
  }

  override onDeadline(): void {
    this.#attempt?.abort();
    this.#end();
  }

  #end(): void {
    const onEnd = this.#onEnd;
    this.#onEnd = null;
    onEnd?.();
  }
}
