import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MetricFamily, renderFamilies } from '../../src/telemetry/exposition.ts';

const family = (parts: Partial<MetricFamily>): MetricFamily => ({
  name: 'a_total',
  type: 'counter',
  help: 'A.',
  labels: [],
  ...parts,
});

test('renderFamilies() writes HELP, TYPE and one line for each series', () => {
  const text = renderFamilies([
    { family: family({}), samples: [{ labels: [], value: 3 }] },
    {
      family: family({ name: 'b', type: 'gauge', labels: ['x', 'y'] }),
      samples: [
        { labels: ['1', '2'], value: 0.5 },
        { labels: ['3'], value: Number.POSITIVE_INFINITY },
      ],
    },
    { family: family({ name: 'none' }), samples: [] },
  ]);
  assert.equal(
    text,
    '# HELP a_total A.\n# TYPE a_total counter\na_total 3\n' +
      '# HELP b A.\n# TYPE b gauge\nb{x="1",y="2"} 0.5\nb{x="3",y=""} +Inf\n',
  );
});

test('renderFamilies() escapes label values and help', () => {
  const text = renderFamilies([
    {
      family: family({ help: 'a\\b\nc"d', labels: ['l'] }),
      samples: [{ labels: ['a\\b\n"c"'], value: Number.NaN }],
    },
  ]);
  assert.equal(
    text,
    '# HELP a_total a\\\\b\\nc"d\n# TYPE a_total counter\na_total{l="a\\\\b\\n\\"c\\""} NaN\n',
  );
});

test('renderFamilies() writes a histogram with cumulative buckets', () => {
  const text = renderFamilies([
    {
      family: family({ name: 'h', type: 'histogram', labels: ['l'] }),
      samples: [{ labels: ['v'], value: { bounds: [0.1, 1], counts: [2, 0, 1], sum: 4.5 } }],
    },
  ]);
  assert.deepEqual(text.split('\n').slice(2, -1), [
    'h_bucket{l="v",le="0.1"} 2',
    'h_bucket{l="v",le="1"} 2',
    'h_bucket{l="v",le="+Inf"} 3',
    'h_sum{l="v"} 4.5',
    'h_count{l="v"} 3',
  ]);
});
