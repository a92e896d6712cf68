import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ACCESS_LOG_FIELDS } from '../../src/telemetry/access-log.ts';
import { METRIC_FAMILIES } from '../../src/telemetry/prometheus.ts';

/** Cells of the table rows of a page whose first cell is a single code span. */
function rows(page: string): string[][] {
  return readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\| `[^`]+` \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const code = (text: string | undefined): string[] =>
  [...(text ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');

test('METRIC_FAMILIES and docs/metrics.md name the same metrics, types and labels', () => {
  const documented = rows('metrics.md').map(
    ([name, type, labels]) => `${code(name)} ${type} ${code(labels)}`,
  );
  const exported = METRIC_FAMILIES.map(({ name, type, labels }) => `${name} ${type} ${labels}`);
  assert.deepEqual(documented.sort(), exported.sort());
});

test('ACCESS_LOG_FIELDS and docs/access-log.md name the same fields', () => {
  const documented = rows('access-log.md')
    .filter(([, type]) => type === 'text' || type === 'number')
    .map(([name]) => code(name).join());
  assert.deepEqual(documented, [...ACCESS_LOG_FIELDS]);
});
