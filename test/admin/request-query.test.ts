import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryOf } from '../../src/admin/request-query.ts';

test('queryOf() keeps repeated parameters in order', () => {
  const query = queryOf({ url: '/v1/explain?header=a%3A1&url=http%3A%2F%2Fx%2F%3Fy&header=b%3A2' });
  assert.deepEqual(query.getAll('header'), ['a:1', 'b:2']);
  assert.equal(query.get('url'), 'http://x/?y');
});

test('queryOf() is empty without a query', () => {
  assert.equal(queryOf({ url: '/v1/routes' }).size, 0);
});
