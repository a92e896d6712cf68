import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createCertificateAuthority, createSelfSigned } from '../../src/certs/self-signed.ts';

const NOW = Date.UTC(2030, 5, 1);

test('createSelfSigned() makes an ECDSA P-256 certificate for the names, with its key', async () => {
  const names = ['a.test', '*.b.test', '127.0.0.1', '::1'];
  const { chain, key } = await createSelfSigned({ names, days: 30, nowMs: NOW });
  const certificate = new X509Certificate(chain);
  assert.equal(certificate.subject, 'CN=a.test');
  assert.equal(
    certificate.subjectAltName,
    'DNS:a.test, DNS:*.b.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.equal(certificate.checkPrivateKey(createPrivateKey(key.reveal())), true);
  assert.equal(certificate.verify(certificate.publicKey), true);
  assert.equal(certificate.ca, false);
  assert.equal(certificate.validFromDate.getTime(), NOW - 3_600_000);
  assert.equal(certificate.validToDate.getTime(), NOW + 30 * 86_400_000);
  assert.match(inspect(key), /redacted/);
});

test('createCertificateAuthority() issues certificates that verify against it, each with a new key', async () => {
  const authority = await createCertificateAuthority({ name: 'Test', days: 10, nowMs: NOW });
  const root = new X509Certificate(authority.certificate);
  assert.equal(root.ca, true);
  const leaves = await Promise.all(
    ['a.test', 'b.test'].map((name) => authority.issue({ names: [name], days: 1, nowMs: NOW })),
  );
  const keys = leaves.map(({ chain, key }) => {
    const leaf = new X509Certificate(chain);
    assert.equal(leaf.checkIssued(root), true);
    assert.equal(leaf.verify(root.publicKey), true);
    assert.equal(leaf.ca, false);
    assert.equal(leaf.checkPrivateKey(createPrivateKey(key.reveal())), true);
    return leaf.serialNumber;
  });
  assert.equal(new Set(keys).size, 2);
});

test('createSelfSigned() refuses a request without names or days', async () => {
  await assert.rejects(createSelfSigned({ names: [], days: 1 }), RangeError);
  await assert.rejects(createSelfSigned({ names: ['a.test'], days: 0 }), RangeError);
  await assert.rejects(createSelfSigned({ names: ['a.test'], days: Number.NaN }), RangeError);
});
