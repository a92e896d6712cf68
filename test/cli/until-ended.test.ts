import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSignal, untilEnded } from '../../src/cli/until-ended.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { fakeContext } from '../support/command.ts';

function setUp() {
  const context = fakeContext();
  let nowMs = 1000;
  const clock = { now: () => nowMs, wall: () => 0 };
  const later = (ms: number): void => {
    nowMs += ms;
  };
  return { context, signal: firstSignal(context.signals, clock), later };
}

function fakeGateway() {
  const done: string[] = [];
  const gateway = {
    drain: async () => {
      done.push('drain');
    },
    close: async () => {
      done.push('close');
    },
  };
  return { done, gateway };
}

test('firstSignal() keeps a signal that came before anybody waited', async () => {
  const { context, signal } = setUp();
  context.signal('SIGTERM');
  assert.equal(await signal, 'SIGTERM');
});

test('firstSignal() ends the process at the second signal', () => {
  const { context, later } = setUp();
  context.signal('SIGTERM');
  later(5000);
  context.signal('SIGINT');
  assert.deepEqual(context.exits, [130]);
});

test('firstSignal() takes one Ctrl-C that arrives twice for one', () => {
  const { context, later } = setUp();
  context.signal('SIGINT');
  later(10);
  context.signal('SIGINT');
  assert.deepEqual(context.exits, []);
});

test('untilEnded() drains and closes after a signal', async () => {
  const { context, signal } = setUp();
  const { done, gateway } = fakeGateway();
  const ended = untilEnded(gateway, { log: silentLogger, signal });
  assert.deepEqual(done, []);
  context.signal('SIGTERM');
  await ended;
  assert.deepEqual(done, ['drain', 'close']);
});

test('untilEnded() ends by itself after a time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { signal } = setUp();
  const { done, gateway } = fakeGateway();
  const ended = untilEnded(gateway, { log: silentLogger, signal, afterMs: 5000 });
  t.mock.timers.tick(5000);
  await ended;
  assert.deepEqual(done, ['drain', 'close']);
});
