import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { ClientCertificate } from '../../../src/proxy/tls/client-certificate.ts';
import { makeCertificate } from '../../compile/test-certificates.ts';

// How clients are judged: test/features/client-certificates.test.ts, by handshakes of every kind.

const NOTHING = { subject: false, cert: false, chain: false, dns: false, uri: false };

test('ClientCertificate.forwarded() writes the parts in the order of Envoy, the hash always', async () => {
  const { certPem } = await makeCertificate({ subject: 'O=Größe,CN=a', dnsNames: ['a.test'] });
  const leaf = new X509Certificate(certPem);
  const certificate = new ClientCertificate(leaf);
  const hash = `Hash=${leaf.fingerprint256.replaceAll(':', '').toLowerCase()}`;
  assert.equal(certificate.forwarded(NOTHING), hash);
  assert.equal(certificate.forwarded({ ...NOTHING, dns: true, uri: true }), `${hash};DNS=a.test`);
  const subject = certificate.forwarded({ ...NOTHING, subject: true });
  assert.match(subject, /^[\x20-\x7e]+$/);
  assert.ok(subject.startsWith(`${hash};Subject="CN=a,O=Gr`));
});

test('ClientCertificate.forwarded() never holds what a field value must not hold', async () => {
  const { certPem } = await makeCertificate({
    subject: 'CN=a\\0D\\0Ax-evil: 1',
    uris: ['spiffe://a/b;DNS=evil', 'https://a/"'],
  });
  const all = { subject: true, cert: true, chain: true, dns: true, uri: true };
  const text = new ClientCertificate(new X509Certificate(certPem)).forwarded(all);
  assert.match(text, /^[\x20-\x7e]+$/);
  assert.doesNotMatch(text, /;DNS=evil/);
});
