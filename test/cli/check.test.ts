import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../support/command.ts';
import { manifestFolder, WEB_PROXY, WEB_SERVICE } from '../support/manifest-folder.ts';

test('checkCommand ends with status 0 when all is valid', async (t) => {
  const folder = await manifestFolder(t, { 'a.yaml': WEB_SERVICE, 'b.yaml': WEB_PROXY });
  const { status, out, error } = await runCommand('check', folder);
  assert.equal(error, '');
  assert.match(
    out,
    /^STATE +OBJECT +AT +MESSAGE\nvalid +HTTPProxy shop\/web +.*b\.yaml:1 *\n1 checked, 0 not valid\n$/,
  );
  assert.equal(status, 0);
});

test('checkCommand ends with status 1 when an object is invalid, and says why', async (t) => {
  const folder = await manifestFolder(t, { 'b.yaml': WEB_PROXY });
  const { status, out } = await runCommand('check', folder);
  assert.equal(status, 1);
  assert.match(out, /invalid .*HTTPProxy shop\/web .*ServiceUnresolvedReference: spec\.routes\[0\]/);
  assert.match(out, /1 checked, 1 not valid/);
});

test('checkCommand prints JSON', async (t) => {
  const folder = await manifestFolder(t, { 'a.yaml': WEB_SERVICE, 'b.yaml': WEB_PROXY });
  const { out } = await runCommand('check', '-o', 'json', folder);
  assert.deepEqual(JSON.parse(out), [
    { state: 'valid', object: 'HTTPProxy shop/web', place: `${folder}/b.yaml:1`, messages: [] },
  ]);
});

test('checkCommand says that there is nothing at a path, status 2', async () => {
  const { status, error } = await runCommand('check', '/nowhere');
  assert.equal(status, 2);
  assert.match(error, /^sluice check: Cannot read manifests \/nowhere/);
});

test('checkCommand reports a bad configuration file, status 2', async (t) => {
  const folder = await manifestFolder(t, { 'sluice.yaml': 'nonsense: 1\n' });
  const { status, error } = await runCommand('check', '--config', `${folder}/sluice.yaml`, folder);
  assert.equal(status, 2);
  assert.match(error, /unknown key nonsense/);
});
