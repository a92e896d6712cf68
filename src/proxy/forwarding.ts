import type { ResponseHead } from '../http1/message.ts';
import { type Lending, OWNED, type Wire, type WireHandler } from '../lib/wire.ts';
import type { LiveBackend } from '../router/live-route.ts';
import type { Forward } from '../snapshot/virtual-host.ts';
import type { Attempt, AttemptListener, AttemptRequest } from '../upstream/attempt.ts';
import type { LiveEndpoint } from '../upstream/endpoint.ts';
import type { UpstreamPool } from '../upstream/pool.ts';
import type { PooledConnection } from '../upstream/pooled-connection.ts';
import { badResponse, NO_ENDPOINT, OVERFLOW, type ProxyError } from '../upstream/proxy-error.ts';
import { ENDPOINT_CELL, UPSTREAM_CELL } from '../workers/cells.ts';
import { BAD_REQUEST, type Failure, fail, INTERNAL, relayedHead, relaySwitch } from './answer.ts';
import type { RequestSink } from './downstream.ts';
import type { Exchange } from './exchange.ts';
import { RESPONSE_TIMEOUT } from './forward-deadlines.ts';
import { ForwardRetries } from './forward-retries.ts';
import { mirror } from './mirror.ts';
import { isIdempotent } from './retry.ts';
import { Tunnel } from './tunnel.ts';

const UNWRITABLE = badResponse('http_protocol_error', 'a field that cannot be written');

/** A request as it goes to every attempt. */
export interface ForwardedRequest extends AttemptRequest {
  readonly target: string;
}

/** One exchange on its way through an upstream: attempts, retries, deadlines, flow in both directions. */
export class Forwarding extends ForwardRetries implements AttemptListener, RequestSink {
  readonly #backend: LiveBackend;
  readonly #request: ForwardedRequest;
  #trailers: readonly string[] | null = null;
  #attempt: Attempt | null = null;
  /** It waits until the client takes more of the answer. */
  #answerWaits = false;
  #endpoint: LiveEndpoint | null = null;
  #leaveQueue: (() => void) | null = null;

  constructor(
    exchange: Exchange,
    action: Forward,
    backend: LiveBackend,
    pool: UpstreamPool,
    request: ForwardedRequest,
  ) {
    super(exchange, action, pool);
    this.#backend = backend;
    this.#request = request;
  }

  /** @param sink Takes the client's body: this one, or what decodes it for this one. */
  start(sink: RequestSink = this): void {
    const { cells } = this.exchange.worker;
    cells.add(this.pool.slot, UPSTREAM_CELL.active, 1);
    cells.add(this.pool.slot, UPSTREAM_CELL.requests, 1);
    this.exchange.sink = sink;
    if (this.exchange.expectContinue && !this.requestDone) this.exchange.downstream.continueRequest();
    this.attempt(null);
    if (this.ended) return;
    if (this.requestDone) this.#mirror();
    this.scheduleNext();
  }

  // --- attempts

  protected override attempt(avoid: LiveEndpoint | null): void {
    const { worker } = this.exchange;
    const endpoint = this.pool.pick(avoid);
    if (endpoint === null) {
      this.#giveUp(NO_ENDPOINT);
      return;
    }
    this.#endpoint = endpoint;
    this.triedMs = worker.wheel.now;
    this.#obtain(endpoint);
  }

