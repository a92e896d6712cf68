import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { ToPool, ToWorker, WorkerStart } from '../../src/workers/protocol.ts';
import { SharedMemory } from '../../src/workers/shared-memory.ts';
import type { SlotChanges } from '../../src/workers/slots.ts';
import { connectToPool, MAX_LOG_ON_THE_WAY_BYTES } from '../../src/workers/worker-side.ts';
import { delta, host, set } from './deltas.ts';

const BATCH_BYTES = 1 << 20;

/** A thread of `channel-fixture.ts` and the bare channel to it. */
function startWorker(context: TestContext, fails: 'listen' | 'drain' | 'close' | null = null) {
  const memory = new SharedMemory(2);
  memory.openSeat(1, 0);
  const workerData: WorkerStart = { index: 1, memory: memory.handle(), heartbeatMs: 5, extra: fails };
  const worker = new Worker(new URL('./channel-fixture.ts', import.meta.url), { workerData });
  context.after(() => worker.terminate());
  const received: ToPool[] = [];
  const send = (message: ToWorker): void => worker.postMessage(message);
  worker.on('message', (message: ToPool) => received.push(message));
  return {
    memory,
    worker,
    send,
    sendDelta(version: number, options: { slots?: Partial<SlotChanges>; hosts?: number } = {}): void {
      const hosts = set(...Array.from({ length: options.hosts ?? 0 }, (_, index) => host(`h${index}`)));
      const slots = { set: [], remove: [], ...options.slots };
      send({ kind: 'delta', delta: { ...delta(version, { hosts }), certificates: set(), slots }, pages: [] });
    },
    /** The messages up to the first of a kind, which is taken out with them. */
    async until(kind: ToPool['kind']): Promise<ToPool[]> {
      for (;;) {
        const found = received.findIndex((message) => message.kind === kind);
        if (found >= 0) return received.splice(0, found + 1);
        await once(worker, 'message');
      }
    },
  };
}

/** What the fixture said of a delta. */
function noted(messages: readonly ToPool[]) {
  return messages.flatMap((message) => (message.kind === 'note' ? [message.fields] : []));
}

test('connectToPool() throws outside a worker thread', () => {
  const handlers = { onDelta() {}, onListen: async () => [], onDrain: async () => {}, onClose() {} };
  assert.throws(() => connectToPool(handlers), /must run in a worker thread of the pool/);
});

test('sendLog() takes 8 MiB that nobody fetched, then refuses until the main thread took some', async (context) => {
  const { memory, sendDelta, until } = startWorker(context);
  const most = MAX_LOG_ON_THE_WAY_BYTES / BATCH_BYTES;
  assert.equal(most, 8);
  sendDelta(1, { hosts: 2 });
  const first = await until('acknowledged');
  assert.deepEqual(noted(first), [{ slot: -1, taken: `${most},0` }]);
  const batches = first.flatMap((message) => (message.kind === 'log' ? [message.batch.byteLength] : []));
  assert.deepEqual(batches, new Array(most).fill(BATCH_BYTES), 'what was refused was not sent');
  memory.takeLog(1, 2 * BATCH_BYTES - 1);
  sendDelta(2, { hosts: 1 });
  assert.deepEqual(noted(await until('acknowledged')), [{ slot: -1, taken: '1' }], 'a byte too few for two');
  memory.takeLog(1, 1);
  sendDelta(3, { hosts: 1 });
  assert.deepEqual(noted(await until('acknowledged')), [{ slot: -1, taken: '1' }]);
  memory.takeLog(0, 100 * BATCH_BYTES);
  sendDelta(4, { hosts: 1 });
  assert.deepEqual(noted(await until('acknowledged')), [{ slot: -1, taken: '0' }], "another worker's log");
});

test('connectToPool() knows new names before the table that uses them, and old ones until it has gone', async (context) => {
  const { sendDelta, until } = startWorker(context);
  sendDelta(1, { slots: { set: [['upstream:x', 3]] } });
  assert.deepEqual(noted(await until('acknowledged')), [{ slot: 3, taken: '' }]);
  sendDelta(2, { slots: { remove: ['upstream:x'] } });
  assert.deepEqual(noted(await until('acknowledged')), [{ slot: 3, taken: '' }]);
  sendDelta(3);
  assert.deepEqual(noted(await until('acknowledged')), [{ slot: -1, taken: '' }]);
});

test('connectToPool() keeps the names of a table that a rejected delta would have removed', async (context) => {
  const { sendDelta, until } = startWorker(context);
  sendDelta(1, { slots: { set: [['upstream:x', 3]] } });
  await until('acknowledged');
  sendDelta(-2, { slots: { remove: ['upstream:x'] } });
  const [rejected] = await until('rejected');
  assert.ok(rejected?.kind === 'rejected');
  assert.equal(rejected.version, -2);
  assert.match(rejected.error, /cannot use this table\n +at /, 'with its stack');
  sendDelta(3);
  assert.deepEqual(noted(await until('acknowledged')), [{ slot: 3, taken: '' }]);
});

test('connectToPool() says with which addresses it listens, or why it cannot', async (context) => {
  const listeners = [{ name: 'http', address: '127.0.0.1', port: 80 }];
  const good = startWorker(context);
  good.send({ kind: 'listen', listeners });
  assert.deepEqual(await good.until('listening'), [{ kind: 'listening', listeners }]);
  const bad = startWorker(context, 'listen');
  bad.send({ kind: 'listen', listeners });
  const [failed] = await bad.until('listen-failed');
  assert.match(failed?.kind === 'listen-failed' ? failed.error : '', /no such address/);
});

test('connectToPool() says that it drained, also when draining failed', async (context) => {
  const { send, until } = startWorker(context, 'drain');
  send({ kind: 'drain', options: { delayMs: 0, timeoutMs: 0 } });
  const [note] = await until('drained');
  assert.ok(note?.kind === 'note');
  assert.equal(note.level, 'error');
  assert.match(String(note.fields.error), /a bug in draining/);
});

test('connectToPool() gives signs of life until it is closed, and then the thread ends', async (context) => {
  const { memory, worker, send, sendDelta, until } = startWorker(context);
  let beats = 0;
  for (let version = 1, last = 0; beats < 3; version++) {
    sendDelta(version);
    await until('acknowledged');
    const beat = memory.heartbeat(1);
    if (beat > last) beats++;
    last = beat;
  }
  assert.equal(memory.heartbeat(0), 0, "another worker's seat");
  send({ kind: 'close' });
  const [code] = await once(worker, 'exit');
  assert.equal(code, 0);
});

test('connectToPool() ends a thread whose close fails', async (context) => {
  const { worker, send } = startWorker(context, 'close');
  const failed = once(worker, 'error');
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  send({ kind: 'close' });
  const [error] = await failed;
  assert.match(String(error), /a bug in closing/);
  assert.equal(await ended, 1);
});
