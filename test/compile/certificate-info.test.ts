import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import {
  certificateInfo,
  certificateNames,
  certificateWarnings,
} from '../../src/compile/certificate-info.ts';
import { SecretText } from '../../src/snapshot/snapshot.ts';
import { makeCertificate } from './test-certificates.ts';

const ca = await makeCertificate({ subject: 'CN=Test CA', ca: true });
const leaf = await makeCertificate({
  subject: 'O=Shop, CN=a.example',
  dnsNames: ['A.example', '*.b.example'],
  ipAddresses: ['192.0.2.1'],
  issuer: ca,
  notBefore: new Date('2030-01-01T00:00:00Z'),
  notAfter: new Date('2031-01-01T00:00:00Z'),
});
const DURING = Date.parse('2030-06-01T00:00:00Z');

function certificate(...made: readonly { readonly certPem: string }[]) {
  const chain = made.map(({ certPem }) => certPem).join('');
  return { name: 'shop/tls', chain, key: new SecretText('') };
}

test('certificateInfo() shows the first certificate and nothing of the key', () => {
  assert.deepEqual(certificateInfo(certificate(leaf, ca)), {
    name: 'shop/tls',
    subject: 'O=Shop, CN=a.example',
    issuer: 'CN=Test CA',
    names: ['a.example', '*.b.example', '192.0.2.1'],
    notBefore: '2030-01-01T00:00:00.000Z',
    notAfter: '2031-01-01T00:00:00.000Z',
    fingerprint: new X509Certificate(leaf.certPem).fingerprint256,
  });
});

test('certificateInfo() throws for an empty chain', () => {
  assert.throws(() => certificateInfo(certificate()), /shop\/tls/);
});

test('certificateNames() lower-cases DNS names and reads quoted ones as one name', async () => {
  const odd = await makeCertificate({ dnsNames: ['A.example', 'x, DNS:evil.example'] });
  const { commonName, dnsNames } = certificateNames(new X509Certificate(odd.certPem));
  assert.equal(commonName, '');
  assert.equal(dnsNames[0], 'a.example');
  assert.equal(dnsNames.includes('evil.example'), false);
});

test('certificateWarnings() is empty for a certificate in order', () => {
  const hosts = ['a.example', 'x.b.example', '*.b.example'];
  assert.deepEqual(certificateWarnings(certificate(leaf, ca), { hosts, wallMs: DURING }), []);
});

test('certificateWarnings() names each host that is not covered; * stands for one label', () => {
  const hosts = ['b.example', 'x.y.b.example', '*.a.example', '*.example', 'example'];
  const warnings = certificateWarnings(certificate(leaf), { hosts, wallMs: DURING });
  assert.deepEqual(
    warnings.map(({ reason, message }) => `${reason} ${message.split(' ').at(-1)}`),
    hosts.map((host) => `NameNotCovered ${host}`),
  );
});

test('certificateWarnings() does not let the common name cover a host', async () => {
  const named = await makeCertificate({ subject: 'CN=a.example' });
  const [warning] = certificateWarnings(certificate(named), { hosts: ['a.example'], wallMs: DURING });
  assert.equal(warning?.reason, 'NameNotCovered');
});

test('certificateWarnings() compares the dates of each certificate with the time it is told', () => {
  const at = (date: string) =>
    certificateWarnings(certificate(leaf, ca), { hosts: [], wallMs: Date.parse(date) }).map(
      ({ reason, message }) => `${reason}: ${message}`,
    );
  assert.deepEqual(at('2029-12-31T23:59:59Z'), [
    'NotYetValid: shop/tls: certificate 1 of 2 (O=Shop, CN=a.example) is not valid before 2030-01-01T00:00:00.000Z',
  ]);
  assert.deepEqual(at('2030-01-01T00:00:00Z'), []);
  assert.deepEqual(at('2031-01-01T00:00:00Z'), []);
  assert.deepEqual(at('2031-01-01T00:00:01Z'), [
    'Expired: shop/tls: certificate 1 of 2 (O=Shop, CN=a.example) expired at 2031-01-01T00:00:00.000Z; renew it',
  ]);
  assert.equal(at('2200-01-01T00:00:00Z').length, 2);
});

test('certificateWarnings() says where a chain is out of order', async () => {
  const middle = await makeCertificate({ subject: 'CN=Middle', ca: true, issuer: ca });
  const end = await makeCertificate({ dnsNames: ['a.example'], issuer: middle });
  const reasons = (...made: readonly { readonly certPem: string }[]) =>
    certificateWarnings(certificate(...made), { hosts: [], wallMs: DURING }).map(({ reason }) => reason);
  assert.deepEqual(reasons(end, middle, ca), []);
  assert.deepEqual(reasons(end, middle), []);
  assert.deepEqual(reasons(end, ca, middle), ['ChainOutOfOrder', 'ChainOutOfOrder']);
  assert.deepEqual(reasons(end, ca), ['ChainOutOfOrder']);
});
