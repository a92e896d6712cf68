import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkJwtProviders } from '../../../src/compile/httpproxy/jwt-providers.ts';
import type { JwtProviderSpec } from '../../../src/compile/httpproxy/spec.ts';
import { findings } from '../findings.ts';
import { MemoryView } from '../memory-view.ts';
import { tlsSecret } from '../test-certificates.ts';

const VIEW = new MemoryView([
  tlsSecret('default/keys', { good: '{"keys":[]}', list: '[]', text: 'secret-material' }, 'Opaque'),
  tlsSecret('default/tls', { good: '{"keys":[]}' }),
]);
const REMOTE = { remoteJWKS: { uri: 'https://keys.example/jwks.json' } };

function check(...jwtProviders: JwtProviderSpec[]) {
  const host = { fqdn: 'a.example', tls: { secretName: 'c' }, jwtProviders };
  return findings((place) => checkJwtProviders(host, { place, view: VIEW }), 'host');
}

test('checkJwtProviders() finds the names and the default', () => {
  const { value, reports } = check(
    { name: 'a', ...REMOTE },
    { name: 'b', default: true, localJWKS: { secretName: 'keys', key: 'good' } },
  );
  assert.deepEqual([...value.names], ['a', 'b']);
  assert.equal(value.default, 'b');
  assert.deepEqual(reports, []);
});

test('checkJwtProviders() accepts odd but good sources', () => {
  for (const uri of ['http://keys.example', 'https://[::1]:8443/a', 'https://keys.example:1']) {
    const remoteJWKS = { uri, timeout: '1s', cacheDuration: '0', dnsLookupFamily: 'auto' as const };
    assert.deepEqual(check({ name: 'a', remoteJWKS }).reports, [], uri);
  }
});

test('checkJwtProviders() rejects', () => {
  const remote = (fields: object): JwtProviderSpec => ({
    name: 'a',
    remoteJWKS: { uri: 'https://keys.example', ...fields },
  });
  const local = (secretName: string, key: string): JwtProviderSpec => ({
    name: 'a',
    localJWKS: { secretName, key },
  });
  const cases: [JwtProviderSpec, string][] = [
    [{ name: 'a' }, 'JWKSSourceMissing'],
    [{ ...remote({}), ...local('keys', 'good') }, 'JWKSSourceConflict'],
    [local('none', 'good'), 'LocalJWKSInvalid'],
    [local('keys', 'list'), 'LocalJWKSInvalid'],
    [local('keys', 'text'), 'LocalJWKSInvalid'],
    [local('keys', 'absent'), 'LocalJWKSInvalid'],
    [local('tls', 'good'), 'LocalJWKSInvalid'],
    [remote({ uri: '' }), 'RemoteJWKSURIInvalid'],
    [remote({ uri: 'https://' }), 'RemoteJWKSURIInvalid'],
    [remote({ uri: 'file:///etc/passwd' }), 'RemoteJWKSURIInvalid'],
    [remote({ uri: 'ftp://a' }), 'RemoteJWKSSchemeInvalid'],
    [remote({ uri: 'https://a:0' }), 'RemoteJWKSPortInvalid'],
    [remote({ uri: 'https://a:x' }), 'RemoteJWKSPortInvalid'],
    [remote({ timeout: 'infinity' }), 'RemoteJWKSTimeoutInvalid'],
    [remote({ cacheDuration: '-1s' }), 'RemoteJWKSCacheDurationInvalid'],
    [remote({ dnsLookupFamily: 'v5' }), 'RemoteJWKSDNSLookupFamilyInvalid'],
    [remote({ validation: { caSecret: 'none', subjectName: 'a' } }), 'RemoteJWKSUpstreamValidationInvalid'],
    [remote({ validation: { caSecret: 'x/y', subjectName: 'a' } }), 'RemoteJWKSCACertificateNotDelegated'],
  ];
  for (const [provider, reason] of cases) {
    const { reports, messages } = check(provider);
    assert.equal(reports.length, 1, reason);
    assert.match(reports.join(), new RegExp(`^error JWTVerificationError/${reason} at\\[0\\]`));
    assert.ok(!messages.join().includes('secret-material'));
  }
});

test('checkJwtProviders() wants one name once, one default, and TLS', () => {
  const twice = check({ name: 'a', default: true, ...REMOTE }, { name: 'a', default: true, ...REMOTE });
  assert.deepEqual(twice.reports, [
    'error JWTVerificationError/DuplicateProviderName at[1]',
    'error JWTVerificationError/MultipleDefaultProvidersSpecified at[1]',
  ]);
  const plain = { fqdn: 'a.example', jwtProviders: [{ name: 'a', ...REMOTE }] };
  const { reports } = findings((place) => checkJwtProviders(plain, { place, view: VIEW }), 'host');
  assert.deepEqual(reports, ['error JWTVerificationError/JWTVerificationNotPermitted at']);
});
