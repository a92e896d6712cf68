import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCiphers, readTlsVersion } from '../../src/config/tls-values.ts';

test('readTlsVersion() gives the spelling of Node', () => {
  assert.deepEqual(readTlsVersion('1.2'), { ok: true, value: 'TLSv1.2' });
  assert.deepEqual(readTlsVersion(1.3), { ok: true, value: 'TLSv1.3' });
  assert.equal(readTlsVersion('1.1').ok, false);
});

test('readCiphers() opens groups and keeps the order', () => {
  const value = ['[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]', 'AES128-SHA'];
  assert.deepEqual(readCiphers(value), {
    ok: true,
    value: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:AES128-SHA',
  });
});

test('readCiphers() refuses what is not on the list', () => {
  for (const value of [
    [],
    'AES128-SHA',
    null,
    ['RC4-SHA'],
    ['ALL'],
    [{ toString: undefined }],
    ['AES128-SHA:ALL'],
    [''],
  ]) {
    assert.equal(readCiphers(value).ok, false, JSON.stringify(value));
  }
  assert.deepEqual(readCiphers(['AES128-SHA1']), {
    ok: false,
    error: 'holds the unknown suite "AES128-SHA1"; did you mean "AES128-SHA"?',
  });
});
