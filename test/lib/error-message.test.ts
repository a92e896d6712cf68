import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf } from '../../src/lib/error-message.ts';

test('messageOf() gives the text of whatever was thrown', () => {
  assert.equal(messageOf(new Error('why')), 'why');
  assert.equal(messageOf('why'), 'why');
  assert.equal(messageOf(undefined), 'undefined');
});
