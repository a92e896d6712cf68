import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sluiceVersion } from '../../src/lib/version.ts';
import { runCommand } from '../support/command.ts';

test('versionCommand prints the versions as text and as JSON', async () => {
  const version = await sluiceVersion();
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.equal((await runCommand('version')).out, `sluice ${version} on Node.js ${process.version}\n`);
  const { out } = await runCommand('version', '-o', 'json');
  assert.deepEqual(JSON.parse(out), { sluice: version, node: process.version });
});
