import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDraft } from '../../src/config/draft.ts';
import { DEFAULT_SETTINGS, DEFAULT_STATIC } from '../../src/config.ts';

test('newDraft() holds the defaults, and changing it leaves them alone', () => {
  const draft = newDraft();
  assert.deepEqual(draft.static, DEFAULT_STATIC);
  draft.static.workers = 99;
  draft.settings.mergeSlashes = false;
  assert.notEqual(DEFAULT_STATIC.workers, 99);
  assert.equal(DEFAULT_SETTINGS.mergeSlashes, true);
  assert.deepEqual(newDraft().static, DEFAULT_STATIC);
});
