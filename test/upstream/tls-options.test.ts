import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
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

const NAMES: readonly { readonly present: string; readonly fits: boolean }[] = [
  { present: 'DNS:a.test', fits: true },
  { present: 'DNS:A.Test', fits: true },
  { present: 'DNS:x.test, DNS:b.test', fits: true },
  { present: 'DNS:*.test', fits: false },
  { present: 'DNS:xa.test', fits: false },
  { present: 'URI:a.test, IP Address:10.0.0.1', fits: false },
  { present: 'DNS:c.test, URI:DNS:a.test', fits: false },
  { present: '', fits: false },
];

for (const { present, fits } of NAMES) {
  test(`upstreamTlsOptions() ${fits ? 'takes' : 'refuses'} a certificate with ${present || 'no names'}`, async () => {
    const { checkServerIdentity } = upstreamTlsOptions(
      upstreamOf({ tls: await verified('a.test', 'b.test') }),
    );
    const certificate = { subject: { CN: 'a.test' }, subjectaltname: present } as unknown as PeerCertificate;
    const error = checkServerIdentity?.('ignored', certificate) as NodeJS.ErrnoException | undefined;
    assert.equal(error === undefined, fits);
    if (!fits) assert.equal(error?.code, 'ERR_TLS_CERT_ALTNAME_INVALID');
  });
}

test('upstreamTlsOptions() is not fooled by a name that holds a comma', async () => {
  const { checkServerIdentity } = upstreamTlsOptions(upstreamOf({ tls: await verified('a.test') }));
  // Node quotes what holds a separator (CVE-2021-44532).
  const certificate = { subjectaltname: 'URI:"http://x/, DNS:a.test"' } as unknown as PeerCertificate;
  assert.notEqual(checkServerIdentity?.('ignored', certificate), undefined);
});
