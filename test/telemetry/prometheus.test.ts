import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRIC_FAMILIES, type MetricsSource, renderMetrics } from '../../src/telemetry/prometheus.ts';
import { Recorder } from '../../src/telemetry/recorder.ts';
import { SharedMemory } from '../../src/workers/shared-memory.ts';
import { openCells } from '../../src/workers/worker-cells.ts';
import type { WorkerInfo } from '../../src/workers/worker-info.ts';

function info(index: number): WorkerInfo {
  return {
    index,
    threadId: index + 1,
    state: 'serving',
    version: 7,
    error: null,
    startedAtMs: 0,
    restarts: 0,
    heartbeatAgeMs: 50,
  };
}

function source(parts: Partial<MetricsSource> = {}): MetricsSource {
  return {
    sum: () => 1,
    of: () => 2,
    version: '0.1.0',
    ready: true,
    workers: [info(0), info(1)],
    workerRestarts: 3,
    sizes: {
      version: 7,
      hosts: 1,
      routes: 5000,
      upstreams: 3,
      endpointSets: 4,
      endpoints: 5,
      certificates: 6,
    },
    slots: { used: 10, resting: 1, missing: 0 },
    log: { writtenLines: 100, droppedLines: 4, waitingBytes: 9 },
    process: { cpuSeconds: 1.5, residentBytes: 1e8, startedSeconds: 1e9, openFiles: 20, maxFiles: 1024 },
    ...parts,
  };
}

test('renderMetrics() shows what the recorders of all workers counted', () => {
  const memory = new SharedMemory(2);
  const recorders = [0, 1].map((seat) => new Recorder(openCells(memory.handle(), seat)));
  for (const recorder of recorders) {
    recorder.request(true, 503, 4, 100, 200);
    recorder.error('destination_unavailable');
    recorder.connectionOpened(false);
    recorder.logDropped(3);
  }
  recorders[1]?.loopDelay(250);
  const text = renderMetrics(
    source({ sum: (cell) => memory.sumMetric(cell), of: (seat, cell) => memory.metric(seat, cell) }),
  );
  for (const line of [
    'sluice_requests_total{listener="https",code="503"} 2',
    'sluice_request_duration_seconds_bucket{listener="https",le="0.0025"} 0',
    'sluice_request_duration_seconds_bucket{listener="https",le="0.005"} 2',
    'sluice_request_duration_seconds_sum{listener="https"} 0.008',
    'sluice_request_duration_seconds_count{listener="http"} 0',
    'sluice_request_received_bytes_total{listener="https"} 200',
    'sluice_response_sent_bytes_total{listener="https"} 400',
    'sluice_errors_total{error="destination_unavailable"} 2',
    'sluice_errors_total{error="dns_error"} 0',
    'sluice_connections{listener="http"} 2',
    'sluice_worker_connections{worker="1"} 1',
    'sluice_worker_loop_delay_seconds{worker="1"} 0.25',
    'sluice_worker_up{worker="0"} 1',
    'sluice_worker_restarts_total 3',
    'sluice_config_objects{kind="routes"} 5000',
    'sluice_shared_memory_slots{state="used"} 10',
    'sluice_access_log_dropped_lines_total{at="worker"} 6',
    'sluice_access_log_dropped_lines_total{at="writer"} 4',
    'process_cpu_seconds_total 1.5',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
  assert.ok(!text.includes('code="200"'), 'statuses that never occurred are left out');
});

test('renderMetrics() stays below 1,000 series, every status and error seen, with 16 workers', () => {
  const workers = Array.from({ length: 16 }, (_, index) => info(index));
  const series = renderMetrics(source({ workers }))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  assert.ok(series.length < 1000, `${series.length} series`);
  assert.equal(
    new Set(series.map((line) => line.slice(0, line.lastIndexOf(' ')))).size,
    series.length,
    'no series twice',
  );
});

test('renderMetrics() writes lines that Prometheus can read, and each family once', () => {
  const text = renderMetrics(source());
  const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
  const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"';
  const line = new RegExp(`^(?:# (?:HELP|TYPE) ${name} .+|${name}(?:\\{${label}(?:,${label})*\\})? \\S+)$`);
  for (const part of text.trimEnd().split('\n')) assert.match(part, line);
  const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, type]) => type);
  assert.deepEqual(
    types,
    METRIC_FAMILIES.map((family) => family.name),
  );
});

test('renderMetrics() adds families of other rooms', () => {
  const family = { name: 'sluice_more', type: 'gauge' as const, help: 'More.', labels: [] };
  assert.ok(
    renderMetrics(source(), [{ family, samples: [{ labels: [], value: 1 }] }]).endsWith('sluice_more 1\n'),
  );
});
