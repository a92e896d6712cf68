import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TlsRefusal } from '../../src/proxy/tls/tls-front.ts';
import { PROXY_ERROR_CODES } from '../../src/snapshot/error-codes.ts';
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
} from '../../src/telemetry/metric-cells.ts';
import { METRIC_CELLS, METRIC_GAUGES } from '../../src/workers/cells.ts';

/** Cells that each block takes, as its writers and readers count them. */
const SIZES: Readonly<Record<keyof typeof METRIC, number>> = {
  connections: LISTENERS.length,
  tunnels: 1,
  loopDelayMs: 1,
  requests: LISTENERS.length * STATUS_LABELS.length,
  durationBuckets: LISTENERS.length * DURATION_BUCKETS,
  durationSumMs: LISTENERS.length,
  receivedBytes: LISTENERS.length,
  sentBytes: LISTENERS.length,
  accepted: LISTENERS.length,
  refused: LISTENERS.length * REFUSAL_REASONS.length,
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
};
const GAUGES: readonly string[] = ['connections', 'tunnels', 'loopDelayMs'];

test('METRIC gives each block cells that no other has, in the part of its kind', () => {
  const owners = new Map<number, string>();
  for (const [name, first] of Object.entries(METRIC)) {
    const size = SIZES[name as keyof typeof METRIC];
    for (let cell = first; cell < first + size; cell++) {
      assert.equal(owners.get(cell), undefined, `cell ${cell} belongs to ${name} too`);
      owners.set(cell, name);
      assert.equal(cell < METRIC_GAUGES, GAUGES.includes(name), `${name} at ${cell}`);
      assert.ok(cell < METRIC_CELLS, `${name} at ${cell}`);
    }
  }
});

test('STATUS_LABELS names each label once: none, the classes, and codes that have a meaning', () => {
  assert.equal(new Set(STATUS_LABELS).size, STATUS_LABELS.length);
  assert.deepEqual(STATUS_LABELS.slice(0, 6), ['0', '1xx', '2xx', '3xx', '4xx', '5xx']);
  for (const label of STATUS_LABELS.slice(6)) assert.match(label, /^[1-5]\d\d$/);
  for (const code of ['200', '301', '404', '421', '429', '503'])
    assert.ok(STATUS_LABELS.includes(code), code);
  for (const code of ['420', '427', '430', '499', '599']) assert.ok(!STATUS_LABELS.includes(code), code);
});

test('DURATION_BOUNDS_MS rise, and one more bucket takes what is above', () => {
  assert.deepEqual(
    [...DURATION_BOUNDS_MS],
    [...DURATION_BOUNDS_MS].sort((a, b) => a - b),
  );
  assert.equal(new Set(DURATION_BOUNDS_MS).size, DURATION_BOUNDS_MS.length);
  assert.equal(DURATION_BUCKETS, DURATION_BOUNDS_MS.length + 1);
});

test('TLS_OUTCOMES has every refusal of the TLS front stage', () => {
  // A refusal that is added there fails to compile here until it is named.
  const refusals: Readonly<Record<TlsRefusal, true>> = {
    'not-tls': true,
    'no-name': true,
    'unknown-name': true,
    deadline: true,
    'handshake-failed': true,
    renamed: true,
    'client-certificate': true,
    closed: true,
  };
  const outcomes: ReadonlySet<string> = new Set(TLS_OUTCOMES);
  assert.deepEqual(
    Object.keys(refusals).filter((refusal) => !outcomes.has(refusal)),
    [],
  );
});
