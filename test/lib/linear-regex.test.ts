import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LinearRegex } from '../../src/lib/linear-regex.ts';

test('LinearRegex.matches() wants the whole text', () => {
  const regex = new LinearRegex('/a|/b+');
  assert.deepEqual(
    ['/a', '/bbb', '/ab', 'x/a', '/a\n'].map((text) => regex.matches(text)),
    [true, true, false, false, false],
  );
});

test('LinearRegex.matches() reads bytes above ASCII as UTF-8, and broken ones as some character', () => {
  const regex = new LinearRegex('/caf.');
  assert.equal(regex.matches('/caf\xc3\xa9'), true);
  assert.equal(regex.matches('/caf\xff'), true);
  assert.equal(new LinearRegex('/é').matches('/\xc3\xa9'), true);
});

test('LinearRegex.matches() answers a pattern that stops backtracking engines', () => {
  assert.equal(new LinearRegex('(a|a)*(a|a)*(a|a)*b').matches('a'.repeat(5000)), false);
});

test('LinearRegex.matches() throws at its first use for what is no pattern', () => {
  const regex = new LinearRegex('(');
  assert.throws(() => regex.matches(''));
});
