import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Delta } from '../../src/snapshot/snapshot.ts';
import type { ConfigDelta } from '../../src/workers/current-state.ts';
import { slotShift } from '../../src/workers/memory-layout.ts';
import type { ListenerAddress } from '../../src/workers/protocol.ts';
import { SharedMemory } from '../../src/workers/shared-memory.ts';
import { WorkerThread } from '../../src/workers/worker-thread.ts';
import { delta, host, remove, set, upstream } from './deltas.ts';

const HOSTS_CELL = 100;
const ANY: readonly ListenerAddress[] = [{ name: 'http', address: '127.0.0.1', port: 0 }];

/** Seat 0 of two, with what the pool would hear of it. It ends with the test. */
function startThread(context: TestContext, entry = './worker-fixture.ts') {
  const memory = new SharedMemory(2);
  const progress: string[] = [];
  const exits: string[] = [];
  const failures: string[] = [];
  let wake = (): void => {};
  const thread = new WorkerThread(
    {
      index: 0,
      entry: new URL(entry, import.meta.url),
      memory,
      heartbeatMs: 20,
      extra: null,
      resourceLimits: {},
    },
    {
      onProgress: ({ acknowledged, rejected }) => {
        progress.push(rejected === 0 ? `${acknowledged}` : `${acknowledged}, not ${rejected}`);
        wake();
      },
      onListening: () => wake(),
      onListenFailed: (_, error) => {
        failures.push(error);
        wake();
      },
      onLog: () => {},
      onKeysWanted: () => {},
      onNote: () => {},
      onExit: (_, reason) => {
        exits.push(reason);
        wake();
      },
    },
  );
  context.after(() => thread.close(0));
  return {
    memory,
    thread,
    progress,
    exits,
    failures,
    send: (change: ConfigDelta, slots: Partial<Delta['slots']> = {}) =>
      thread.send({ ...change, slots: { set: [], remove: [], ...slots } }),
    /** Resolves when it holds; it is looked at whenever something was heard. */
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

test('WorkerThread has one delta on its way and merges those that come meanwhile', async (context) => {
  const { thread, memory, progress, send, until } = startThread(context);
  send(delta(1, { hosts: set(host('a')) }));
  send(delta(2, { hosts: set(host('b')) }));
  send(delta(3, { hosts: set(host('c')) }));
  send(delta(4, { hosts: remove('b') }));
  assert.equal(thread.behind, true);
  await until(() => !thread.behind);
  assert.deepEqual(progress, ['1', '4']);
  assert.equal(memory.metric(0, HOSTS_CELL), 2);
});

test('WorkerThread sends what was rejected again, merged into the next', async (context) => {
  const { thread, memory, progress, send, until } = startThread(context);
  send(delta(1));
  await until(() => !thread.behind);
  send(delta(2, { hosts: set(host('throw-0'), host('kept')) }));
  await until(() => thread.rejected === 2);
  assert.equal(thread.behind, true, 'the worker lacks it');
  assert.match(thread.error ?? '', /cannot use this table/);
  send(delta(3, { hosts: remove('throw-0') }));
  await until(() => !thread.behind);
  assert.deepEqual(progress, ['1', '1, not 2', '3']);
  assert.equal(thread.error, null);
  assert.equal(memory.metric(0, HOSTS_CELL), 1);
});

test('WorkerThread sends what was rejected at once with what waited behind it', async (context) => {
  const { thread, progress, send, until } = startThread(context);
  send(delta(1));
  await until(() => !thread.behind);
  send(delta(2, { hosts: set(host('throw-0')) }));
  send(delta(3, { hosts: remove('throw-0') }));
  await until(() => !thread.behind);
  assert.deepEqual(progress, ['1', '1, not 2', '3']);
});

test('WorkerThread sends pages that were added with the delta that needs them', async (context) => {
  const { thread, memory, send, until } = startThread(context);
  send(delta(1));
  const slot = 1 << slotShift(2);
  memory.reserve(slot + 1);
  send(delta(2, { upstreams: set(upstream('ns/web/80')) }), { set: [['upstream:ns/web/80', slot]] });
  await until(() => !thread.behind);
  assert.equal(memory.sum(slot, 4), 1);
});

test('WorkerThread tells that it cannot listen, and close() ends it', async (context) => {
  const { thread, exits, failures, until } = startThread(context);
  thread.listen([{ name: 'http', address: '192.0.2.1', port: 0 }]);
  await until(() => failures.length > 0);
  assert.match(failures[0] ?? '', /EADDRNOTAVAIL/);
  assert.equal(thread.state, 'binding');
  await thread.close(5000);
  assert.deepEqual([thread.state, exits], ['exited', ['ended by itself']]);
  await Promise.all([thread.listening, thread.drained]);
  await thread.close(0);
});

test('drain() and close() do not wait for a thread that hangs', async (context) => {
  const { thread, exits, send, until } = startThread(context);
  send(delta(1));
  thread.listen(ANY);
  await thread.listening;
  assert.equal(thread.state, 'serving');
  await until(() => !thread.behind);
  send(delta(2, { hosts: set(host('hang-0')) }));
  await thread.drain({ delayMs: 0, timeoutMs: 5 }, 5);
  assert.equal(thread.state, 'draining');
  await thread.close(5);
  assert.deepEqual(exits, ['did not close in time']);
});

test('WorkerThread tells once how a thread ended, with the stack of its error', async (context) => {
  const { thread, exits, until } = startThread(context, './no-such-file.ts');
  await until(() => exits.length > 0);
  assert.equal(exits.length, 1);
  assert.match(exits[0] ?? '', /Cannot find module .*no-such-file/);
  assert.equal(thread.state, 'exited');
});
