import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sluiceVersion } from '../../src/lib/version.ts';

test('sluiceVersion() is the version of package.json', async () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  assert.equal(await sluiceVersion(), (JSON.parse(text) as { version: string }).version);
});
