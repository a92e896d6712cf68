import { Timed } from '../lib/timer-wheel.ts';
import type { Forward } from '../snapshot/virtual-host.ts';
import type { ProxyError } from '../upstream/proxy-error.ts';
import type { Failure } from './answer.ts';
import type { Exchange } from './exchange.ts';

const CLIENT_TIMEOUT: Failure = { status: 408, code: 'http_request_error', flags: 'SI' };
export const RESPONSE_TIMEOUT: ProxyError = {
  code: 'http_response_timeout',
  side: 'upstream',
  status: 504,
  retry: 'never',
  flags: 'UT',
  detail: 'response timeout',
};
const SLOW_WINDOW_MS = 30_000;
const SLOW_BYTES_PER_SECOND = 100;

/**
 * All deadlines of an exchange that is forwarded, as one entry of the wheel: times are noted as things happen, and
 * the nearest deadline is looked at when it is due. The base of `Forwarding` and not a part of it, since a request
 * shall not cost another object.
 */
export abstract class ForwardDeadlines extends Timed {
  protected readonly exchange: Exchange;
  protected readonly action: Forward;
  protected requestDone: boolean;
  /** The head of an answer has come, and the client gets it. */
  protected responding = false;
  protected ended = false;
  /** When the request was complete; until then, when it began. */
  protected requestDoneMs: number;
  /** The last bytes, either way. */
  protected activeMs: number;
  /** When the attempt under way began. */
  protected triedMs = 0;
  #slowFromMs: number;
  #slowFromBytes = 0;
  /** Of a gRPC call, else null. */
  #call: { readonly deadlineMs: number } | null = null;

  constructor(exchange: Exchange, action: Forward) {
    super();
    this.exchange = exchange;
    this.action = action;
    this.requestDone = exchange.bodyLength === 0;
    const { now } = exchange.worker.wheel;
    this.requestDoneMs = now;
    this.activeMs = now;
    this.#slowFromMs = now;
  }

  /**
   * The exchange is a gRPC call: its streams may be as slow as they like (http1.md J4), and its caller may have said
   * how long it waits for all of it.
   *
   * @param deadlineMs Monotonic; infinity: it did not say.
   */
  isCall(deadlineMs: number): void {
    this.#call = { deadlineMs };
  }

  /** The exchange is over. */
  protected abstract expire(failure: Failure | ProxyError): void;
  /** The attempt under way has used up its time; it has not begun to answer. */
  protected abstract expireTry(): void;
  protected abstract readonly trying: boolean;

  /** The upstream takes the body again: the client's pace counts from here on. */
  protected takesBody(): void {
    this.activeMs = this.exchange.worker.wheel.now;
    this.#slowFromMs = this.activeMs;
    this.#slowFromBytes = this.exchange.bytesReceived;
  }

  /** Sets the nearest deadline. Times that are noted later only move it back, and are seen when it is due. */
  protected scheduleNext(): void {
    if (this.ended) return;
    const { wheel } = this.exchange.worker;
    const at = this.#next();
    if (at !== Number.POSITIVE_INFINITY) wheel.schedule(this, Math.max(at - wheel.now, 0));
  }

  #next(): number {
    const { responseMs, idleMs } = this.action.timeouts;
    const { requestTimeoutMs } = this.exchange.worker.table.settings;
    const perTryMs = this.action.retry?.perTryTimeoutMs ?? 0;
    let at = idleMs > 0 ? this.activeMs + idleMs : Number.POSITIVE_INFINITY;
    if (this.requestDone) {
      if (responseMs > 0) at = Math.min(at, this.requestDoneMs + responseMs);
    } else {
      if (this.#call === null) at = Math.min(at, this.#slowFromMs + SLOW_WINDOW_MS);
      if (requestTimeoutMs > 0) at = Math.min(at, this.requestDoneMs + requestTimeoutMs);
    }
    if (perTryMs > 0 && !this.responding) at = Math.min(at, this.triedMs + perTryMs);
    if (this.#call !== null) at = Math.min(at, this.#call.deadlineMs);
    return at;
  }

  override onDeadline(nowMs: number): void {
    if (this.#call !== null && nowMs >= this.#call.deadlineMs) {
      this.expire(RESPONSE_TIMEOUT);
      return;
    }
    const { responseMs, idleMs } = this.action.timeouts;
    const { requestTimeoutMs } = this.exchange.worker.table.settings;
    const perTryMs = this.action.retry?.perTryTimeoutMs ?? 0;
    const idle = idleMs > 0 && nowMs >= this.activeMs + idleMs;
    if (this.requestDone) {
      if (idle || (responseMs > 0 && nowMs >= this.requestDoneMs + responseMs)) {
        this.expire(RESPONSE_TIMEOUT);
        return;
      }
    } else if (idle && this.exchange.downstream.requestPaused) {
      // It is the upstream that does not take what the client would send.
      this.expire(RESPONSE_TIMEOUT);
      return;
    } else if (
      idle ||
      (requestTimeoutMs > 0 && nowMs >= this.requestDoneMs + requestTimeoutMs) ||
      this.#tooSlow(nowMs)
    ) {
      this.expire(CLIENT_TIMEOUT);
      return;
    }
    if (perTryMs > 0 && !this.responding && this.trying && nowMs >= this.triedMs + perTryMs) this.expireTry();
    this.scheduleNext();
  }

  /** Below 100 B/s over 30 s while the upstream was ready to take it (http1.md J4). */
  #tooSlow(nowMs: number): boolean {
    if (this.#call !== null || nowMs < this.#slowFromMs + SLOW_WINDOW_MS) return false;
    const { exchange } = this;
    const bytes = exchange.bytesReceived - this.#slowFromBytes;
    const slow = bytes < (SLOW_BYTES_PER_SECOND * (nowMs - this.#slowFromMs)) / 1000;
    this.#slowFromMs = nowMs;
    this.#slowFromBytes = exchange.bytesReceived;
    const streaming = exchange.bodyLength < 0 && this.responding;
    return slow && !streaming && !exchange.downstream.requestPaused;
  }
}
