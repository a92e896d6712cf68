import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { outgoingFields } from '../../src/http2/outgoing-fields.ts';

describe('outgoingFields()', () => {
  test('adds content-length and te from their own values', () => {
    const headers = ['x', 'y'];
    assert.equal(outgoingFields(headers, -1, false), headers);
    assert.deepEqual(outgoingFields(headers, 5, true), ['x', 'y', 'content-length', '5', 'te', 'trailers']);
    assert.deepEqual(headers, ['x', 'y']);
  });

  test('refuses a list that has them', () => {
    assert.equal(outgoingFields(['content-length', '5'], -1, false), null);
    assert.equal(outgoingFields(['te', 'trailers'], -1, false), null);
  });
});
