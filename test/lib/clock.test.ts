import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../src/lib/clock.ts';

test('systemClock.now() is one clock for all threads', async () => {
  const source = new URL('../../src/lib/clock.ts', import.meta.url).href;
  const before = systemClock.now();
  const worker = new Worker(
    `import(${JSON.stringify(source)}).then(({ systemClock }) => require('node:worker_threads').parentPort.postMessage(systemClock.now()))`,
    { eval: true },
  );
  const [there] = (await once(worker, 'message')) as [number];
  const after = systemClock.now();
  assert.ok(before <= there && there <= after, `${before} ≤ ${there} ≤ ${after}`);
});
