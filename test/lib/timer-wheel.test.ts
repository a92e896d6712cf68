import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Alarm, Timed, TimerWheel } from '../../src/lib/timer-wheel.ts';

class Entry extends Timed {
  firedMs: number[] = [];
  onFire: () => void = () => {};
  override onDeadline(nowMs: number): void {
    this.firedMs.push(nowMs);
    this.onFire();
  }
}

test('TimerWheel fires an entry in the first turn at or after its time', () => {
  const wheel = new TimerWheel(20, 1000);
  const entry = new Entry();
  wheel.schedule(entry, 50);
  wheel.turn(1040);
  assert.deepEqual(entry.firedMs, []);
  wheel.turn(1060);
  wheel.turn(1080);
  assert.deepEqual(entry.firedMs, [1060]);
});

test('TimerWheel keeps an entry that is due after more than a round of the wheel', () => {
  const wheel = new TimerWheel(20, 0);
  const entry = new Entry();
  wheel.schedule(entry, 75_000);
  for (let now = 20; now < 75_000; now += 20) wheel.turn(now);
  assert.deepEqual(entry.firedMs, []);
  wheel.turn(75_000);
  assert.deepEqual(entry.firedMs, [75_000]);
});

test('TimerWheel catches up after a stall longer than a round', () => {
  const wheel = new TimerWheel(20, 0);
  const entries = [10, 5000, 20_000, 40_000].map((delayMs) => {
    const entry = new Entry();
    wheel.schedule(entry, delayMs);
    return entry;
  });
  wheel.turn(30_000);
  assert.deepEqual(
    entries.map((entry) => entry.firedMs.length),
    [1, 1, 1, 0],
  );
});

test('TimerWheel.cancel() takes an entry out, also from within the turn that would fire it', () => {
  const wheel = new TimerWheel(20, 0);
  const first = new Entry();
  const second = new Entry();
  first.onFire = () => wheel.cancel(second);
  second.onFire = () => wheel.cancel(first);
  wheel.schedule(first, 30);
  wheel.schedule(second, 30);
  wheel.turn(40);
  assert.equal(first.firedMs.length + second.firedMs.length, 1);
});

test('TimerWheel.schedule() from within a deadline fires in a later turn', () => {
  const wheel = new TimerWheel(20, 0);
  const entry = new Entry();
  entry.onFire = () => wheel.schedule(entry, 0);
  wheel.schedule(entry, 10);
  wheel.turn(20);
  wheel.turn(40);
  wheel.turn(60);
  assert.deepEqual(entry.firedMs, [20, 40, 60]);
});

test('TimerWheel fires what a sorted list of deadlines would fire', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('schedule' as const), id: fc.nat(9), delayMs: fc.nat(30_000) }),
    fc.record({ kind: fc.constant('cancel' as const), id: fc.nat(9) }),
    fc.record({ kind: fc.constant('turn' as const), byMs: fc.nat(12_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const wheel = new TimerWheel(20, 0);
      const entries = Array.from({ length: 10 }, () => new Entry());
      const expected = new Map<number, number>();
      let now = 0;
      for (const each of steps) {
        if (each.kind === 'schedule') {
          wheel.schedule(entries[each.id] as Entry, each.delayMs);
          expected.set(each.id, now + each.delayMs);
        } else if (each.kind === 'cancel') {
          wheel.cancel(entries[each.id] as Entry);
          expected.delete(each.id);
        } else {
          now += each.byMs;
          const before = entries.map((entry) => entry.firedMs.length);
          wheel.turn(now);
          for (const [id, entry] of entries.entries()) {
            const due = expected.get(id);
            const fired = entry.firedMs.length - (before[id] as number);
            // One tick late at most, never early.
            if (fired > 0) assert.ok(due !== undefined && due <= now, `entry ${id} fired early`);
            if (due !== undefined && due <= now - 20) assert.equal(fired, 1, `entry ${id} is late`);
            if (fired > 0) expected.delete(id);
          }
        }
      }
    }),
  );
});

test('Alarm rings once when due', () => {
  const wheel = new TimerWheel(20, 0);
  let rung = 0;
  const alarm = new Alarm(() => rung++);
  wheel.schedule(alarm, 100);
  wheel.turn(80);
  assert.equal(rung, 0);
  wheel.turn(100);
  wheel.turn(5000);
  assert.equal(rung, 1);
});
