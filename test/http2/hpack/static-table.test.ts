import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FIRST_DYNAMIC_INDEX, STATIC_FIELDS } from '../../../src/http2/hpack/static-table.ts';

test('STATIC_FIELDS has the 61 fields of RFC 7541 Appendix A', () => {
  assert.equal(FIRST_DYNAMIC_INDEX, 62);
  const at = (index: number): string => (STATIC_FIELDS[index - 1] ?? []).join('=');
  const some = [1, 2, 8, 14, 15, 16, 28, 38, 55, 61].map(at);
  assert.deepEqual(some, [
    ...[':authority=', ':method=GET', ':status=200', ':status=500', 'accept-charset='],
    ...['accept-encoding=gzip, deflate', 'content-length=', 'host=', 'set-cookie=', 'www-authenticate='],
  ]);
});

test('STATIC_FIELDS is in the order of names, the pseudo-fields first', () => {
  const names = STATIC_FIELDS.map(([name]) => name);
  const ordinary = names.filter((name) => !name.startsWith(':'));
  // In the table `accept` stands behind the names that begin with it.
  const inOrder = ordinary.filter((name) => name !== 'accept');
  assert.deepEqual(inOrder, [...inOrder].sort());
  assert.deepEqual(
    names.slice(0, 14).map((name) => name.startsWith(':')),
    new Array(14).fill(true),
  );
});
