import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gather } from '../../src/lib/gather.ts';

/** A clock with timers that fire when it is moved. */
function fakeTime() {
  let now = 0;
  const timers = new Set<{ atMs: number; run: () => void }>();
  return {
    now: () => now,
    setTimer: (run: () => void, delayMs: number) => {
      const timer = { atMs: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms: number) {
      const end = now + ms;
      for (;;) {
        const next = [...timers].filter((timer) => timer.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        timers.delete(next);
        now = next.atMs;
        next.run();
      }
      now = end;
    },
  };
}

test('Gather runs at once for an event after 40 ms of quiet', () => {
  const time = fakeTime();
  const runs: number[] = [];
  const gather = new Gather(time, () => runs.push(time.now()));
  gather.event();
  time.advance(40);
  gather.event();
  assert.deepEqual(runs, [0, 40]);
});

test('Gather waits for 20 ms of quiet in a burst', () => {
  const time = fakeTime();
  const runs: number[] = [];
  const gather = new Gather(time, () => runs.push(time.now()));
  for (let i = 0; i < 4; i++) {
    gather.event();
    time.advance(10);
  }
  time.advance(100);
  assert.deepEqual(runs, [0, 50]);
});

test('Gather runs every 100 ms while a burst does not end', () => {
  const time = fakeTime();
  const runs: number[] = [];
  const gather = new Gather(time, () => runs.push(time.now()));
  for (let i = 0; i <= 50; i++) {
    gather.event();
    time.advance(10);
  }
  time.advance(200);
  assert.equal(runs[0], 0);
  for (let i = 1; i < runs.length; i++) {
    const gap = (runs[i] as number) - (runs[i - 1] as number);
    assert.ok(gap <= 130, `a gap of ${gap} ms`);
  }
});

test('Gather.close() forgets what has gathered', () => {
  const time = fakeTime();
  let runs = 0;
  const gather = new Gather(time, () => runs++);
  gather.event();
  gather.event();
  gather.close();
  time.advance(1000);
  assert.equal(runs, 1);
});
