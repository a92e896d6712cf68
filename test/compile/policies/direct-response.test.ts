import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileDirectResponse } from '../../../src/compile/policies/direct-response.ts';
import { findings } from '../findings.ts';

test('compileDirectResponse() keeps any body, also one over 4096 bytes', () => {
  const body = 'ä'.repeat(5000);
  assert.deepEqual(findings((place) => compileDirectResponse({ statusCode: 418, body }, place)).value, {
    kind: 'respond',
    status: 418,
    body,
    error: null,
  });
});

test('compileDirectResponse() rejects a status that is none', () => {
  for (const statusCode of [100, 199, 600, 200.5]) {
    const { value, reports } = findings((place) => compileDirectResponse({ statusCode }, place));
    assert.equal(value, null);
    assert.deepEqual(reports, ['error RouteError/RouteActionCountNotValid at.statusCode']);
  }
});
