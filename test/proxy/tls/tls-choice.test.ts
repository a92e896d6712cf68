import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { silentLogger } from '../../../src/lib/logger.ts';
import { CertificateIndex } from '../../../src/proxy/tls/certificate-index.ts';
import type { SecureInfo } from '../../../src/proxy/tls/tls-choice.ts';
import { chooseTls, isMisdirected } from '../../../src/proxy/tls/tls-choice.ts';
import { issue, policy, SETTINGS } from './fixture.ts';

let index: CertificateIndex;
before(async () => {
  index = new CertificateIndex(silentLogger);
  const set = [
    await issue('wide', ['a.test', 'b.test', '*.w.test', 'strict.test', 'old.test', 'plain.test', 'b2.test']),
    await issue('narrow', ['narrow.test']),
    await issue('default', ['default.test']),
  ];
  index.change({ set, remove: [] });
  index.setHosts(
    new Map([
      ['a.test', policy('wide')],
      ['b.test', policy('wide')],
      ['b2.test', policy('narrow')],
      ['c.test', policy('wide')],
      ['*.w.test', policy('wide')],
      ['strict.test', policy('wide', { minVersion: 'TLSv1.3' })],
      ['old.test', policy('wide', { maxVersion: 'TLSv1.2' })],
      ['narrow.test', policy('narrow')],
      ['lost.test', policy('lost')],
      ['strict-lost.test', policy('lost', { minVersion: 'TLSv1.3' })],
    ]),
  );
});

const withDefault = { ...SETTINGS, defaultCertificate: 'default' };

/** What the front stage records of a handshake with this name. */
function infoOf(serverName: string | null, settings = SETTINGS): SecureInfo {
  const choice = chooseTls(index, settings, serverName);
  assert.ok(choice);
  const { certificate, byDefault, policyKey } = choice;
  return {
    serverName,
    policyKey,
    certificate: certificate.name,
    subject: certificate.subject,
    byDefault,
    tlsVersion: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    alpn: 'http/1.1',
    resumed: false,
    clientCertificate: null,
  };
}

describe('isMisdirected()', () => {
  for (const [what, serverName, host, misdirected] of [
    ['the name of the handshake', 'a.test', 'a.test', false],
    ['a covered name of the same policy', 'a.test', 'b.test', false],
    ['a covered name of the same policy with another certificate of its own', 'a.test', 'b2.test', false],
    ['a covered name under a wildcard', 'a.test', 'x.w.test', false],
    ['two labels under that wildcard', 'a.test', 'y.x.w.test', true],
    ['a name that the certificate does not cover', 'a.test', 'narrow.test', true],
    ['a host whose own certificate does not cover it', 'c.test', 'c.test', false],
    ['that host on a connection for another name', 'a.test', 'c.test', true],
    ['a covered name with a higher minimum', 'a.test', 'strict.test', true],
    ['a covered name with a lower maximum', 'a.test', 'old.test', true],
    ['a name with lower bounds', 'strict.test', 'a.test', true],
    ['the same bounds that are not the usual', 'strict.test', 'strict.test', false],
    ['a covered name that is not served over TLS', 'a.test', 'plain.test', true],
    ['an unknown name', 'a.test', 'unknown.test', true],
  ] as const) {
    test(`${misdirected ? 'refuses' : 'serves'} ${what}`, () => {
      const info = infoOf(serverName);
      assert.equal(isMisdirected(index, SETTINGS, { info, host }), misdirected);
    });
  }

  for (const [what, serverName, host, misdirected] of [
    ['any name without a policy', null, 'unknown.test', false],
    ['a name without a policy, asked for another', 'other.test', 'unknown.test', false],
    ['a name whose certificate is missing', null, 'lost.test', false],
    ['such a name with other versions', null, 'strict-lost.test', true],
    ['a name with a certificate of its own', null, 'a.test', true],
    [
      'a name that has no policy, on a connection with a certificate of its own',
      'a.test',
      'unknown.test',
      true,
    ],
  ] as const) {
    test(`with a default certificate ${misdirected ? 'refuses' : 'serves'} ${what}`, () => {
      const info = infoOf(serverName, withDefault);
      assert.equal(isMisdirected(index, withDefault, { info, host }), misdirected);
    });
  }

  test('judges by the certificate of the connection, not by a newer one', async () => {
    const info = infoOf('narrow.test');
    const own = new CertificateIndex(silentLogger);
    own.setHosts(new Map(['narrow.test', 'b.test'].map((name) => [name, policy('narrow')])));
    own.change({ set: [await issue('narrow', ['narrow.test', 'b.test'])], remove: [] });
    assert.equal(own.covers('narrow', 'b.test'), true);
    assert.equal(isMisdirected(own, SETTINGS, { info, host: 'b.test' }), true);
  });

  test('refuses the same name when its policy changed under the connection', () => {
    const info = infoOf('a.test');
    const strict = { ...SETTINGS, tlsMinVersion: 'TLSv1.3' } as const;
    assert.equal(isMisdirected(index, strict, { info, host: 'a.test' }), true);
  });
});

describe('chooseTls()', () => {
  for (const [what, settings, name, expected] of [
    ['the policy', {}, 'strict.test', 'wide TLSv1.3 TLSv1.3'],
    ['settings that are stricter', { tlsMinVersion: 'TLSv1.3' }, 'a.test', 'wide TLSv1.3 TLSv1.3'],
    ['settings with a lower maximum', { tlsMaxVersion: 'TLSv1.2' }, 'a.test', 'wide TLSv1.2 TLSv1.2'],
    ['bounds that exclude each other', { tlsMinVersion: 'TLSv1.3' }, 'old.test', null],
    ['an unknown name', {}, 'unknown.test', null],
    ['no name', {}, null, null],
    ['a missing certificate', {}, 'lost.test', null],
    ['a missing default certificate', { defaultCertificate: 'lost' }, null, null],
    ['a default certificate', { defaultCertificate: 'default' }, null, 'default TLSv1.2 TLSv1.3'],
    [
      'a missing certificate and a default',
      { defaultCertificate: 'default' },
      'strict-lost.test',
      'default TLSv1.3 TLSv1.3',
    ],
  ] as const) {
    test(`obeys ${what}`, () => {
      const choice = chooseTls(index, { ...SETTINGS, ...settings }, name);
      const text = choice && `${choice.certificate.name} ${choice.minVersion} ${choice.maxVersion}`;
      assert.equal(text, expected);
    });
  }
});
