import { PROXY_ERROR_CODES } from '../snapshot/error-codes.ts';
import type { StateSizes } from '../workers/current-state.ts';
import type { WorkerInfo } from '../workers/worker-info.ts';
import type { AccessLogStats } from './access-log-writer.ts';
import {
  type FamilySamples,
  type Histogram,
  type MetricFamily,
  renderFamilies,
  type Sample,
} from './exposition.ts';
import {
  CONNECT_OUTCOMES,
  CONNECTION_FAULTS,
  DURATION_BOUNDS_MS,
  DURATION_BUCKETS,
  LISTENERS,
  METRIC,
  REFUSAL_REASONS,
  RETRY_REASONS,
  STATUS_LABELS,
  TLS_OUTCOMES,
} from './metric-cells.ts';
import type { ProcessSample } from './process-sample.ts';

/** Where the numbers come from; all of it on the main thread, read when Prometheus asks. */
export interface MetricsSource {
  /** A fixed cell of all workers together. */
  sum(cell: number): number;
  /** A fixed cell of one worker. */
  of(worker: number, cell: number): number;
  readonly version: string;
  readonly ready: boolean;
  readonly workers: readonly WorkerInfo[];
  readonly workerRestarts: number;
  readonly sizes: StateSizes;
  readonly slots: { readonly used: number; readonly resting: number; readonly missing: number };
  readonly log: AccessLogStats;
  readonly process: ProcessSample;
}

interface Metric extends MetricFamily {
  readonly read: (source: MetricsSource) => readonly Sample[];
}

type Options = Partial<Pick<Metric, 'type' | 'labels'>>;

/** Series by the values of one label, which lie one after the other from `cell` on. */
function cellsBy(values: readonly string[], cell: number): Metric['read'] {
  return (source) => values.map((value, index) => ({ labels: [value], value: source.sum(cell + index) }));
}

function one(read: (source: MetricsSource) => number): Metric['read'] {
  return (source) => [{ labels: [], value: read(source) }];
}

function byWorker(read: (source: MetricsSource, worker: WorkerInfo) => number): Metric['read'] {
  return (source) =>
    source.workers.map((worker) => ({ labels: [String(worker.index)], value: read(source, worker) }));
}

function metric(name: string, help: string, read: Metric['read'], options: Options = {}): Metric {
  const type = options.type ?? (name.endsWith('_total') ? 'counter' : 'gauge');
  return { name, type, help, labels: options.labels ?? [], read };
}

const LISTENER_LABEL = { labels: ['listener'] };
const WORKER_LABEL = { labels: ['worker'] };
const ALL_CONNECTIONS = LISTENERS.map((_, index) => METRIC.connections + index);

