import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRotation } from '../../src/compile/secret-rotation.ts';
import type { KubeObject } from '../../src/resources/kinds.ts';
import { makeCertificate, tlsSecret } from './test-certificates.ts';

async function secret(more: Readonly<Record<string, string>> = {}, type?: string): Promise<KubeObject> {
  const { certPem, keyPem } = await makeCertificate({ subject: 'CN=a.example' });
  return tlsSecret('a/b', { 'tls.crt': certPem, 'tls.key': keyPem, ...more }, type) as unknown as KubeObject;
}

test('isRotation() holds for one good pair in the place of another', async () => {
  assert.equal(isRotation(await secret(), await secret()), true);
  assert.equal(isRotation(await secret({ 'ca.crt': 'x' }), await secret({ 'ca.crt': 'x' })), true);
});

test('isRotation() does not hold when anything else changed', async () => {
  const good = await secret();
  assert.equal(isRotation(null, good), false);
  assert.equal(isRotation(good, null), false);
  assert.equal(isRotation(good, await secret({ 'tls.key': 'broken' })), false);
  assert.equal(isRotation(await secret({ 'tls.key': 'broken' }), good), false);
  assert.equal(isRotation(good, await secret({ 'ca.crt': 'x' })), false);
  assert.equal(isRotation(good, await secret({}, 'Opaque')), false);
});
