import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byAge, fullName } from '../../../src/compile/ingress/age.ts';
import { ingress } from '../test-objects.ts';

const sorted = (...list: readonly ReturnType<typeof ingress>[]) => [...list].sort(byAge).map(fullName);

test('byAge() puts the oldest first, whatever the zone its time is written in', () => {
  const a = ingress('z/first', { created: '2024-01-01T00:00:00Z' });
  const b = ingress('a/second', { created: '2024-01-01T00:00:01Z' });
  const c = ingress('a/third', { created: '2024-01-01T00:30:00+00:00' });
  assert.deepEqual(sorted(c, b, a), ['z/first', 'a/second', 'a/third']);
});

test('byAge() lets namespace and name decide between equals, as all are without a time', () => {
  assert.deepEqual(sorted(ingress('b/a'), ingress('a/b'), ingress('a/a')), ['a/a', 'a/b', 'b/a']);
  const created = '2024-01-01T00:00:00Z';
  assert.deepEqual(sorted(ingress('b/a', { created }), ingress('a/b', { created })), ['a/b', 'b/a']);
});

test('byAge() takes those without a time before those with one, so that it is one order', () => {
  const dated = ingress('a/dated', { created: '2001-01-01T00:00:00Z' });
  assert.deepEqual(sorted(dated, ingress('z/bare')), ['z/bare', 'a/dated']);
  assert.deepEqual(sorted(dated, ingress('z/odd', { created: 'yesterday' })), ['z/odd', 'a/dated']);
});
