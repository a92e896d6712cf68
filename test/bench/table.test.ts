import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bar, BenchCase, Subject } from '../../bench/lib/bench-case.ts';
import { barLines, judge, spread, table } from '../../bench/lib/table.ts';

function subject(name: string): Subject {
  return { name, program: name, measure: () => Promise.reject(new Error('not measured here')) };
}

function benchCase(bars: readonly Bar[] = []): BenchCase {
  const metrics = [{ key: 'cpu', title: 'cpu', digits: 1 }];
  return { name: 'c', summary: 's', metrics, subjects: ['sluice', 'nginx', 'envoy'].map(subject), bars };
}

/** The second round ran on a machine half as fast. */
const RESULTS = {
  sluice: [{ cpu: 10 }, { cpu: 22 }, { cpu: 12 }],
  nginx: [{ cpu: 20 }, { cpu: 40 }, { cpu: 20 }],
};

test('spread() gives the middle of an odd number and the mean of the middle two of an even one', () => {
  assert.deepEqual(spread([3, 1, 2]), { median: 2, least: 1, most: 3 });
  assert.deepEqual(spread([4, 1, 3, 2]), { median: 2.5, least: 1, most: 4 });
  assert.deepEqual(spread([7]), { median: 7, least: 7, most: 7 });
});

test('spread() is the same in any order and its median lies between the others', () => {
  const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { minLength: 1 });
  fc.assert(
    fc.property(values, (some) => {
      const { median, least, most } = spread(some);
      assert.ok(least <= median && median <= most);
      assert.deepEqual(spread(some.toReversed()), { median, least, most });
    }),
  );
});

test('spread() counts a round without a figure as the worst, wherever it stands', () => {
  for (const values of [
    [Number.NaN, 1, 25],
    [1, Number.NaN, 25],
    [25, 1, Number.NaN],
  ]) {
    assert.deepEqual(spread(values), { median: 25, least: 1, most: Number.NaN });
  }
  assert.ok(Number.isNaN(spread([Number.NaN, 3]).median));
});

test('judge() takes the ratio within each round, so that a slow round harms nobody', () => {
  const [bar] = judge(benchCase([{ metric: 'cpu', against: 'nginx', atMost: 0.55 }]), RESULTS);
  assert.deepEqual(bar?.found, { median: 0.55, least: 0.5, most: 0.6 });
  assert.equal(bar.holds, true);
});

test('judge() says when a bar does not hold', () => {
  const [bar] = judge(benchCase([{ metric: 'cpu', against: 'nginx', atMost: 0.5 }]), RESULTS);
  assert.equal(bar?.holds, false);
});

test('judge() takes the figure itself where a bar names no other, and of another subject where it names one', () => {
  const bars = [
    { metric: 'cpu', atMost: 12 },
    { metric: 'cpu', of: 'nginx', atMost: 12 },
  ];
  const judged = judge(benchCase(bars), RESULTS).map(({ found, holds }) => [found.median, holds]);
  assert.deepEqual(judged, [
    [12, true],
    [20, false],
  ]);
});

test('judge() leaves out a bar against a program that did not run', () => {
  assert.deepEqual(judge(benchCase([{ metric: 'cpu', against: 'envoy', atMost: 1 }]), RESULTS), []);
});

test('judge() holds nothing to be true that was not measured', () => {
  const bars = [{ metric: 'rate', against: 'nginx', atMost: 1 }];
  assert.equal(judge(benchCase(bars), RESULTS)[0]?.holds, false);
});

test('table() has a line a subject, aligned, with the ratio of the first to each of the others', () => {
  assert.equal(
    table(benchCase(), RESULTS),
    [
      '|        |                      cpu |',
      '| ------ | -----------------------: |',
      '| sluice |       12.0 (10.0 – 22.0) |',
      '| nginx  | 20.0 (20.0 – 40.0) ×0.55 |',
    ].join('\n'),
  );
});

test('barLines() names both subjects, what was found and what was wanted', () => {
  const measured = benchCase([
    { metric: 'cpu', against: 'nginx', atMost: 1, aim: 0.5 },
    { metric: 'cpu', of: 'nginx', atMost: 12 },
  ]);
  assert.deepEqual(barLines(judge(measured, RESULTS), measured), [
    'sluice / nginx, cpu: 0.55 (0.50 – 0.60) (at most 1, aim 0.5): holds',
    'nginx, cpu: 20.00 (20.00 – 40.00) (at most 12): DOES NOT HOLD',
  ]);
});
