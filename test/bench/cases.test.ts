import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { CASES } from '../../bench/cases/index.ts';
import { measure, whyNot } from '../../bench/lib/measure.ts';
import type { Site } from '../../bench/lib/site.ts';
import { openSite } from '../../bench/lib/site.ts';

// Whether every case still runs, for a second and without peers. Times mean nothing here: other tests run beside it.
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
          const figure = figures?.[key];
          // In so short a time memory may shrink.
          const holds = ['each', 'memory'].includes(key) || Number(figure) > 0;
          assert.ok(Number.isFinite(figure) && holds, `${subject}, ${key}: ${figure}`);
        }
      }
    });
  }
});
