import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageOf, stackOf } from '../../src/lib/error-message.ts';

test('messageOf() gives the text of whatever was thrown', () => {
  assert.equal(messageOf(new Error('why')), 'why');
  assert.equal(messageOf('why'), 'why');
  assert.equal(messageOf(undefined), 'undefined');
});

test('stackOf() gives the text and where it was thrown, if that is known', () => {
  assert.match(stackOf(new TypeError('why')), /^TypeError: why\n +at .*error-message\.test\.ts/);
  const bare = new Error('why');
  delete bare.stack;
  assert.equal(stackOf(bare), 'why');
  for (const thrown of ['why', 7, null, undefined]) assert.equal(stackOf(thrown), String(thrown));
});
