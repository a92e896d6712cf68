import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileTimeouts, parseTimeout } from '../../../src/compile/policies/timeout.ts';
import { findings } from '../findings.ts';

test('parseTimeout() knows the default, infinity and values', () => {
  const cases: [string | undefined, unknown][] = [
    [undefined, { kind: 'default' }],
    ['', { kind: 'default' }],
    ['0', { kind: 'default' }],
    ['0s', { kind: 'default' }],
    ['infinity', { kind: 'disabled' }],
    ['infinite', { kind: 'disabled' }],
    ['1m30s', { kind: 'value', ms: 90_000 }],
    ['1us', { kind: 'value', ms: 1 }],
    ['1000000h', { kind: 'value', ms: 2_147_483_647 }],
  ];
  for (const [text, value] of cases) assert.deepEqual(parseTimeout(text), { ok: true, value }, String(text));
});

test('parseTimeout() rejects what is no duration, and negative ones', () => {
  for (const text of ['h', '5', '5x', '-1s', 'soon', '1 s']) assert.equal(parseTimeout(text).ok, false, text);
});

test('compileTimeouts() gives the defaults without a policy', () => {
  assert.deepEqual(findings((place) => compileTimeouts(undefined, { place, streamIdleMs: 300_000 })).value, {
    timeouts: { responseMs: 15_000, idleMs: 300_000 },
    idleConnectionMs: 4000,
  });
});

test('compileTimeouts() takes the idle time of the installation for a route without one', () => {
  const { value } = findings((place) => compileTimeouts({}, { place, streamIdleMs: 7 }));
  assert.equal(value?.timeouts.idleMs, 7);
});

test('compileTimeouts() reads 0 as no limit from infinity only', () => {
  const { value } = findings((place) =>
    compileTimeouts(
      { response: 'infinity', idle: 'infinity', idleConnection: 'infinity' },
      { place, streamIdleMs: 300_000 },
    ),
  );
  assert.deepEqual(value, {
    timeouts: { responseMs: 0, idleMs: 0 },
    idleConnectionMs: 2_147_483_647,
  });
});

test('compileTimeouts() reports each field that does not parse', () => {
  const { value, reports } = findings((place) =>
    compileTimeouts({ response: 'x', idle: '-1s', idleConnection: '1s' }, { place, streamIdleMs: 300_000 }),
  );
  assert.equal(value, null);
  assert.deepEqual(reports, [
    'error RouteError/TimeoutPolicyNotValid at.response',
    'error RouteError/TimeoutPolicyNotValid at.idle',
  ]);
});
