import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sluiceVersion } from '../../src/lib/version.ts';

test('sluiceVersion() is the version in package.json', async () => {
  assert.match(await sluiceVersion(), /^\d+\.\d+\.\d+/);
});
