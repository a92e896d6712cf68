import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS } from '../src/config.ts';
import { ControlPlane } from '../src/control-plane.ts';
import { createGatewayView, type ViewSources } from '../src/gateway-view.ts';
import { systemClock } from '../src/lib/clock.ts';
import { silentLogger } from '../src/lib/logger.ts';
import type { KubeObject } from '../src/resources/kinds.ts';
import { StatusStore } from '../src/resources/status.ts';
import { Store } from '../src/resources/store.ts';
import { AccessLogWriter } from '../src/telemetry/access-log-writer.ts';
import { UPSTREAM_CELL } from '../src/workers/cells.ts';
import { WorkerPool } from '../src/workers/pool.ts';
import { openCells } from '../src/workers/worker-cells.ts';
import { makeCertificate, tlsSecret } from './compile/test-certificates.ts';
import { ingress, path, rule, service } from './compile/test-objects.ts';

const WEB = 'shop/web/80';
const NOW_MS = Date.parse('2026-07-01T00:00:00Z');

/** A view of parts that serve the objects; the pool has no thread, so that the test counts for its workers. */
async function viewOf(context: TestContext, objects: readonly unknown[], parts: Partial<ViewSources> = {}) {
  const store = new Store();
  const statuses = new StatusStore();
  const pool = new WorkerPool({
    workers: 2,
    entry: new URL('./none.ts', import.meta.url),
    listeners: [],
    clock: systemClock,
    logger: silentLogger,
    onLog: () => {},
  });
  context.after(() => pool.close());
  const control = new ControlPlane({
    store,
    statuses,
    settings: DEFAULT_SETTINGS,
    compile: DEFAULT_COMPILE,
    defaultCertificate: { kind: 'none' },
    selfSigned: null,
    logger: silentLogger,
    wall: () => NOW_MS,
    send: (delta) => pool.apply(delta),
  });
  for (const object of objects) store.upsert(object as KubeObject, { rank: 1, name: 'test' });
  await control.apply();
  const view = createGatewayView({
    version: '1.2.3',
    store,
    statuses,
    control,
    pool,
    manifests: {
      reports: () => [],
      originOf: ({ name }) => ({ file: `${name}.yaml`, line: 1 }),
      close: async () => {},
    },
    log: null,
    wall: () => NOW_MS,
    listeners: () => [],
    ready: () => true,
    ...parts,
  });
  return { view, pool, store, statuses };
}

const OBJECTS = [
  service('shop/web'),
  ingress('shop/web', {
    spec: { rules: [rule('a.test', path('/'))], tls: [{ hosts: ['a.test', 'b.test'], secretName: 'tls' }] },
  }),
];

test('createGatewayView() shows what is served, and where it comes from', async (context) => {
  const { view, store, statuses } = await viewOf(context, OBJECTS);
  assert.equal(view.version, '1.2.3');
  assert.deepEqual([view.store, view.statuses], [store, statuses]);
  assert.deepEqual([...view.snapshot().hosts.keys()], ['a.test']);
  assert.deepEqual(view.originOf({ kind: 'Ingress', namespace: 'shop', name: 'web' }), {
    file: 'web.yaml',
    line: 1,
  });
  assert.deepEqual(view.workers(), []);
});

test('upstreamCounters() sums what all workers counted, each number from its own cell', async (context) => {
  const { view, pool } = await viewOf(context, OBJECTS);
  const slot = pool.slots.slot(`upstream:${WEB}`);
  assert.ok(slot >= 0);
  for (const worker of [0, 1]) {
    const cells = openCells(pool.memory.handle(), worker);
    for (const cell of Object.values(UPSTREAM_CELL)) cells.add(slot, cell, 10 ** worker * (cell + 1));
  }
  const sum = (cell: number) => 11 * (cell + 1);
  assert.deepEqual(view.upstreamCounters(WEB), {
    requests: sum(UPSTREAM_CELL.requests),
    retries: sum(UPSTREAM_CELL.retries),
    active: sum(UPSTREAM_CELL.active),
    connections: sum(UPSTREAM_CELL.connections),
    surplusBytes: sum(UPSTREAM_CELL.surplusBytes),
  });
});

test('upstreamCounters() is all zeros for a name without a slot', async (context) => {
  const { view } = await viewOf(context, OBJECTS);
  const zeros = { requests: 0, retries: 0, active: 0, connections: 0, surplusBytes: 0 };
  for (const name of ['', 'shop/none/80', '__proto__'])
    assert.deepEqual(view.upstreamCounters(name), zeros, name);
});

test('certificates() warns by the hosts that each serves and by the time, and shows no key', async (context) => {
  const made = await makeCertificate({ dnsNames: ['b.test'], notAfter: new Date('2026-06-30T00:00:00Z') });
  const secret = tlsSecret('shop/tls', { 'tls.crt': made.certPem, 'tls.key': made.keyPem });
  const { view } = await viewOf(context, [...OBJECTS, secret]);
  const [only, ...others] = view.certificates();
  assert.deepEqual(others, []);
  assert.equal(only?.name, 'shop/tls');
  assert.deepEqual(only?.warnings.map(({ reason }) => reason).sort(), ['Expired', 'NameNotCovered']);
  const [, keyLine = ''] = made.keyPem.split('\n');
  assert.equal(JSON.stringify(view.certificates()).includes(keyLine), false);
});

test('metrics() tells readiness, the log and the worker of each number', async (context) => {
  const log = new AccessLogWriter({
    sink: { write: async () => {}, close: async () => {} },
    logger: silentLogger,
    now: () => 0,
  });
  log.write(new TextEncoder().encode('one\ntwo\n'));
  await log.close(1000);
  const ready = await viewOf(context, OBJECTS, { log });
  assert.match(await ready.view.metrics(), /^sluice_ready 1$/m);
  assert.match(await ready.view.metrics(), /^sluice_access_log_lines_total\S* 2$/m);
  const starting = await viewOf(context, OBJECTS, { ready: () => false });
  assert.match(await starting.view.metrics(), /^sluice_ready 0$/m);
  assert.match(await starting.view.metrics(), /^sluice_access_log_lines_total\S* 0$/m);
});
