import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from '../../src/cli/table.ts';

test('formatTable() aligns columns and leaves the last as it is', () => {
  const table = formatTable(
    ['A', 'LONG', 'LAST'],
    [
      ['aaa', 'b', 'c'],
      ['', '', 'd'],
    ],
  );
  assert.equal(table, 'A    LONG  LAST\naaa  b     c\n           d\n');
});

test('formatTable() without rows is its headings', () => {
  assert.equal(formatTable(['A', 'B'], []), 'A  B\n');
});