const METRICS: readonly Metric[] = [
  metric(
    'sluice_build_info',
    'Always 1; the labels name what runs.',
    ({ version }) => [{ labels: [version, process.version], value: 1 }],
    { labels: ['version', 'node'] },
  ),
  metric(
    'sluice_ready',
    '1 when /readyz answers 200.',
    one(({ ready }) => Number(ready)),
  ),

  metric('sluice_requests_total', 'Finished requests.', readRequests, { labels: ['listener', 'code'] }),
  metric(
    'sluice_request_duration_seconds',
    'From the parsed head of a request to the last byte of its answer.',
    (source) => LISTENERS.map((name, index) => ({ labels: [name], value: readDuration(source, index) })),
    { type: 'histogram', ...LISTENER_LABEL },
  ),
  metric(
    'sluice_request_received_bytes_total',
    'Bytes of request bodies.',
    cellsBy(LISTENERS, METRIC.receivedBytes),
    LISTENER_LABEL,
  ),
  metric(
    'sluice_response_sent_bytes_total',
    'Bytes of response bodies.',
    cellsBy(LISTENERS, METRIC.sentBytes),
    LISTENER_LABEL,
  ),
  metric(
    'sluice_errors_total',
    'Requests that failed or were refused by the gateway, by the error of RFC 9209.',
    cellsBy(PROXY_ERROR_CODES, METRIC.errors),
    { labels: ['error'] },
  ),
  metric(
    'sluice_exceptions_total',
    'Exceptions in the data plane: bugs of the gateway.',
    one(({ sum }) => sum(METRIC.exceptions)),
  ),

  metric(
    'sluice_connections',
    'Open client connections.',
    cellsBy(LISTENERS, METRIC.connections),
    LISTENER_LABEL,
  ),
  metric(
    'sluice_connections_accepted_total',
    'Client connections that were accepted.',
    cellsBy(LISTENERS, METRIC.accepted),
    LISTENER_LABEL,
  ),
  metric(
    'sluice_connections_refused_total',
    'Client connections that were closed at once, by reason.',
    readRefused,
    { labels: ['listener', 'reason'] },
  ),
  metric(
    'sluice_http2_connection_faults_total',
    'HTTP/2 connections of clients that were ended for what came on them, by error of RFC 9113.',
    cellsBy(CONNECTION_FAULTS, METRIC.connectionFaults),
    { labels: ['error'] },
  ),
  metric(
    'sluice_tls_handshakes_total',
    'TLS handshakes with clients, by how they ended.',
    cellsBy(TLS_OUTCOMES, METRIC.tlsHandshakes),
    { labels: ['outcome'] },
  ),
  metric(
    'sluice_tunnels',
    'Open WebSocket tunnels.',
    one(({ sum }) => sum(METRIC.tunnels)),
  ),

  metric(
    'sluice_upstream_connects_total',
    'Connections opened to endpoints, by how that ended.',
    cellsBy(CONNECT_OUTCOMES, METRIC.upstreamConnects),
    { labels: ['outcome'] },
  ),
  metric(
    'sluice_upstream_connection_reuses_total',
    'Requests sent on a connection that had served another.',
    one(({ sum }) => sum(METRIC.upstreamReuses)),
  ),
  metric(
    'sluice_upstream_surplus_bytes_total',
    'Bytes from upstreams that nobody asked for; above 0 is a broken or hostile upstream.',
    one(({ sum }) => sum(METRIC.surplusBytes)),
  ),
  metric('sluice_retries_total', 'Further attempts, by reason.', cellsBy(RETRY_REASONS, METRIC.retries), {
    labels: ['reason'],
  }),
  metric(
    'sluice_retries_refused_total',
    'Retries that a circuit breaker or the budget forbade.',
    one(({ sum }) => sum(METRIC.retriesRefused)),
  ),

  metric(
    'sluice_config_version',
    'Version of the newest configuration.',
    one(({ sizes }) => sizes.version),
  ),
  metric('sluice_config_objects', 'How much the workers serve, by kind.', readObjects, { labels: ['kind'] }),
  metric(
    'sluice_worker_up',
    '1 when the worker serves and gives signs of life.',
    byWorker((_, { state }) => Number(state === 'serving')),
    WORKER_LABEL,
  ),
  metric(
    'sluice_worker_config_version',
    'Version that the worker acknowledged last.',
    byWorker((_, { version }) => version),
    WORKER_LABEL,
  ),
  metric(
    'sluice_worker_heartbeat_age_seconds',
    'Time since the last sign of life.',
    byWorker((_, { heartbeatAgeMs }) => heartbeatAgeMs / 1000),
    WORKER_LABEL,
  ),
  metric(
    'sluice_worker_loop_delay_seconds',
    'How late the event loop of the worker was at its last timer.',
    byWorker((source, { index }) => source.of(index, METRIC.loopDelayMs) / 1000),
    WORKER_LABEL,
  ),
  metric(
    'sluice_worker_connections',
    'Open client connections of the worker.',
    byWorker((source, { index }) => ALL_CONNECTIONS.reduce((sum, cell) => sum + source.of(index, cell), 0)),
    WORKER_LABEL,
  ),
  metric(
    'sluice_worker_restarts_total',
    'Workers that died or stalled and were replaced.',
    one(({ workerRestarts }) => workerRestarts),
  ),
  metric(
    'sluice_shared_memory_slots',
    'Slots of shared memory; missing ones are names that found no room.',
    ({ slots }) => Object.entries(slots).map(([state, value]) => ({ labels: [state], value })),
    { labels: ['state'] },
  ),

  metric(
    'sluice_access_log_lines_total',
    'Lines of the access log that were written.',
    one(({ log }) => log.writtenLines),
  ),
  metric(
    'sluice_access_log_dropped_lines_total',
    'Lines of the access log that were lost, by where.',
    ({ sum, log }) => [
      { labels: ['worker'], value: sum(METRIC.logDroppedLines) },
      { labels: ['writer'], value: log.droppedLines },
    ],
    { labels: ['at'] },
  ),
  metric(
    'sluice_access_log_waiting_bytes',
    'Bytes of the access log that wait to be written.',
    one(({ log }) => log.waitingBytes),
  ),

  metric(
    'process_cpu_seconds_total',
    'Processor time of all threads.',
    one((source) => source.process.cpuSeconds),
  ),
  metric(
    'process_resident_memory_bytes',
    'Resident memory.',
    one((source) => source.process.residentBytes),
  ),
  metric(
    'process_start_time_seconds',
    'Start of the process, in seconds since 1970.',
    one((source) => source.process.startedSeconds),
  ),
  metric(
    'process_open_fds',
    'Open file descriptors.',
    one((source) => source.process.openFiles),
  ),
  metric(
    'process_max_fds',
    'Limit of open file descriptors.',
    one((source) => source.process.maxFiles),
  ),
];

/** Every family that `renderMetrics` knows by itself; docs/metrics.md is held to it. */
export const METRIC_FAMILIES: readonly MetricFamily[] = METRICS;

/**
 * Renders `/metrics`. The number of series does not depend on how much is configured.
 *
 * @param more Families of other rooms; they are listed in docs/metrics.md too.
 */
export function renderMetrics(source: MetricsSource, more: readonly FamilySamples[] = []): string {
  const own = METRICS.map((family) => ({ family, samples: family.read(source) }));
  return renderFamilies([...own, ...more]);
}

/** Codes that never occurred are left out. */
function readRequests(source: MetricsSource): readonly Sample[] {
  return LISTENERS.flatMap((listener, index) =>
    STATUS_LABELS.map((code, place) => ({
      labels: [listener, code],
      value: source.sum(METRIC.requests + index * STATUS_LABELS.length + place),
    })).filter(({ value }) => value > 0),
  );
}

function readRefused({ sum }: MetricsSource): readonly Sample[] {
  return LISTENERS.flatMap((listener, index) =>
    REFUSAL_REASONS.map((reason, place) => ({
      labels: [listener, reason],
      value: sum(METRIC.refused + index * REFUSAL_REASONS.length + place),
    })),
  );
}

function readDuration(source: MetricsSource, listener: number): Histogram {
  const first = METRIC.durationBuckets + listener * DURATION_BUCKETS;
  return {
    bounds: DURATION_BOUNDS_MS.map((bound) => bound / 1000),
    counts: Array.from({ length: DURATION_BUCKETS }, (_, index) => source.sum(first + index)),
    sum: source.sum(METRIC.durationSumMs + listener) / 1000,
  };
}

function readObjects({ sizes }: MetricsSource): readonly Sample[] {
  const { hosts, routes, upstreams, endpoints, certificates } = sizes;
  return Object.entries({ hosts, routes, upstreams, endpoints, certificates }).map(([kind, value]) => ({
    labels: [kind],
    value,
  }));
}
