import assert from 'node:assert/strict';
import { test } from 'node:test';
import { untilEnded } from '../../src/cli/until-ended.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { fakeContext } from '../support/command.ts';

function setUp() {
  const context = fakeContext();
  const done: string[] = [];
  const drained = Promise.withResolvers<void>();
  const gateway = {
    drain: () => {
      done.push('drain');
      return drained.promise;
    },
    close: async () => {
      done.push('close');
    },
  };
  let nowMs = 1000;
  const clock = { now: () => nowMs, wall: () => 0 };
  const ending = { log: silentLogger, signals: context.signals, clock };
  return {
    context,
    done,
    drained,
    gateway,
    ending,
    later: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('untilEnded() drains and closes after the first signal', async () => {
  const { context, done, drained, gateway, ending } = setUp();
  const ended = untilEnded(gateway, ending);
  assert.deepEqual(done, []);
  context.signal('SIGTERM');
  drained.resolve();
  await ended;
  assert.deepEqual(done, ['drain', 'close']);
  assert.deepEqual(context.exits, []);
});

test('untilEnded() ends the process at the second signal', async () => {
  const { context, drained, gateway, ending, later } = setUp();
  const ended = untilEnded(gateway, ending);
  context.signal('SIGTERM');
  later(5000);
  context.signal('SIGINT');
  assert.deepEqual(context.exits, [130]);
  drained.resolve();
  await ended;
});

test('untilEnded() takes one Ctrl-C that arrives twice for one', async () => {
  const { context, drained, gateway, ending, later } = setUp();
  const ended = untilEnded(gateway, ending);
  context.signal('SIGINT');
  later(10);
  context.signal('SIGINT');
  assert.deepEqual(context.exits, []);
  drained.resolve();
  await ended;
});

test('untilEnded() ends by itself after a time', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { done, drained, gateway, ending } = setUp();
  const ended = untilEnded(gateway, { ...ending, afterMs: 5000 });
  drained.resolve();
  t.mock.timers.tick(5000);
  await ended;
  assert.deepEqual(done, ['drain', 'close']);
});
