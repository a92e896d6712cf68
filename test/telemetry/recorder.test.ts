import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DURATION_BOUNDS_MS,
  DURATION_BUCKETS,
  METRIC,
  STATUS_LABELS,
} from '../../src/telemetry/metric-cells.ts';
import { Recorder } from '../../src/telemetry/recorder.ts';
import { METRIC_GAUGES } from '../../src/workers/cells.ts';
import { SharedMemory } from '../../src/workers/shared-memory.ts';
import { openCells } from '../../src/workers/worker-cells.ts';

function makeRecorder(): { recorder: Recorder; cell: (index: number) => number; changed: () => number[] } {
  const cells = openCells(new SharedMemory(1).handle(), 0);
  const { metrics } = cells;
  return {
    recorder: new Recorder(cells),
    cell: (index) => metrics[index] ?? Number.NaN,
    changed: () => [...metrics.keys()].filter((index) => metrics[index] !== 0),
  };
}

test('Recorder.request() counts by listener and status, others by class', () => {
  const cases: [number, string][] = [
    [200, '200'],
    [404, '404'],
    [499, '4xx'],
    [520, '5xx'],
    [0, '0'],
    [99, '0'],
    [700, '0'],
    [-1, '0'],
    [Number.NaN, '0'],
  ];
  for (const [status, label] of cases) {
    const { recorder, cell } = makeRecorder();
    recorder.request(true, status, 1, 10, 20);
    assert.equal(cell(METRIC.requests + STATUS_LABELS.length + STATUS_LABELS.indexOf(label)), 1, `${status}`);
    assert.equal(cell(METRIC.receivedBytes + 1), 10);
    assert.equal(cell(METRIC.sentBytes + 1), 20);
    assert.equal(cell(METRIC.sentBytes), 0);
  }
});

test('Recorder.request() puts a duration into the bucket of the next higher bound', () => {
  const last = DURATION_BOUNDS_MS.length;
  const cases: [number, number][] = [
    [0, 0],
    [-5, 0],
    [1, 0],
    [1.01, 1],
    [60_000, last - 1],
    [60_001, last],
    [1e12, last],
  ];
  for (const [durationMs, bucket] of cases) {
    for (const secure of [false, true]) {
      const { recorder, cell } = makeRecorder();
      recorder.request(secure, 200, durationMs, 0, 0);
      assert.equal(
        cell(METRIC.durationBuckets + Number(secure) * DURATION_BUCKETS + bucket),
        1,
        `${durationMs}`,
      );
      assert.equal(cell(METRIC.durationSumMs + Number(secure)), Math.max(0, durationMs));
    }
  }
});

test('Recorder writes each event to cells of its own', () => {
  const events: [string, (recorder: Recorder) => void][] = [
    ['refused', (recorder) => recorder.refused(false, 400)],
    ['error', (recorder) => recorder.error('dns_timeout')],
    ['last error', (recorder) => recorder.error('client_disconnected')],
    ['connectionRefused', (recorder) => recorder.connectionRefused(false, 'limit')],
    ['last connectionRefused', (recorder) => recorder.connectionRefused(true, 'untrusted')],
    ['connectionFault', (recorder) => recorder.connectionFault(1)],
    ['last connectionFault', (recorder) => recorder.connectionFault(11)],
    ['handshake', (recorder) => recorder.handshake('full')],
    ['last handshake', (recorder) => recorder.handshake('closed')],
    ['retry', (recorder) => recorder.retry('connect')],
    ['last retry', (recorder) => recorder.retry('policy')],
    ['retryRefused', (recorder) => recorder.retryRefused()],
    ['upstreamConnect', (recorder) => recorder.upstreamConnect('ok')],
    ['last upstreamConnect', (recorder) => recorder.upstreamConnect('failed')],
    ['upstreamReuse', (recorder) => recorder.upstreamReuse()],
    ['surplus', (recorder) => recorder.surplus(5)],
    ['exception', (recorder) => recorder.exception()],
    ['logDropped', (recorder) => recorder.logDropped(2)],
  ];
  const seen = new Map<number, string>();
  for (const [name, event] of events) {
    const { recorder, changed } = makeRecorder();
    event(recorder);
    const [cell = -1, ...more] = changed();
    assert.deepEqual(more, [], name);
    assert.ok(cell >= METRIC_GAUGES, `${name} is a counter`);
    assert.equal(seen.get(cell), undefined, `${name} has the cell of ${seen.get(cell)}`);
    seen.set(cell, name);
  }
});

test('Recorder keeps what is open among the gauges, which a death clears', () => {
  const { recorder, cell } = makeRecorder();
  for (let count = 0; count < 2; count++) recorder.connectionOpened(true);
  recorder.connectionClosed(true);
  recorder.tunnelOpened();
  recorder.loopDelay(3);
  assert.equal(cell(METRIC.connections + 1), 1);
  assert.equal(cell(METRIC.accepted + 1), 2);
  assert.equal(cell(METRIC.tunnels), 1);
  assert.equal(cell(METRIC.loopDelayMs), 3);
  recorder.tunnelClosed();
  assert.equal(cell(METRIC.tunnels), 0);
  for (const gauge of [METRIC.connections + 1, METRIC.tunnels, METRIC.loopDelayMs])
    assert.ok(gauge < METRIC_GAUGES);
});
