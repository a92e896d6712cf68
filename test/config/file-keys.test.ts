import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDraft } from '../../src/config/draft.ts';
import { FILE_KEYS } from '../../src/config/file-keys.ts';
import { PRACTICALLY_NEVER_MS } from '../../src/config/read.ts';

/** Values of keys, and how the draft then differs from the defaults. */
const CASES: readonly (readonly [key: string, value: unknown, gives: object])[] = [
  ['tls.minimumProtocolVersion', '1.3', { settings: { tlsMinVersion: 'TLSv1.3' } }],
  ['tls.minimumProtocolVersion', 1.3, { compile: { tlsMinVersion: 'TLSv1.3' } }],
  ['tls.maximumProtocolVersion', '1.2', { settings: { tlsMaxVersion: 'TLSv1.2' } }],
  ['tls.cipherSuites', ['AES128-SHA'], { settings: { tls12Ciphers: 'AES128-SHA' } }],
  [
    'tls.fallbackCertificate',
    { name: 'n', namespace: 'ns' },
    { compile: { fallbackCertificate: { name: 'n', namespace: 'ns' } } },
  ],
  ['timeouts.requestTimeout', '5s', { settings: { requestTimeoutMs: 5000 } }],
  ['timeouts.requestTimeout', 'infinity', { settings: { requestTimeoutMs: 0 } }],
  ['timeouts.connectionIdleTimeout', 'infinity', { settings: { connectionIdleMs: PRACTICALLY_NEVER_MS } }],
  ['timeouts.streamIdleTimeout', '1m', { settings: { streamIdleMs: 60_000 } }],
  ['timeouts.maxConnectionDuration', '1h', { settings: { maxConnectionMs: 3_600_000 } }],
  ['timeouts.delayedCloseTimeout', '1s', { settings: { delayedCloseMs: 1000 } }],
  ['timeouts.connectTimeout', '500ms', { compile: { connectTimeoutMs: 500 } }],
  ['cluster.circuitBreakers.maxConnections', 7, { compile: { breaker: { connections: 7, retries: 3 } } }],
  ['cluster.circuitBreakers.maxPendingRequests', 7, { compile: { breaker: { pendingRequests: 7 } } }],
  ['cluster.circuitBreakers.maxRequests', 7, { compile: { breaker: { requests: 7 } } }],
  ['cluster.circuitBreakers.maxRetries', 7, { compile: { breaker: { retries: 7 } } }],
  [
    'cluster.circuitBreakers.perHostMaxConnections',
    7,
    { compile: { breaker: { perEndpointConnections: 7 } } },
  ],
  ['cluster.upstreamTls.minimumProtocolVersion', '1.3', { compile: { upstreamTlsMinVersion: 'TLSv1.3' } }],
  ['cluster.upstreamTls.maximumProtocolVersion', '1.2', { compile: { upstreamTlsMaxVersion: 'TLSv1.2' } }],
  ['network.numTrustedHops', 2, { settings: { trustedHops: 2 } }],
  ['listener.maxRequestsPerConnection', 5, { settings: { maxRequestsPerConnection: 5 } }],
  ['listener.maxConnectionsPerListener', 5, { settings: { maxConnectionsPerListener: 5 } }],
  ['listener.maxConnectionsPerAddress', 6, { settings: { maxConnectionsPerAddress: 6 } }],
  ['listener.useProxyProtocol', true, { static: { proxyProtocol: 'required' } }],
  ['limits.requestHeadBytes', 65_536, { settings: { requestHeadBytes: 65_536 } }],
  ['limits.requestHeaders', 50, { settings: { requestHeaders: 50 } }],
  ['accesslogLevel', 'error', { static: { accessLogLevel: 'error' } }],
  ['disableMergeSlashes', true, { settings: { mergeSlashes: false } }],
  ['serverHeaderTransformation', 'pass_through', { settings: { serverHeader: 'pass-through' } }],
  ['serverHeaderTransformation', 'append_if_absent', { settings: { serverHeader: 'append-if-absent' } }],
  ['disablePermitInsecure', true, { compile: { disablePermitInsecure: true } }],
  ['enableExternalNameService', true, { compile: { enableExternalNameService: true } }],
  ['policy.requestHeaders.set', { 'X-A': 'b' }, { compile: { requestHeaders: { set: { 'x-a': 'b' } } } }],
  ['policy.requestHeaders.remove', ['X-A'], { compile: { requestHeaders: { remove: ['x-a'] } } }],
  ['policy.responseHeaders.set', { 'X-A': 'b' }, { compile: { responseHeaders: { set: { 'x-a': 'b' } } } }],
  ['policy.responseHeaders.remove', ['X-A'], { compile: { responseHeaders: { remove: ['x-a'] } } }],
  ['policy.applyToIngress', true, { compile: { applyHeadersToIngress: true } }],
];

for (const [name, value, gives] of CASES) {
  test(`FILE_KEYS apply ${name}: ${JSON.stringify(value)}`, () => {
    const key = FILE_KEYS.get(name);
    assert.equal(key?.kind, 'used');
    const draft = newDraft();
    assert.equal(key.apply(draft, value), undefined);
    assert.partialDeepStrictEqual(draft, gives);
  });
}

test('FILE_KEYS that are used all have a case here', () => {
  const used = [...FILE_KEYS].filter(([, key]) => key.kind === 'used').map(([name]) => name);
  assert.deepEqual(
    used.filter((name) => !CASES.some(([own]) => own === name)),
    [],
  );
});

const BAD: readonly (readonly [key: string, value: unknown])[] = [
  ['timeouts.connectTimeout', 'infinity'],
  ['limits.requestHeadBytes', 256 * 1024 + 1],
  ['policy.requestHeaders.set', { 'x a': 'b' }],
  ['policy.requestHeaders.set', { x: 'a\r\nb: c' }],
  ['policy.requestHeaders.remove', ['a:b']],
  ['network.numTrustedHops', -1],
];

for (const [name, value] of BAD) {
  test(`FILE_KEYS refuse ${name}: ${JSON.stringify(value)}`, () => {
    const key = FILE_KEYS.get(name);
    assert.equal(key?.kind, 'used');
    const draft = newDraft();
    assert.match(key.apply(draft, value) ?? '', /^must|^holds|^is no/);
    assert.deepEqual(draft, newDraft());
  });
}

test('FILE_KEYS refuse a guard that this release does not have', () => {
  for (const name of ['globalExtAuth', 'rateLimitService'])
    assert.equal(FILE_KEYS.get(name)?.kind, 'refused');
});
