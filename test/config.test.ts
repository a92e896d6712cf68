import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getCiphers } from 'node:tls';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS, DEFAULT_STATIC, defaultCertificateName } from '../src/config.ts';

test('DEFAULT_STATIC has at least two workers', () => {
  assert.ok(DEFAULT_STATIC.workers >= 2);
});

test('DEFAULT_SETTINGS names only cipher suites with forward secrecy and AEAD that OpenSSL has', () => {
  const known = getCiphers();
  for (const suite of DEFAULT_SETTINGS.tls12Ciphers.split(':')) {
    assert.match(suite, /^ECDHE-(ECDSA|RSA)-(AES\d+-GCM-SHA\d+|CHACHA20-POLY1305)$/);
    assert.ok(known.includes(suite.toLowerCase()), suite);
  }
});

test('DEFAULT_COMPILE and DEFAULT_SETTINGS agree on TLS versions', () => {
  assert.equal(DEFAULT_COMPILE.tlsMinVersion, DEFAULT_SETTINGS.tlsMinVersion);
  assert.equal(DEFAULT_COMPILE.tlsMaxVersion, DEFAULT_SETTINGS.tlsMaxVersion);
});

test('defaultCertificateName() is the name in the certificate channel', () => {
  assert.equal(defaultCertificateName({ kind: 'none' }), null);
  assert.equal(defaultCertificateName({ kind: 'self-signed' }), 'default');
  assert.equal(defaultCertificateName({ kind: 'secret', namespace: 'a', name: 'b' }), 'default');
});
