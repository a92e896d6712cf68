import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globalHeaderFilters } from '../../../src/compile/ingress/headers.ts';
import type { CompileOptions } from '../../../src/compile/view.ts';
import { DEFAULT_COMPILE } from '../../../src/config.ts';

const INGRESS = { kind: 'Ingress', namespace: 'shop', name: 'web' } as const;
const SERVICE = { serviceName: 'web', servicePort: 80 };

const filters = (options: Partial<CompileOptions>) =>
  globalHeaderFilters({ ...DEFAULT_COMPILE, ...options }, INGRESS, SERVICE);

const REQUEST = {
  set: { 'x-from': '%CONTOUR_NAMESPACE%/%CONTOUR_SERVICE_NAME%:%CONTOUR_SERVICE_PORT%' },
  remove: ['x-secret'],
};
const RESPONSE = { set: {}, remove: ['server-timing'] };

test('globalHeaderFilters() gives nothing unless the policy is to hold for Ingresses', () => {
  assert.deepEqual(filters({ requestHeaders: REQUEST, responseHeaders: RESPONSE }), []);
});

test('globalHeaderFilters() gives nothing for a policy that does nothing', () => {
  assert.deepEqual(filters({ applyHeadersToIngress: true }), []);
});

test('globalHeaderFilters() fills in the names of the Ingress and its Service', () => {
  const made = filters({ applyHeadersToIngress: true, requestHeaders: REQUEST, responseHeaders: RESPONSE });
  assert.deepEqual(made, [
    {
      kind: 'request-headers',
      remove: ['x-secret'],
      set: [{ name: 'x-from', value: [{ kind: 'text', text: 'shop/web:80' }] }],
      host: null,
    },
    { kind: 'response-headers', remove: ['server-timing'], set: [] },
  ]);
});

test('globalHeaderFilters() makes a filter for one side alone', () => {
  const made = filters({ applyHeadersToIngress: true, responseHeaders: RESPONSE });
  assert.deepEqual(
    made.map(({ kind }) => kind),
    ['response-headers'],
  );
});
