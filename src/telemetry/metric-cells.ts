import { PROXY_ERROR_CODES } from '../snapshot/error-codes.ts';
import { METRIC_CELLS, METRIC_GAUGES } from '../workers/cells.ts';

/** The two listeners, as labels; in cells of both the plain one comes first. */
export const LISTENERS = ['http', 'https'] as const;

/** How a TLS handshake ended: a full one, a resumed one, or why it did not succeed. */
export const TLS_OUTCOMES = [
  'full',
  'resumed',
  'not-tls',
  'no-name',
  'unknown-name',
  'deadline',
  'handshake-failed',
  'renamed',
  'client-certificate',
  'closed',
] as const;
export type TlsOutcome = (typeof TLS_OUTCOMES)[number];

/** Why a client connection was closed at once: too many, too many of its address, or no trusted proxy. */
export const REFUSAL_REASONS = ['limit', 'address', 'untrusted'] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Why an HTTP/2 connection of a client was ended, by error code of RFC 9113 §7 from 1 on. */
export const CONNECTION_FAULTS = [
  'protocol_error',
  'internal_error',
  'flow_control_error',
  'settings_timeout',
  'stream_closed',
  'frame_size_error',
  'refused_stream',
  'cancel',
  'compression_error',
  'connect_error',
  'enhance_your_calm',
] as const;

/** Why another attempt was made (availability.md, Retries). */
export const RETRY_REASONS = ['connect', 'reused_connection', 'refused_stream', 'policy'] as const;
export type RetryReason = (typeof RETRY_REASONS)[number];

/** How opening a connection to an endpoint ended. */
export const CONNECT_OUTCOMES = ['ok', 'refused', 'timeout', 'tls', 'failed'] as const;
export type ConnectOutcome = (typeof CONNECT_OUTCOMES)[number];

/** Upper bounds of the buckets of request durations, in milliseconds; one more takes what is above. */
export const DURATION_BOUNDS_MS = [
  1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000,
] as const;

/** Status codes of their own (the IANA registry); others are counted by class, so labels stay few. */
const REGISTERED = [
  [100, 104],
  [200, 208],
  [226, 226],
  [300, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
] as const;

/** Values of the label `code`: `0` stands for no answer, `4xx` for codes that are not registered. */
export const STATUS_LABELS: readonly string[] = [
  '0',
  '1xx',
  '2xx',
  '3xx',
  '4xx',
  '5xx',
  ...REGISTERED.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))),
];

/** Buckets of one listener's histogram. */
export const DURATION_BUCKETS = DURATION_BOUNDS_MS.length + 1;

/** The first cell of each block of the fixed cells; blocks by listener hold one part for each listener. */
export const METRIC = layOut(
  { connections: 2, tunnels: 1, loopDelayMs: 1 },
  {
    requests: 2 * STATUS_LABELS.length,
    durationBuckets: 2 * DURATION_BUCKETS,
    durationSumMs: 2,
    receivedBytes: 2,
    sentBytes: 2,
    accepted: 2,
    refused: 2 * REFUSAL_REASONS.length,
    errors: PROXY_ERROR_CODES.length,
    tlsHandshakes: TLS_OUTCOMES.length,
    retries: RETRY_REASONS.length,
    retriesRefused: 1,
    upstreamConnects: CONNECT_OUTCOMES.length,
    upstreamReuses: 1,
    surplusBytes: 1,
    exceptions: 1,
    logDroppedLines: 1,
    connectionFaults: CONNECTION_FAULTS.length,
  },
);

/** Places blocks one after the other: gauges, which a worker's death clears, then counters. */
function layOut<G extends string, C extends string>(
  gauges: Readonly<Record<G, number>>,
  counters: Readonly<Record<C, number>>,
): Readonly<Record<G | C, number>> {
  const cells: Record<string, number> = {};
  const place = (blocks: Readonly<Record<string, number>>, from: number, end: number): void => {
    let next = from;
    for (const [name, size] of Object.entries(blocks)) {
      cells[name] = next;
      next += size;
    }
    if (next > end) throw new RangeError(`Metric cells: ${next} are needed, ${end} are there`);
  };
  place(gauges, 0, METRIC_GAUGES);
  place(counters, METRIC_GAUGES, METRIC_CELLS);
  return cells as Record<G | C, number>;
}
