import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VirtualHostSpec } from '../../../src/compile/httpproxy/spec.ts';
import { compileTls } from '../../../src/compile/httpproxy/tls.ts';
import type { CompileOptions } from '../../../src/compile/view.ts';
import { findings } from '../findings.ts';
import { MemoryView } from '../memory-view.ts';
import { makeCertificate, tlsSecret } from '../test-certificates.ts';

const { certPem, keyPem } = await makeCertificate({ subject: 'CN=a.example' });
const SECRET = tlsSecret('default/cert', { 'tls.crt': certPem, 'tls.key': keyPem });

function compile(tls: VirtualHostSpec['tls'], options: Partial<CompileOptions> = {}) {
  const view = new MemoryView([SECRET], options);
  const host = { fqdn: 'a.example', tls } as VirtualHostSpec;
  return findings((place) => compileTls(host, { place, view }), 'host');
}

test('compileTls() narrows the versions of the installation', () => {
  const cases: [string, string, Partial<CompileOptions>, string, string][] = [
    ['', '', {}, 'TLSv1.2', 'TLSv1.3'],
    ['1.3', '', {}, 'TLSv1.3', 'TLSv1.3'],
    ['', '1.2', {}, 'TLSv1.2', 'TLSv1.2'],
    ['1.2', '1.3', { tlsMinVersion: 'TLSv1.3' }, 'TLSv1.3', 'TLSv1.3'],
    ['1.2', '1.3', { tlsMaxVersion: 'TLSv1.2' }, 'TLSv1.2', 'TLSv1.2'],
  ];
  for (const [minimumProtocolVersion, maximumProtocolVersion, options, minVersion, maxVersion] of cases) {
    const tls = { secretName: 'cert', minimumProtocolVersion, maximumProtocolVersion };
    const { value, reports } = compile(tls, options);
    assert.deepEqual(value.policy, { certificate: 'default/cert', minVersion, maxVersion, clients: null });
    assert.deepEqual(reports, []);
  }
});

test('compileTls() rejects an empty range of versions', () => {
  const crossed = { secretName: 'cert', minimumProtocolVersion: '1.3', maximumProtocolVersion: '1.2' };
  assert.deepEqual(compile(crossed).reports, ['error TLSError/TLSConfigNotValid at']);
  const above = { secretName: 'cert', maximumProtocolVersion: '1.2' };
  assert.deepEqual(compile(above, { tlsMinVersion: 'TLSv1.3' }).reports, [
    'error TLSError/TLSConfigNotValid at',
  ]);
});

test('compileTls() takes an unknown version for the default, with a warning', () => {
  const { value, reports } = compile({ secretName: 'cert', minimumProtocolVersion: '1.1' });
  assert.equal(value.policy?.minVersion, 'TLSv1.2');
  assert.deepEqual(reports, ['warning SpecError/IgnoredField at.minimumProtocolVersion']);
});

test('compileTls() of a host without TLS has no policy', () => {
  assert.deepEqual(compile(undefined).value, { policy: null, unserved: false });
});

test('compileTls() does not serve passthrough', () => {
  assert.deepEqual(compile({ passthrough: true }).value, { policy: null, unserved: true });
});

test('compileTls() checks the fallback certificate', () => {
  const tls = { secretName: 'cert', enableFallbackCertificate: true };
  const field = 'at.enableFallbackCertificate';
  assert.deepEqual(compile(tls).reports, [`error TLSError/FallbackNotPresent ${field}`]);
  const cases: [string, string, string][] = [
    ['default', 'cert', `warning SpecError/IgnoredField ${field}`],
    ['default', 'none', `error TLSError/FallbackNotValid ${field}`],
    ['vault', 'cert', `error TLSError/FallbackNotDelegated ${field}`],
  ];
  for (const [namespace, name, report] of cases) {
    assert.deepEqual(compile(tls, { fallbackCertificate: { namespace, name } }).reports, [report]);
  }
});
