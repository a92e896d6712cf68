import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileClientValidation } from '../../../src/compile/httpproxy/client-validation.ts';
import { findings } from '../findings.ts';
import { MemoryView } from '../memory-view.ts';
import { makeCertificate, makeRevocationList, tlsSecret } from '../test-certificates.ts';

const ca = await makeCertificate({ subject: 'CN=ca', ca: true });
const { certPem } = ca;
const crl = await makeRevocationList(ca, ['0a']);
const BAD = '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n';
const VIEW = new MemoryView([
  tlsSecret('default/ca', { 'ca.crt': certPem, 'crl.pem': crl }, 'Opaque'),
  tlsSecret('default/bad', { 'crl.pem': BAD }, 'Opaque'),
  tlsSecret('vault/ca', { 'ca.crt': certPem, 'crl.pem': crl }, 'Opaque'),
]);
type Validation = Parameters<typeof compileClientValidation>[0];

function compile(validation: Validation) {
  return findings((place) => compileClientValidation(validation, { place, view: VIEW }), 'host');
}

test('compileClientValidation() says what is asked of clients', () => {
  assert.equal(compile(undefined).value, null);
  const cases: [Validation, verified: 'no' | 'chain' | 'crl' | 'leaf', required: boolean][] = [
    [{ caSecret: 'ca' }, 'chain', true],
    [{ caSecret: 'ca', optionalClientCertificate: true }, 'chain', false],
    [{ caSecret: 'ca', skipClientCertValidation: true }, 'no', true],
    [{ skipClientCertValidation: true }, 'no', false],
    [{ caSecret: 'ca', crlSecret: 'ca' }, 'crl', true],
    [{ caSecret: 'ca', crlSecret: 'ca', crlOnlyVerifyLeafCert: true }, 'leaf', true],
  ];
  const domains = new Set<string>();
  for (const [validation, verified, required] of cases) {
    const { value, reports } = compile(validation);
    assert.deepEqual(reports, []);
    const lookedUp = value?.verify?.leafRevocations === null ? 'chain' : 'leaf';
    const found = value?.verify?.crlPem ? 'crl' : value?.verify ? lookedUp : 'no';
    assert.deepEqual([found, value?.required], [verified, required]);
    domains.add(value?.domain ?? '');
  }
  assert.equal(domains.size, cases.length);
});

test('compileClientValidation() keeps the domain while only the forwarded parts change', () => {
  const forward = compile({ caSecret: 'ca', forwardClientCertificate: { subject: true } }).value;
  assert.deepEqual(forward?.forward, { subject: true, cert: false, chain: false, dns: false, uri: false });
  assert.equal(forward?.domain, compile({ caSecret: 'ca' }).value?.domain);
});

test('compileClientValidation() rejects', () => {
  const cases: [Validation, string][] = [
    [{}, 'ClientValidationInvalid at'],
    [{ caSecret: 'none' }, 'ClientValidationInvalid at.caSecret'],
    [{ caSecret: 'vault/ca' }, 'DelegationNotPermitted at.caSecret'],
    [{ caSecret: 'ca', crlSecret: 'none' }, 'ClientValidationInvalid at.crlSecret'],
    [{ caSecret: 'ca', crlSecret: 'bad' }, 'ClientValidationInvalid at.crlSecret'],
    [{ caSecret: 'ca', crlSecret: 'vault/ca' }, 'DelegationNotPermitted at.crlSecret'],
    [{ caSecret: 'ca', crlSecret: 'a/b/c' }, 'ClientValidationInvalid at.crlSecret'],
  ];
  for (const [validation, error] of cases) {
    assert.deepEqual(compile(validation).reports, [`error TLSError/${error}`]);
  }
});
