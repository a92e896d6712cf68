import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { SecretText } from '../../src/snapshot/snapshot.ts';

test('SecretText cannot be printed', () => {
  const secret = new SecretText('-----BEGIN PRIVATE KEY-----');
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    inspect(secret),
    Object.keys(secret).join(),
  ];
  for (const text of shown) assert.doesNotMatch(text, /PRIVATE/);
  assert.equal(secret.reveal(), '-----BEGIN PRIVATE KEY-----');
});

test('SecretText does not survive structured clone: only its channel carries the text', () => {
  const clone = structuredClone({ secret: new SecretText('key') });
  assert.deepEqual(clone, { secret: {} });
});
