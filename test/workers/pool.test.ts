import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { WorkerPool } from '../../src/workers/pool.ts';
import type { PoolOptions, PoolTimes } from '../../src/workers/pool-options.ts';
import { certificate, delta, host, remove, set, upstream } from './deltas.ts';

const HOSTS_CELL = 100;
const DRAIN = { delayMs: 0, timeoutMs: 1000 };

type Overrides = Partial<Omit<PoolOptions, 'times'>> & { times?: Partial<PoolTimes> };

/** A pool of two, its log as text, and its end with the test. */
function makePool(context: { after(fn: () => Promise<void>): void }, overrides: Overrides = {}) {
  const log: string[] = [];
  const batches: string[] = [];
  const pool = new WorkerPool({
    workers: 2,
    entry: new URL('./worker-fixture.ts', import.meta.url),
    listeners: [{ name: 'http', address: '127.0.0.1', port: 0 }],
    clock: systemClock,
    logger: createLogger({ level: 'debug', format: 'text', write: (line) => log.push(line), wall: () => 0 }),
    onLog: (batch) => batches.push(Buffer.from(batch).toString()),
    ...overrides,
    times: { minBackoffMs: 10, heartbeatMs: 20, closeMs: 200, ...overrides.times },
  });
  context.after(() => pool.close());
  return { pool, log, batches };
}

/** Real threads have no fake clock: looks until it holds, for ten seconds at most. */
async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > end) assert.fail(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function ask(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    connect(port, '127.0.0.1')
      .on('data', (chunk) => {
        text += chunk;
      })
      .on('error', reject)
      .on('close', () => resolve(text));
  });
}

const versions = (pool: WorkerPool): number[] => pool.workers().map(({ version }) => version);
const states = (pool: WorkerPool): string[] => pool.workers().map(({ state }) => state);

test('WorkerPool starts its workers on one port that the first one chose', async (context) => {
  const announced: number[] = [];
  const { pool } = makePool(context, {
    onListening: (all) => announced.push(...all.map(({ port }) => port)),
  });
  await pool.start();
  const [listener] = pool.listeners();
  assert.ok(listener !== undefined && listener.port > 0);
  assert.deepEqual(announced, [listener.port]);
  assert.deepEqual(states(pool), ['serving', 'serving']);
  const seen = new Set<string>();
  await until(async () => seen.add(await ask(listener.port)).size === 2, 'both workers answer');
  assert.deepEqual([...seen].sort(), ['0', '1']);
});

test('apply() resolves when every worker acknowledged the version', async (context) => {
  const { pool } = makePool(context);
  assert.deepEqual(await pool.apply(delta(1, { hosts: set(host('a'), host('b')) })), {
    version: 1,
    acknowledgedBy: [],
    rejectedBy: [],
  });
  await pool.start();
  assert.deepEqual(versions(pool), [1, 1], 'the table is taken before listening');
  const applied = await pool.apply(delta(2, { hosts: remove('a') }));
  assert.deepEqual(applied, { version: 2, acknowledgedBy: [0, 1], rejectedBy: [] });
  assert.equal(pool.memory.sumMetric(HOSTS_CELL), 2);
  assert.throws(() => pool.apply(delta(2)), /must be above 2/);
});

test('apply() reports a worker that rejects, and its next delta holds what it lacks', async (context) => {
  const { pool } = makePool(context);
  await pool.apply(delta(1));
  await pool.start();
  const applied = await pool.apply(delta(2, { hosts: set(host('throw-1'), host('kept')) }));
  assert.deepEqual(applied, { version: 2, acknowledgedBy: [0], rejectedBy: [1] });
  assert.match(pool.workers()[1]?.error ?? '', /cannot use this table/);
  assert.deepEqual(versions(pool), [2, 1]);
  await pool.apply(delta(3, { hosts: remove('throw-1') }));
  assert.deepEqual(versions(pool), [3, 3]);
  assert.equal(pool.workers()[1]?.error, null);
  assert.equal(pool.memory.metric(1, HOSTS_CELL), 1);
});

test('WorkerPool sends key material that neither prints nor is lost', async (context) => {
  const { pool, log } = makePool(context);
  await pool.start();
  await pool.apply(delta(1, { certificates: set(certificate('ns/tls')) }));
  await until(() => log.length >= 2, 'both workers wrote a note');
  for (const line of log) assert.match(line, /ns\/tls \[redacted\] 11 worker=[01]/);
});

test('WorkerPool hands over the log of its workers', async (context) => {
  const { pool, batches } = makePool(context);
  await pool.apply(delta(1));
  await pool.start();
  await pool.apply(delta(2, { hosts: set(host('log-0')) }));
  await until(() => batches.length === 1, 'a batch came');
  assert.deepEqual(batches, ['a line\n']);
});

