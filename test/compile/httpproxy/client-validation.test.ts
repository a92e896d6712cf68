import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkClientValidation } from '../../../src/compile/httpproxy/client-validation.ts';
import { findings } from '../findings.ts';
import { MemoryView } from '../memory-view.ts';
import { makeCertificate, tlsSecret } from '../test-certificates.ts';

const { certPem } = await makeCertificate({ subject: 'CN=ca' });
const CRL = '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n';
const VIEW = new MemoryView([
  tlsSecret('default/ca', { 'ca.crt': certPem, 'crl.pem': CRL }, 'Opaque'),
  tlsSecret('vault/ca', { 'ca.crt': certPem, 'crl.pem': CRL }, 'Opaque'),
]);
type Validation = Parameters<typeof checkClientValidation>[0];

function check(validation: Validation) {
  const found = findings((place) => checkClientValidation(validation, { place, view: VIEW }), 'host');
  return { ...found, errors: found.reports.filter((report) => report.startsWith('error')) };
}

test('checkClientValidation() takes a host off that asks for certificates', () => {
  assert.deepEqual(check(undefined).value, false);
  for (const validation of [{ caSecret: 'ca', crlSecret: 'ca' }, { skipClientCertValidation: true }]) {
    const { value, reports } = check(validation);
    assert.deepEqual([value, reports], [true, ['warning SpecError/IgnoredField at']]);
  }
});

test('checkClientValidation() rejects', () => {
  const cases: [Validation, string][] = [
    [{}, 'ClientValidationInvalid at'],
    [{ caSecret: 'none' }, 'ClientValidationInvalid at.caSecret'],
    [{ caSecret: 'vault/ca' }, 'DelegationNotPermitted at.caSecret'],
    [{ caSecret: 'ca', crlSecret: 'none' }, 'ClientValidationInvalid at.crlSecret'],
    [{ caSecret: 'ca', crlSecret: 'vault/ca' }, 'DelegationNotPermitted at.crlSecret'],
    [{ caSecret: 'ca', crlSecret: 'a/b/c' }, 'ClientValidationInvalid at.crlSecret'],
  ];
  for (const [validation, error] of cases) {
    assert.deepEqual(check(validation).errors, [`error TLSError/${error}`]);
  }
});
