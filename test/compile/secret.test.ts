import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { readCaBundle, readCertificate, resolveServerCertificate } from '../../src/compile/secret.ts';
import { MemoryView } from './memory-view.ts';
import { makeCertificate, tlsSecret } from './test-certificates.ts';
import { delegation } from './test-objects.ts';

const ca = await makeCertificate({ subject: 'CN=Test CA', ca: true });
const leaf = await makeCertificate({ subject: 'CN=a.example', dnsNames: ['a.example'], issuer: ca });
const good = { 'tls.crt': leaf.certPem + ca.certPem, 'tls.key': leaf.keyPem };

function resolve(data: Readonly<Record<string, string>>, type?: string) {
  return resolveServerCertificate(new MemoryView([tlsSecret('shop/tls', data, type)]), 'tls', 'shop');
}

function ecKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return String(privateKey.export({ type: 'sec1', format: 'pem' }));
}

test('resolveServerCertificate() takes both types of Secret and names the certificate', () => {
  for (const type of ['kubernetes.io/tls', 'Opaque', '']) {
    assert.deepEqual(resolve(good, type), { ok: true, value: { name: 'shop/tls' } }, type);
  }
});

test('resolveServerCertificate() takes a name of the certificate from any of CN, DNS and IP', async () => {
  const cases = [
    { subject: 'CN=a.example' },
    { subject: 'O=Shop', dnsNames: ['a.example'] },
    { dnsNames: ['a.example'] },
    { ipAddresses: ['192.0.2.1'] },
  ];
  for (const options of cases) {
    const made = await makeCertificate(options);
    const found = resolve({ 'tls.crt': made.certPem, 'tls.key': made.keyPem });
    assert.equal(found.ok, true, JSON.stringify(options));
  }
});

test('resolveServerCertificate() takes EC parameters beside the key, and text between blocks', () => {
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  assert.equal(resolve({ ...good, 'tls.key': parameters + leaf.keyPem }).ok, true);
  assert.equal(resolve({ ...good, 'tls.crt': `subject=/CN=a\n${good['tls.crt']}` }).ok, true);
});

test('resolveServerCertificate() does not check dates, order of the chain or host names', async () => {
  const old = await makeCertificate({
    subject: 'CN=other.example',
    notBefore: new Date('2001-01-01T00:00:00Z'),
    notAfter: new Date('2002-01-01T00:00:00Z'),
  });
  assert.equal(resolve({ 'tls.crt': old.certPem + ca.certPem, 'tls.key': old.keyPem }).ok, true);
});

test('resolveServerCertificate() refuses a Secret that breaks a rule, and says which', async () => {
  const nameless = await makeCertificate({ subject: 'O=Shop' });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encrypted = String(
    privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }),
  );
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  const publicKey = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
  const garbage = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
  const cases = [
    { data: {}, fault: /has no key tls\.crt$/ },
    { data: { 'tls.crt': good['tls.crt'] }, fault: /has no key tls\.key$/ },
    { data: { ...good, 'tls.crt': '' }, fault: /tls\.crt has no certificate$/ },
    { data: { ...good, 'tls.crt': 'no PEM' }, fault: /tls\.crt has no certificate$/ },
    { data: { ...good, 'tls.crt': broken }, fault: /cannot be parsed$/ },
    { data: { ...good, 'tls.crt': good['tls.crt'] + broken }, fault: /cannot be parsed$/ },
    { data: { ...good, 'tls.crt': good['tls.crt'].slice(0, -20) }, fault: /does not end$/ },
    { data: { ...good, 'tls.crt': leaf.certPem + leaf.keyPem }, fault: /certificates only/ },
    { data: { 'tls.crt': nameless.certPem, 'tls.key': nameless.keyPem }, fault: /neither a common name nor/ },
    { data: { ...good, 'tls.key': '' }, fault: /tls\.key has no private key$/ },
    { data: { ...good, 'tls.key': publicKey }, fault: /must be an unencrypted PKCS#8/ },
    { data: { ...good, 'tls.key': encrypted }, fault: /must be an unencrypted PKCS#8/ },
    { data: { ...good, 'tls.key': garbage }, fault: /tls\.key cannot be parsed/ },
    { data: { ...good, 'tls.key': leaf.keyPem + leaf.keyPem }, fault: /exactly one private key/ },
    { data: { ...good, 'tls.key': leaf.keyPem + leaf.certPem }, fault: /exactly one private key/ },
    { data: { ...good, 'tls.key': ecKeys() }, fault: /not the key of the first certificate/ },
    { data: { ...good, 'tls.key': ca.keyPem }, fault: /not the key of the first certificate/ },
    { data: good, type: 'kubernetes.io/dockerconfigjson', fault: /must be kubernetes\.io\/tls or Opaque$/ },
  ];
  for (const { data, type, fault } of cases) {
    const found = resolve(data, type);
    assert.ok(!found.ok, String(fault));
    assert.equal(found.error.reason, 'SecretNotValid');
    assert.match(found.error.message, /^Secret shop\/tls: /);
    assert.match(found.error.message, fault);
  }
});

