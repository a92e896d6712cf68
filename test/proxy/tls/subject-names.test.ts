import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { createSelfSigned } from '../../../src/certs/self-signed.ts';
import { SubjectNames } from '../../../src/proxy/tls/subject-names.ts';

const HOSTS = [
  'a.test',
  'x.a.test',
  'w.test',
  'x.w.test',
  'y.x.w.test',
  'b.test',
  'test',
  'part1.p.test',
  'cn.test',
  '10.0.0.1',
];

test('SubjectNames.covers() follows RFC 9525 §6.3 and agrees with OpenSSL', async () => {
  const { chain } = await createSelfSigned({
    names: ['A.test', '*.w.test', 'part*.p.test', '10.0.0.1'],
    days: 1,
  });
  const leaf = new X509Certificate(chain);
  const names = new SubjectNames(leaf);
  assert.deepEqual(
    HOSTS.filter((host) => names.covers(host)),
    ['a.test', 'x.w.test'],
  );
  for (const host of HOSTS) {
    const theirs = leaf.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined;
    assert.equal(names.covers(host), theirs, host);
  }
});

test('SubjectNames is not fooled by a name that looks like two', () => {
  const fake = (subjectAltName: string | undefined) =>
    new SubjectNames({ subjectAltName } as X509Certificate).names;
  assert.deepEqual(fake('DNS:a.test, DNS:*.B.test, IP Address:10.0.0.1'), ['a.test', '*.b.test']);
  assert.deepEqual(fake('DNS:"x, DNS:evil.test, y", DNS:a.test'), ['a.test']);
  assert.deepEqual(fake('URI:"https://a.test/, DNS:evil.test"'), []);
  assert.deepEqual(fake('DNS:"a\\", DNS:evil.test"'), []);
  assert.deepEqual(fake(undefined), []);
});
