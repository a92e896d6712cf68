import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ERROR, errorName } from '../../src/http2/errors.ts';

describe('errorName()', () => {
  test('gives the names of RFC 9113 §7, and numbers beyond', () => {
    for (const [key, code] of Object.entries(ERROR)) {
      const words = errorName(code).toLowerCase().replaceAll('_', '');
      assert.equal(words, key.toLowerCase());
    }
    assert.equal(errorName(0xff), '0xff');
  });
});