test('resolveServerCertificate() refuses a missing Secret and a reference that is none', () => {
  const view = new MemoryView([]);
  for (const ref of ['tls', '', '/', 'a/', '/a', 'a/b/c']) {
    const found = resolveServerCertificate(view, ref, 'shop');
    assert.ok(!found.ok, ref);
    assert.equal(found.error.reason, 'SecretNotValid', ref);
  }
});

test('resolveServerCertificate() asks for a delegation before it looks at another namespace', () => {
  const secret = tlsSecret('certs/tls', good);
  const closed = new MemoryView([secret]);
  assert.deepEqual(resolveServerCertificate(closed, 'certs/tls', 'shop'), {
    ok: false,
    error: {
      reason: 'DelegationNotPermitted',
      message:
        'Secret certs/tls: no TLSCertificateDelegation in namespace certs permits its use in namespace shop',
    },
  });
  assert.deepEqual(closed.reads, ['list TLSCertificateDelegation certs']);
  const open = new MemoryView([
    secret,
    delegation('certs', [{ secretName: 'tls', targetNamespaces: ['shop'] }]),
  ]);
  assert.deepEqual(resolveServerCertificate(open, 'certs/tls', 'shop'), {
    ok: true,
    value: { name: 'certs/tls' },
  });
});

test('resolveServerCertificate() checks an object once', () => {
  let reads = 0;
  const secret = tlsSecret('shop/tls', good);
  const data = secret.data;
  Object.defineProperty(secret, 'data', {
    get: () => {
      reads += 1;
      return data;
    },
  });
  const view = new MemoryView([secret]);
  for (let round = 0; round < 5; round += 1) resolveServerCertificate(view, 'tls', 'shop');
  assert.ok(readCertificate(view, 'shop/tls'));
  assert.equal(reads, 2, 'tls.crt and tls.key');
});

test('readCertificate() gives the blocks of the chain and a key that cannot be printed', () => {
  const view = new MemoryView([tlsSecret('shop/tls', { ...good, 'tls.crt': `# note\n${good['tls.crt']}` })]);
  const certificate = readCertificate(view, 'shop/tls');
  assert.equal(certificate?.name, 'shop/tls');
  assert.equal(certificate?.chain, good['tls.crt']);
  assert.equal(certificate?.key.reveal(), leaf.keyPem);
  assert.doesNotMatch(inspect(certificate) + JSON.stringify(certificate), /PRIVATE/);
});

test('readCertificate() reads stringData, which stands in manifests', () => {
  const secret = { ...tlsSecret('shop/tls', {}), stringData: good };
  assert.equal(readCertificate(new MemoryView([secret]), 'shop/tls')?.chain, good['tls.crt']);
});

test('readCertificate() has nothing for a Secret that is gone or not valid, nor for another name', () => {
  const view = new MemoryView([tlsSecret('shop/bad', {})]);
  for (const name of ['shop/tls', 'shop/bad', 'default', '', 'a/b/c']) {
    assert.equal(readCertificate(view, name), null, name);
  }
});

test('readCaBundle() gives the certificates of ca.crt alone', () => {
  const bundle = `${ca.certPem}${leaf.keyPem}${leaf.certPem}`;
  const view = new MemoryView([tlsSecret('shop/ca', { 'ca.crt': bundle }, 'Opaque')]);
  assert.deepEqual(readCaBundle(view, 'ca', 'shop'), {
    ok: true,
    value: { name: 'shop/ca', pem: ca.certPem + leaf.certPem },
  });
});

test('readCaBundle() refuses a bundle without a certificate, or with one that cannot be parsed', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  for (const data of [{}, { 'ca.crt': '' }, { 'ca.crt': leaf.keyPem }, { 'ca.crt': ca.certPem + broken }]) {
    const found = readCaBundle(new MemoryView([tlsSecret('shop/ca', data)]), 'ca', 'shop');
    assert.ok(!found.ok);
    assert.equal(found.error.reason, 'SecretNotValid');
    assert.doesNotMatch(found.error.message, /PRIVATE/);
  }
});

test('readCaBundle() needs a delegation for another namespace', () => {
  const found = readCaBundle(new MemoryView([]), 'certs/ca', 'shop');
  assert.ok(!found.ok);
  assert.equal(found.error.reason, 'DelegationNotPermitted');
});
