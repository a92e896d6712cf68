import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemTimer } from '../../src/lib/set-timer.ts';

test('systemTimer() runs once, and not after it was cancelled', async () => {
  const runs: string[] = [];
  const cancel = systemTimer(() => runs.push('cancelled'), 0);
  cancel();
  await new Promise<void>((resolve) => {
    // The timers of ours keep no process alive; this one does.
    const alive = setTimeout(() => {}, 5000);
    systemTimer(() => {
      runs.push('run');
      clearTimeout(alive);
      resolve();
    }, 1);
  });
  cancel();
  assert.deepEqual(runs, ['run']);
});
