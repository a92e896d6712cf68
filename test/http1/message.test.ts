import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNKED, UNTIL_CLOSE } from '../../src/http1/message.ts';

test('CHUNKED and UNTIL_CLOSE cannot be taken for a length', () => {
  assert.ok(CHUNKED < 0 && UNTIL_CLOSE < 0);
  assert.notEqual(CHUNKED, UNTIL_CLOSE);
});
