import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  badResponse,
  CONNECT_TIMEOUT,
  connectError,
  incomplete,
  NO_ENDPOINT,
  OVERFLOW,
  reset,
} from '../../src/upstream/proxy-error.ts';

const CODES: readonly (readonly [code: string, name: string, message?: string])[] = [
  ['ECONNREFUSED', 'connection_refused'],
  ['ETIMEDOUT', 'connection_timeout'],
  ['EHOSTUNREACH', 'destination_ip_unroutable'],
  ['ENETUNREACH', 'destination_ip_unroutable'],
  ['EADDRNOTAVAIL', 'destination_ip_unroutable'],
  ['ECONNRESET', 'connection_terminated'],
  ['', 'connection_terminated'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_certificate_error'],
  ['CERT_HAS_EXPIRED', 'tls_certificate_error'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_certificate_error'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_certificate_error'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls_certificate_error'],
  ['CERT_SIGNATURE_FAILURE', 'tls_certificate_error'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_protocol_error'],
  ['EPROTO', 'tls_protocol_error', 'write EPROTO: wrong version number'],
  ['EPROTO', 'tls_alert_received', 'write EPROTO: SSL alert number 40'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls_alert_received'],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'tls_alert_received'],
];

for (const [code, name, message = 'failed'] of CODES) {
  test(`connectError() calls ${code || 'an end without an error'} ${name}`, () => {
    const error = connectError(code === '' ? null : Object.assign(new Error(message), { code }));
    assert.equal(error.code, name);
    assert.deepEqual([error.status, error.retry, error.side], [503, 'safe', 'upstream']);
  });
}

test('reset() may be repeated on a reused connection only, and then if the method allows it', () => {
  assert.equal(reset(true, '').retry, 'idempotent');
  assert.equal(reset(false, '').retry, 'never');
  assert.equal(reset(true, '').status, 503);
});

test('errors after a byte of a response, and those of the gateway, are never repeated', () => {
  for (const error of [incomplete(''), badResponse('http_protocol_error', ''), NO_ENDPOINT, OVERFLOW]) {
    assert.equal(error.retry, 'never');
  }
  assert.equal(incomplete('').status, 502);
  assert.equal(badResponse('http_protocol_error', '').status, 502);
  assert.equal(CONNECT_TIMEOUT.retry, 'safe');
});
