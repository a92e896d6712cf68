import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import { loadX509Library } from '../../src/certs/x509-library.ts';
import type { UpstreamTls } from '../../src/snapshot/upstream.ts';
import { upstreamTlsOptions } from '../../src/upstream/tls-options.ts';
import { testAuthority } from '../support/tls.ts';
import { upstreamOf } from './support.ts';

const PLAIN: UpstreamTls = { verify: null, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' };

async function verified(...names: readonly string[]): Promise<UpstreamTls> {
  return { ...PLAIN, verify: { caPem: (await testAuthority()).certificate, names } };
}

test('upstreamTlsOptions() verifies nothing without validation, and names the Service', () => {
  const options = upstreamTlsOptions(upstreamOf({ tls: { ...PLAIN, maxVersion: 'TLSv1.2' } }));
  assert.equal(options.rejectUnauthorized, false);
  assert.equal(options.servername, 'web.default');
  assert.deepEqual([options.minVersion, options.maxVersion], ['TLSv1.2', 'TLSv1.2']);
  assert.deepEqual(options.ALPNProtocols, ['http/1.1']);
});

test('upstreamTlsOptions() throws for an upstream that speaks plain text', () => {
  assert.throws(() => upstreamTlsOptions(upstreamOf()), /speaks plain text/);
});

test('upstreamTlsOptions() asks for the first name, but never for an address (RFC 6066 §3)', async () => {
  const options = upstreamTlsOptions(upstreamOf({ tls: await verified('a.test', 'b.test') }));
  assert.equal(options.rejectUnauthorized, true);
  assert.equal(options.servername, 'a.test');
  assert.equal(upstreamTlsOptions(upstreamOf({ tls: await verified('10.0.0.1') })).servername, '');
});

/** A certificate with these alternative names, whose common name is `a.test`. */
async function certificateWith(
  names: readonly { readonly type: 'dns' | 'ip' | 'url'; readonly value: string }[],
) {
  const x509 = await loadX509Library();
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['a.test'] }],
    keys,
    signingAlgorithm: algorithm,
    extensions: names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...names])],
  });
  return new X509Certificate(Buffer.from(certificate.rawData)).toLegacyObject() as PeerCertificate;
}

const dns = (value: string) => ({ type: 'dns' as const, value });

const NAMES: readonly {
  readonly present: readonly { readonly type: 'dns' | 'ip' | 'url'; readonly value: string }[];
  readonly wanted?: readonly string[];
  readonly fits: boolean;
}[] = [
  { present: [dns('a.test')], fits: true },
  { present: [dns('A.Test')], fits: true },
  { present: [dns('x.test'), dns('b.test')], fits: true },
  { present: [dns('*.test')], fits: false },
  { present: [dns('xa.test')], fits: false },
  { present: [dns('sub.a.test')], wanted: ['.a.test'], fits: false },
  { present: [{ type: 'ip', value: '10.0.0.1' }], wanted: ['10.0.0.1'], fits: false },
  { present: [{ type: 'url', value: 'a.test' }], fits: false },
  // A list of names as one text would hold the second of these (CVE-2021-44532).
  { present: [{ type: 'url', value: 'http://x/, DNS:a.test, y' }], fits: false },
  { present: [dns('x.test, DNS:a.test, y.test')], fits: false },
  { present: [], fits: false },
];

for (const { present, wanted = ['a.test', 'b.test'], fits } of NAMES) {
  const shown = present.map(({ type, value }) => `${type}:${value}`).join(' and ') || 'no names';
  test(`upstreamTlsOptions() ${fits ? 'takes' : 'refuses'} a certificate with ${shown} for ${wanted[0]}`, async () => {
    const { checkServerIdentity } = upstreamTlsOptions(upstreamOf({ tls: await verified(...wanted) }));
    const certificate = await certificateWith(present);
    const error = checkServerIdentity?.('ignored', certificate) as NodeJS.ErrnoException | undefined;
    assert.equal(error === undefined, fits);
    if (!fits) assert.equal(error?.code, 'ERR_TLS_CERT_ALTNAME_INVALID');
  });
}
