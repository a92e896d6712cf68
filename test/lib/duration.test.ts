import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../../src/lib/duration.ts';

const VALID: readonly (readonly [text: string, ms: number])[] = [
  ['0', 0],
  ['300ms', 300],
  ['1h30m', 5_400_000],
  ['1.5s', 1500],
  ['.5s', 500],
  ['-2s', -2000],
  ['+2s', 2000],
  ['10us', 0.01],
  ['10µs', 0.01],
  ['1m1s1ms', 61_001],
];

for (const [text, ms] of VALID) {
  test(`parseDuration() reads ${text} as ${ms} ms`, () => {
    const result = parseDuration(text);
    assert.ok(result.ok);
    assert.ok(Math.abs(result.value - ms) < 1e-9);
  });
}

for (const text of ['', 's', '5', '5x', '1s 2s', 'infinity', '1e3s', '--1s', '1h-1m']) {
  test(`parseDuration() refuses ${JSON.stringify(text)} and says why`, () => {
    const result = parseDuration(text);
    assert.ok(!result.ok);
    assert.match(result.error, /Cannot parse duration/);
  });
}
