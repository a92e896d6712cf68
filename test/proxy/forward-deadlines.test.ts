import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimerWheel } from '../../src/lib/timer-wheel.ts';
import type { Failure } from '../../src/proxy/answer.ts';
import type { Exchange } from '../../src/proxy/exchange.ts';
import { ForwardDeadlines } from '../../src/proxy/forward-deadlines.ts';
import type { Forward } from '../../src/snapshot/virtual-host.ts';

interface Timeouts {
  readonly responseMs?: number;
  readonly idleMs?: number;
  readonly perTryMs?: number;
  readonly requestTimeoutMs?: number;
  /** Of the request: 0 for none, -1 for chunks. */
  readonly bodyLength?: number;
  /** Set: a gRPC call. */
  readonly deadlineMs?: number;
}

/** A forwarding that only has deadlines; the test plays what happens. */
class Deadlines extends ForwardDeadlines {
  readonly wheel: TimerWheel;
  readonly state: { bytesReceived: number; downstream: { requestPaused: boolean } };
  readonly expired: string[] = [];
  trying = true;

  constructor(timeouts: Timeouts) {
    const { responseMs = 0, idleMs = 0, perTryMs = 0, requestTimeoutMs = 0, bodyLength = 0 } = timeouts;
    const wheel = new TimerWheel(20, 0);
    const state = {
      bodyLength,
      bytesReceived: 0,
      downstream: { requestPaused: false },
      worker: { wheel, table: { settings: { requestTimeoutMs } } },
    };
    const action = {
      timeouts: { responseMs, idleMs },
      retry: perTryMs === 0 ? null : { perTryTimeoutMs: perTryMs },
    };
    super(state as unknown as Exchange, action as unknown as Forward);
    this.wheel = wheel;
    this.state = state;
    if (timeouts.deadlineMs !== undefined) this.isCall(timeouts.deadlineMs);
    this.scheduleNext();
  }

  override expire(failure: Failure): void {
    this.ended = true;
    this.expired.push(`${failure.status} at ${this.wheel.now}`);
  }

  override expireTry(): void {
    this.expired.push(`try at ${this.wheel.now}`);
    this.triedMs = this.wheel.now;
  }

  at(ms: number, happens?: () => void): void {
    for (let now = this.wheel.now + 20; now <= ms; now += 20) this.wheel.turn(now);
    happens?.();
  }

  bytes(): void {
    this.activeMs = this.wheel.now;
    this.state.bytesReceived += 10;
  }

  requestEnds(): void {
    this.requestDone = true;
    this.requestDoneMs = this.wheel.now;
    this.scheduleNext();
  }

  responds(): void {
    this.responding = true;
  }

  upstreamTakes(): void {
    this.takesBody();
  }
}

test('onDeadline() ends a request at its response timeout, counted from its end', () => {
  const d = new Deadlines({ responseMs: 1000, bodyLength: 5 });
  d.at(5000, () => d.requestEnds());
  d.at(5980, () => assert.deepEqual(d.expired, []));
  d.at(6100);
  assert.deepEqual(d.expired, ['504 at 6000']);
});

test('onDeadline() ends an answer that has begun too', () => {
  const d = new Deadlines({ responseMs: 1000 });
  d.at(500, () => d.responds());
  d.at(1100);
  assert.deepEqual(d.expired, ['504 at 1000']);
});

test('onDeadline() counts idle time from the last bytes', () => {
  const d = new Deadlines({ idleMs: 1000 });
  for (const ms of [900, 1800, 2700]) d.at(ms, () => d.bytes());
  d.at(3680, () => assert.deepEqual(d.expired, []));
  d.at(3800);
  assert.deepEqual(d.expired, ['504 at 3700']);
});

