import { PROXY_ERROR_CODES, type ProxyErrorCode } from '../snapshot/error-codes.ts';
import type { Cells } from '../workers/cells.ts';
import {
  CONNECT_OUTCOMES,
  CONNECTION_FAULTS,
  type ConnectOutcome,
  DURATION_BOUNDS_MS,
  DURATION_BUCKETS,
  METRIC,
  REFUSAL_REASONS,
  RETRY_REASONS,
  type RefusalReason,
  type RetryReason,
  STATUS_LABELS,
  TLS_OUTCOMES,
  type TlsOutcome,
} from './metric-cells.ts';

/** By status code: its place in `STATUS_LABELS`. */
const STATUS_INDEX = Uint16Array.from({ length: 600 }, (_, status) => {
  const own = STATUS_LABELS.indexOf(String(status));
  return own >= 0 ? own : Math.floor(status / 100);
});

const ERROR_INDEX: ReadonlyMap<string, number> = new Map(
  PROXY_ERROR_CODES.map((code, index) => [code, index]),
);

/**
 * Counts what happens in one worker, by plain adds to its own cells: no allocation, no atomics, callable
 * from the hot path. Exactly one for each worker.
 */
export class Recorder {
  readonly #cells: Float64Array;

  constructor(cells: Cells) {
    this.#cells = cells.metrics;
  }

  /**
   * One finished request.
   *
   * @param status 0 when the client got no answer.
   * @param bytesIn Of the request's body.
   * @param bytesOut Of the answer's body.
   */
  request(secure: boolean, status: number, durationMs: number, bytesIn: number, bytesOut: number): void {
    const listener = Number(secure);
    this.refused(secure, status);
    let bucket = 0;
    while (bucket < DURATION_BOUNDS_MS.length && durationMs > (DURATION_BOUNDS_MS[bucket] as number))
      bucket++;
    this.#add(METRIC.durationBuckets + listener * DURATION_BUCKETS + bucket, 1);
    if (durationMs > 0) this.#add(METRIC.durationSumMs + listener, durationMs);
    this.#add(METRIC.receivedBytes + listener, bytesIn);
    this.#add(METRIC.sentBytes + listener, bytesOut);
  }

  /** A request whose head was refused while it was parsed: counted by its status alone. */
  refused(secure: boolean, status: number): void {
    this.#add(METRIC.requests + Number(secure) * STATUS_LABELS.length + (STATUS_INDEX[status] ?? 0), 1);
  }

  /** A request failed, or was answered by the gateway with an error. */
  error(code: ProxyErrorCode): void {
    const index = ERROR_INDEX.get(code);
    if (index !== undefined) this.#add(METRIC.errors + index, 1);
  }

  /** A client connection was accepted; `connectionClosed` follows once. */
  connectionOpened(secure: boolean): void {
    this.#add(METRIC.accepted + Number(secure), 1);
    this.#add(METRIC.connections + Number(secure), 1);
  }

  connectionClosed(secure: boolean): void {
    this.#add(METRIC.connections + Number(secure), -1);
  }

  /** A client connection was closed at once. */
  connectionRefused(secure: boolean, reason: RefusalReason): void {
    const first = METRIC.refused + Number(secure) * REFUSAL_REASONS.length;
    this.#add(first + REFUSAL_REASONS.indexOf(reason), 1);
  }

  /** An HTTP/2 connection of a client was ended with this error code of RFC 9113 §7. */
  connectionFault(code: number): void {
    if (code >= 1 && code <= CONNECTION_FAULTS.length) this.#add(METRIC.connectionFaults + code - 1, 1);
  }

  handshake(outcome: TlsOutcome): void {
    this.#add(METRIC.tlsHandshakes + TLS_OUTCOMES.indexOf(outcome), 1);
  }

  tunnelOpened(): void {
    this.#add(METRIC.tunnels, 1);
  }

  tunnelClosed(): void {
    this.#add(METRIC.tunnels, -1);
  }

  retry(reason: RetryReason): void {
    this.#add(METRIC.retries + RETRY_REASONS.indexOf(reason), 1);
  }

  /** A retry was due, but a circuit breaker or the budget forbade it. */
  retryRefused(): void {
    this.#add(METRIC.retriesRefused, 1);
  }

  upstreamConnect(outcome: ConnectOutcome): void {
    this.#add(METRIC.upstreamConnects + CONNECT_OUTCOMES.indexOf(outcome), 1);
  }

  /** A request went out on a connection that had served another. */
  upstreamReuse(): void {
    this.#add(METRIC.upstreamReuses, 1);
  }

  /** Bytes came from an upstream that nobody asked for (http1.md, last section). */
  surplus(bytes: number): void {
    this.#add(METRIC.surplusBytes, bytes);
  }

  /** An exception: our own bug. */
  exception(): void {
    this.#add(METRIC.exceptions, 1);
  }

  /** Lines of the access log that never left this worker. */
  logDropped(lines: number): void {
    this.#add(METRIC.logDroppedLines, lines);
  }

  /** How late the loop was at its last timer. */
  loopDelay(lateMs: number): void {
    this.#cells[METRIC.loopDelayMs] = lateMs;
  }

  #add(cell: number, amount: number): void {
    this.#cells[cell] = (this.#cells[cell] as number) + amount;
  }
}