  #obtain(endpoint: LiveEndpoint): void {
    // A retry of our own accord goes by a new connection: others in the stack may be as stale as the first.
    const fresh = this.retriedAlone && !this.pool.multiplexed;
    const idle = fresh ? null : endpoint.takeIdle();
    if (idle !== null) {
      this.#reuse(idle);
      return;
    }
    if (this.pool.mayConnect(endpoint)) {
      this.#use(endpoint.open());
      return;
    }
    const other = this.pool.takeIdle();
    if (other !== null) {
      this.#reuse(other);
    } else {
      this.#leaveQueue = this.pool.wait(endpoint, (connection) => {
        this.#leaveQueue = null;
        if (connection === null) this.#giveUp(OVERFLOW);
        else this.#use(connection);
      });
      if (this.#leaveQueue === null) this.#giveUp(OVERFLOW);
    }
  }

  /** Takes an idle connection, after another look at it when the loop has not looked for a while. */
  #reuse(idle: PooledConnection): void {
    const { watch, now } = this.exchange.worker;
    if (watch.isFresh(now())) {
      this.#use(idle);
      return;
    }
    const { endpoint } = idle;
    watch.afterPoll(() => {
      if (this.ended) {
        if (idle.idle) endpoint.release(idle);
      } else if (idle.idle) this.#use(idle);
      // Others may have filled it meanwhile; and one that they opened may have room.
      else if (this.pool.multiplexed) this.#obtain(endpoint);
      else this.#use(endpoint.open());
    });
  }

  #use(connection: PooledConnection): void {
    const { worker } = this.exchange;
    const endpoint = connection.endpoint;
    const attempt = connection.begin(this, this.#request);
    if (attempt === null) {
      this.#giveUp(BAD_REQUEST);
      return;
    }
    this.#attempt = attempt;
    this.exchange.upstreamAddress = endpoint.name;
    worker.cells.add(endpoint.slot, ENDPOINT_CELL.active, 1);
    worker.cells.add(endpoint.slot, ENDPOINT_CELL.requests, 1);
    if (this.#request.bodyLength === 0) return;
    this.body.replay(attempt, OWNED);
    // A body that is in part with the kernel already can only be sent again where that is allowed.
    if (
      attempt.committed &&
      this.action.retry === null &&
      this.action.mirror === null &&
      !isIdempotent(this.#request.method)
    ) {
      this.body.drop();
    }
    if (this.requestDone) attempt.finish(this.#trailers);
    else this.exchange.downstream.resumeRequest();
  }

  /** The attempt is over; its connection takes care of itself. */
  #leave(): void {
    if (this.#attempt === null) return;
    this.exchange.worker.cells.add(this.#attempt.endpoint.slot, ENDPOINT_CELL.active, -1);
    this.#attempt = null;
  }

  /** @param done The connection has nothing more to give: it may live. */
  #abortAttempt(done = false): void {
    const attempt = this.#attempt;
    this.#leave();
    if (!done) attempt?.abort();
  }

  // --- request body

  onRequestBody(bytes: Buffer, start: number, end: number, lending: Lending): boolean {
    this.activeMs = this.exchange.worker.wheel.now;
    const attempt = this.#attempt;
    this.body.add(bytes, start, end, attempt === null);
    if (attempt === null) return false;
    return attempt.write(bytes, start, end, lending);
  }

  onRequestEnd(trailers: readonly string[] | null): void {
    this.requestDone = true;
    this.#trailers = trailers;
    this.requestDoneMs = this.exchange.worker.wheel.now;
    this.#attempt?.finish(trailers);
    this.#mirror();
    this.scheduleNext();
  }

  onWritable(): void {
    this.takesBody();
    this.exchange.downstream.resumeRequest();
  }

  whenRequestLeft(callback: () => void): void {
    if (this.#attempt === null) callback();
    else this.#attempt.whenDrained(callback);
  }

  onRequestRefused(failure: Failure): void {
    if (!this.ended) this.expire(failure);
  }

  onClientGone(): void {
    if (this.ended) return;
    this.exchange.flags ||= 'DC';
    this.exchange.error ??= 'client_disconnected';
    this.#abortAttempt();
    this.#end();
  }

  #mirror(): void {
    const { mirror: target } = this.action;
    if (target === null || !this.body.replayable) return;
    const { worker } = this.exchange;
    if (target.percent < 100 && worker.random() * 100 >= target.percent) return;
    mirror(worker, {
      upstream: target.upstream,
      exchange: this.exchange,
      target: this.#request.target,
      body: this.body,
    });
  }

  // --- response

  onInterim(head: ResponseHead): void {
    // The gateway says 100 itself.
    if (head.status !== 100) this.exchange.downstream.inform(head.status, head.headers);
  }

  onResponse(
    head: ResponseHead,
    bytes: Buffer,
    start: number,
    end: number,
    lending: Lending,
    done: boolean,
  ): void {
    const exchange = this.exchange;
    if (this.retriesAnswer(head)) {
      this.#abortAttempt(done);
      this.retryLater(this.#endpoint);
      return;
    }
    this.responding = true;
    this.activeMs = exchange.worker.wheel.now;
    exchange.bytesSent += end - start;
    let failure: Failure | null = null;
    try {
      exchange.upstreamLocalAddress = this.#attempt?.localAddress ?? '';
      const answer = relayedHead(exchange, head, this.#backend.responseFilters);
      if (!exchange.downstream.respond(answer, bytes, start, end, lending, done)) failure = UNWRITABLE;
    } catch (error) {
      exchange.worker.bug(error);
      failure = INTERNAL;
    }
    if (failure === null) {
      this.#flow(done);
      return;
    }
    this.responding = false;
    exchange.responseStatus = 0;
    this.#abortAttempt(done);
    this.#giveUp(failure);
  }

  onBody(bytes: Buffer, start: number, end: number, lending: Lending, done: boolean): void {
    this.activeMs = this.exchange.worker.wheel.now;
    this.exchange.bytesSent += end - start;
    this.exchange.downstream.write(bytes, start, end, lending, done);
    this.#flow(done);
  }

  onTrailers(trailers: readonly string[]): void {
    this.exchange.responseTrailers = trailers;
    this.exchange.downstream.end(trailers);
    this.#flow(true);
  }

  #flow(done: boolean): void {
    if (this.ended) return;
    if (done) {
      this.#leave();
      this.#end();
      return;
    }
    const { downstream } = this.exchange;
    if (downstream.drained || this.#answerWaits) return;
    const attempt = this.#attempt;
    this.#answerWaits = true;
    attempt?.pause();
    downstream.whenDrained(() => {
      this.#answerWaits = false;
      this.activeMs = this.exchange.worker.wheel.now;
      if (attempt === this.#attempt) attempt?.resume();
    });
  }

  whenBodyLeft(callback: () => void): void {
    this.exchange.downstream.whenDrained(callback);
  }

  onSwitch(head: ResponseHead, wire: Wire, rest: Buffer): WireHandler {
    const exchange = this.exchange;
    relaySwitch(exchange, head, this.#backend.responseFilters);
    exchange.sink = null;
    exchange.worker.wheel.cancel(this);
    return new Tunnel(exchange, wire, {
      rest,
      idleMs: this.action.timeouts.idleMs,
      onEnd: () => {
        this.#leave();
        this.#end();
      },
    }).upstreamHandler;
  }

  onFailure(error: ProxyError): void {
    const failed = this.#attempt?.endpoint ?? null;
    this.#leave();
    if (this.ended) return;
    if (this.responding) {
      this.exchange.error = error.code;
      this.exchange.flags ||= error.flags;
      this.exchange.downstream.abort();
      this.#end();
      return;
    }
    if (!this.retries(error, failed, this.#request.method)) this.#giveUp(error);
  }

  // --- ends

  #giveUp(failure: Failure | ProxyError): void {
    if (this.ended) return;
    const exchange = this.exchange;
    this.#end(false);
    exchange.error = failure.code;
    fail(exchange, failure, failure.status === 503 ? ['retry-after', '1'] : []);
  }

  /** @param finish False: an answer of our own follows. */
  #end(finish = true): void {
    if (this.ended) return;
    this.ended = true;
    const { worker } = this.exchange;
    worker.wheel.cancel(this);
    this.endRetries();
    this.#leaveQueue?.();
    worker.cells.add(this.pool.slot, UPSTREAM_CELL.active, -1);
    this.exchange.sink = null;
    if (finish) this.exchange.finish();
  }

  protected override expire(failure: Failure | ProxyError): void {
    this.#abortAttempt();
    if (!this.responding) {
      this.#giveUp(failure);
      return;
    }
    this.exchange.error = failure.code;
    this.exchange.flags ||= failure.flags;
    this.exchange.downstream.abort();
    this.#end();
  }

  protected override expireTry(): void {
    this.#attempt?.abort();
    this.onFailure(RESPONSE_TIMEOUT);
  }

  protected override get trying(): boolean {
    return this.#attempt !== null;
  }
}