test('WorkerPool replaces a worker that died; its gauges are cleared, its counters stay', async (context) => {
  const { pool, log } = makePool(context);
  await pool.apply(delta(1, { hosts: set(host('a')) }));
  await pool.start();
  await pool.apply(delta(2, { upstreams: set(upstream('ns/web/80')) }));
  const slot = pool.slots.slot('upstream:ns/web/80');
  assert.equal(pool.memory.sum(slot, 0), 2);
  const died = Date.now();
  const applied = await pool.apply(delta(3, { hosts: set(host('exit-1')) }));
  assert.deepEqual(applied.acknowledgedBy, [0], 'the dead are not waited for');
  assert.equal(pool.memory.sum(slot, 0), 1, 'gauge');
  assert.equal(pool.memory.sum(slot, 4), 2, 'counter');
  await until(() => states(pool).join() === 'serving,serving', 'it is replaced');
  assert.ok(Date.now() - died < 5000);
  assert.deepEqual(versions(pool), [3, 3], 'the late joiner took the newest table first');
  assert.equal(pool.memory.metric(1, HOSTS_CELL), 2);
  assert.equal(pool.workers()[1]?.restarts, 1);
  assert.equal(pool.memory.sum(slot, 4), 3, 'the successor goes on counting');
  assert.match(log.join(''), /a worker ended and is replaced worker=1/);
});

test('WorkerPool does not wait for a silent worker, then terminates and replaces it', async (context) => {
  const { pool, log } = makePool(context, { times: { silentMs: 300, stallMs: 900 } });
  await pool.apply(delta(1));
  await pool.start();
  const before = pool.workers()[0]?.threadId;
  const applied = await pool.apply(delta(2, { hosts: set(host('hang-0')) }));
  assert.deepEqual(applied.acknowledgedBy, [1]);
  assert.equal(states(pool)[0], 'silent');
  await until(
    () => states(pool)[0] === 'serving' && pool.workers()[0]?.threadId !== before,
    'it is replaced',
  );
  assert.match(log.join(''), /stalled: no sign of life/);
});

test('apply() gives a freed slot to another name only when all workers know that it is free', async (context) => {
  const { pool } = makePool(context, { times: { silentMs: 300, stallMs: 60_000 } });
  await pool.apply(delta(1, { hosts: set(host('a', { route: 'first' })) }));
  await pool.start();
  const slot = pool.slots.slot('bucket:first');
  assert.ok(slot >= 0);
  await pool.apply(delta(2, { hosts: set(host('hang-0')) }));
  await pool.apply(delta(3, { hosts: remove('a') }));
  await pool.apply(delta(4, { hosts: set(host('b', { route: 'second' })) }));
  assert.notEqual(pool.slots.slot('bucket:second'), slot, 'the silent worker may still use it');
});

test('replace() lets the successor listen before the old worker leaves', async (context) => {
  const { pool } = makePool(context);
  await pool.apply(delta(1));
  await pool.start();
  await pool.replace(0, DRAIN);
  assert.deepEqual(
    pool.workers().map(({ index, state, version }) => ({ index, state, version })),
    [
      { index: 1, state: 'serving', version: 1 },
      { index: 2, state: 'serving', version: 1 },
    ],
  );
  await pool.replace(0, DRAIN);
  assert.equal(pool.workers().length, 2, 'a worker that is not there is not replaced');
});

test('replace() leaves the old worker in place when its successor dies before it listens', async (context) => {
  const fuses = new Int32Array(new SharedArrayBuffer(4 * 3));
  fuses[2] = 1;
  const { pool } = makePool(context, { workerData: fuses });
  await pool.apply(delta(1));
  await pool.start();
  const serving = () => pool.workers().map(({ index, state }) => `${index} ${state}`);
  const { threadId } = pool.workers()[0] ?? {};
  await pool.replace(0, DRAIN);
  assert.deepEqual([...fuses], [0, 0, 0], 'the successor died');
  assert.deepEqual(serving(), ['0 serving', '1 serving'], 'nobody waits for the seat of the dead');
  assert.equal(pool.workers()[0]?.threadId, threadId);
  assert.deepEqual((await pool.apply(delta(2))).acknowledgedBy, [0, 1]);
  await pool.replace(0, DRAIN);
  assert.deepEqual(serving(), ['1 serving', '2 serving'], 'its seat can be used again');
});

test('replace() goes on to the successor when the old worker dies meanwhile', async (context) => {
  const { pool } = makePool(context);
  await pool.apply(delta(1));
  await pool.start();
  const replaced = pool.replace(0, DRAIN);
  await pool.apply(delta(2, { hosts: set(host('exit-0')) }));
  await replaced;
  // Its seat was restarted before or after the successor listened: in either case it is empty now.
  assert.deepEqual(
    pool.workers().map(({ index, state }) => `${index} ${state}`),
    ['1 serving', '2 serving'],
  );
  assert.deepEqual(versions(pool), [2, 2]);
});

test('start() fails when a worker cannot listen', async (context) => {
  const { pool } = makePool(context, { listeners: [{ name: 'http', address: '192.0.2.1', port: 0 }] });
  await assert.rejects(pool.start(), /Cannot listen: .*EADDRNOTAVAIL/);
  assert.deepEqual(pool.workers(), []);
});

test('start() fails when a worker dies at its start', async (context) => {
  const entry = new URL('./no-such-file.ts', import.meta.url);
  const { pool } = makePool(context, { entry });
  await assert.rejects(pool.start(), /Cannot start the workers: worker \d ended: .*no-such-file/s);
});

test('drain() resolves when all workers are done; close() ends them', async (context) => {
  const { pool } = makePool(context);
  await pool.apply(delta(1));
  await pool.start();
  const [listener] = pool.listeners();
  await pool.drain(DRAIN);
  assert.deepEqual(states(pool), ['draining', 'draining']);
  await assert.rejects(ask(listener?.port ?? 0), { code: 'ECONNREFUSED' });
  await pool.close();
  assert.deepEqual(pool.workers(), []);
});
