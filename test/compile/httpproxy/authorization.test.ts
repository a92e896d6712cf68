import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAuthorization } from '../../../src/compile/httpproxy/authorization.ts';
import type { AuthorizationSpec, VirtualHostSpec } from '../../../src/compile/httpproxy/spec.ts';
import { findings } from '../findings.ts';
import { MemoryView } from '../memory-view.ts';

const VIEW = new MemoryView([
  {
    kind: 'ExtensionService',
    metadata: { namespace: 'auth', name: 'good' },
    spec: { services: [{ name: 'auth', port: 80 }] },
  } as never,
  {
    kind: 'Service',
    metadata: { namespace: 'auth', name: 'auth' },
    spec: { ports: [{ port: 80 }] },
  } as never,
]);
const REF = { extensionRef: { namespace: 'auth', name: 'good' } };

function check(
  authorization: AuthorizationSpec | undefined,
  tls: VirtualHostSpec['tls'] = { secretName: 'c' },
) {
  const host = { fqdn: 'a.example', tls, authorization } as VirtualHostSpec;
  return findings((place) => checkAuthorization(host, { place, view: VIEW }), 'host');
}

test('checkAuthorization() tells whether routes are authorized by default', () => {
  assert.deepEqual(check(REF), { value: { enabled: true }, reports: [], messages: [] });
  assert.deepEqual(check({ ...REF, authPolicy: { disabled: true } }).value, { enabled: false });
  assert.equal(check(undefined).value, null);
});

test('checkAuthorization() lets a block without a name stand without TLS', () => {
  const host = { fqdn: 'a.example', authorization: { authPolicy: { disabled: true } } };
  const { value, reports } = findings((place) => checkAuthorization(host, { place, view: VIEW }), 'host');
  assert.deepEqual([value, reports], [null, []]);
});

test('checkAuthorization() rejects', () => {
  const error = (reason: string, field: string): string[] => [`error AuthError/${reason} at${field}`];
  const cases: [AuthorizationSpec, VirtualHostSpec['tls'], string[]][] = [
    [REF, { passthrough: true }, error('AuthNotPermitted', '.extensionRef')],
    [
      { extensionRef: { name: 'x', apiVersion: 'v1' } },
      {},
      error('AuthBadResourceVersion', '.extensionRef.apiVersion'),
    ],
    // The namespace is the proxy's unless it is given.
    [{ extensionRef: { name: 'good' } }, {}, error('ExtensionServiceNotFound', '.extensionRef')],
    [{ ...REF, responseTimeout: 'x' }, {}, error('AuthResponseTimeoutInvalid', '.responseTimeout')],
    [
      { ...REF, serviceType: 'http', authPolicy: { context: { a: 'b' } } },
      {},
      error('AuthContextForHTTP', '.authPolicy.context'),
    ],
    [
      { ...REF, serviceType: 'http', httpSettings: { allowedAuthorizationHeaders: [{}] } },
      {},
      error('AuthBadAllowedHeader', '.httpSettings.allowedAuthorizationHeaders[0]'),
    ],
  ];
  for (const [authorization, tls, reports] of cases) {
    assert.deepEqual(check(authorization, tls).reports, reports);
  }
});
