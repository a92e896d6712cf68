import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { CASES } from '../../bench/cases/index.ts';
import { measure, whyNot } from '../../bench/lib/measure.ts';
import type { Site } from '../../bench/lib/site.ts';
import { openSite } from '../../bench/lib/site.ts';

/**
 * Figures that a second cannot promise: memory by which something grew, less than nothing where garbage went in the
 * meantime; latencies at a rate that may not be reached.
 */
const UNSURE: Readonly<Record<string, readonly string[]>> = {
  idle: ['each'],
  'idle-tls': ['each'],
  paced: ['p50', 'p99', 'p999'],
  'route-memory': ['worker', 'control'],
  'slow-clients': ['memory'],
};

// Whether every case still runs, for a second and without peers. What they find means nothing here.
suite('bench', { skip: whyNot() ?? false }, () => {
  let site: Site;
  before(async () => {
    site = await openSite();
  });
  after(() => site.close());

  for (const measured of CASES) {
    test(`${measured.name} gives every figure of Sluice`, { skip: whyNot(measured) ?? false }, async () => {
      const brief = { site, rounds: 1, seconds: 1, warmUpSeconds: 0, against: [], say: () => {} };
      const results = await measure(measured, brief);
      assert.ok(Object.keys(results).length > 0);
      for (const [subject, [figures]] of Object.entries(results)) {
        for (const { key } of measured.metrics) {
          const figure = figures?.[key] ?? assert.fail(`${subject} has no ${key}`);
          if (UNSURE[measured.name]?.includes(key)) continue;
          assert.ok(Number.isFinite(figure) && figure > 0, `${subject}, ${key}: ${figure}`);
        }
      }
    });
  }
});