test('onDeadline() blames who is waited for: the client for its body, the upstream that does not take it', () => {
  for (const [paused, expected] of [
    [false, '408 at 1000'],
    [true, '504 at 1000'],
  ] as const) {
    const d = new Deadlines({ idleMs: 1000, bodyLength: 5 });
    d.state.downstream.requestPaused = paused;
    d.at(1100);
    assert.deepEqual(d.expired, [expected]);
  }
});

test('onDeadline() bounds the whole request where the settings say so', () => {
  const d = new Deadlines({ requestTimeoutMs: 1000, bodyLength: -1 });
  d.at(980, () => d.bytes());
  d.at(1100);
  assert.deepEqual(d.expired, ['408 at 1000']);
});

test('onDeadline() ends one try after the other until an answer begins', () => {
  const d = new Deadlines({ perTryMs: 100 });
  d.at(240);
  assert.deepEqual(d.expired, ['try at 100', 'try at 200']);
  d.responds();
  d.at(2000);
  assert.equal(d.expired.length, 2);
});

test('onDeadline() ends no try while the next one waits', () => {
  const d = new Deadlines({ perTryMs: 100 });
  d.trying = false;
  d.at(1000);
  assert.deepEqual(d.expired, []);
});

test('onDeadline() ends a body that drips: below 100 bytes a second over 30 s (http1.md J4)', () => {
  const d = new Deadlines({ bodyLength: 1000 });
  for (let ms = 1000; ms < 30_000; ms += 1000) d.at(ms, () => d.bytes());
  assert.deepEqual(d.expired, []);
  d.at(30_100);
  assert.deepEqual(d.expired, ['408 at 30000']);
});

test('onDeadline() lets a body be that comes at its pace, waits for the upstream, or streams both ways', () => {
  const steady = new Deadlines({ bodyLength: 100_000 });
  for (let ms = 80; ms < 90_000; ms += 80) steady.at(ms, () => steady.bytes());
  const waiting = new Deadlines({ bodyLength: 1000 });
  for (let ms = 20_000; ms < 90_000; ms += 20_000) waiting.at(ms, () => waiting.upstreamTakes());
  const paused = new Deadlines({ bodyLength: 1000 });
  paused.state.downstream.requestPaused = true;
  paused.at(90_000);
  const streaming = new Deadlines({ bodyLength: -1 });
  streaming.responds();
  streaming.at(90_000);
  for (const d of [steady, waiting, paused, streaming]) assert.deepEqual(d.expired, []);
});

test('onDeadline() ends a gRPC call when its caller waits no longer, in whatever state it is', () => {
  for (const responding of [false, true]) {
    for (const bodyLength of [0, -1]) {
      const d = new Deadlines({ responseMs: 60_000, idleMs: 60_000, bodyLength, deadlineMs: 1000 });
      if (responding) d.responds();
      for (let ms = 100; ms < 1000; ms += 100) d.at(ms, () => d.bytes());
      assert.deepEqual(d.expired, []);
      d.at(1100);
      assert.deepEqual(d.expired, ['504 at 1000']);
    }
  }
});

test('onDeadline() takes the nearer of the caller and the route', () => {
  const d = new Deadlines({ responseMs: 500, deadlineMs: 1000 });
  d.at(1100);
  assert.deepEqual(d.expired, ['504 at 500']);
});

test('onDeadline() lets the streams of a gRPC call drip for hours, both ways', () => {
  const d = new Deadlines({ idleMs: 300_000, bodyLength: -1, deadlineMs: Number.POSITIVE_INFINITY });
  const hourMs = 3_600_000;
  for (let ms = 200_000; ms < 3 * hourMs; ms += 200_000) d.at(ms, () => d.bytes());
  assert.deepEqual(d.expired, []);
});

test('scheduleNext() sets nothing when there is no limit, or when all is over', () => {
  const free = new Deadlines({});
  assert.equal(free.slot, -1);
  const over = new Deadlines({ responseMs: 100 });
  over.at(200);
  assert.equal(over.slot, -1);
  assert.deepEqual(over.expired, ['504 at 100']);
});
