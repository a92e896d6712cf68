import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge } from '../../../src/admin/kube/age.ts';

const THEN = '2026-01-01T00:00:00Z';
const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

const CASES: readonly (readonly [seconds: number, text: string])[] = [
  [-10, '<invalid>'],
  [-1, '0s'],
  [0, '0s'],
  [119, '119s'],
  [2 * MINUTE, '2m'],
  [5 * MINUTE + 30, '5m30s'],
  [10 * MINUTE + 30, '10m'],
  [179 * MINUTE, '179m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + 20 * MINUTE, '3h20m'],
  [8 * HOUR + 20 * MINUTE, '8h'],
  [47 * HOUR, '47h'],
  [2 * DAY + 3 * HOUR, '2d3h'],
  [8 * DAY + 3 * HOUR, '8d'],
  [729 * DAY, '729d'],
  [2 * 365 * DAY + 30 * DAY, '2y30d'],
  [9 * 365 * DAY, '9y'],
];

for (const [seconds, text] of CASES) {
  test(`formatAge() writes ${seconds} s as ${text}`, () => {
    assert.equal(formatAge(THEN, Date.parse(THEN) + seconds * 1000), text);
  });
}

for (const time of [undefined, '', 'yesterday']) {
  test(`formatAge() does not know the age of ${JSON.stringify(time)}`, () => {
    assert.equal(formatAge(time, 0), '<unknown>');
  });
}
