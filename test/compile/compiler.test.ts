import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backend, Harness, proxy } from './compiler-harness.ts';

const ROOT = proxy(
  'root',
  `
virtualhost: { fqdn: www.example.com }
routes:
- conditions: [{ prefix: / }]
  services: [{ name: web, port: 80 }]
`,
);

test('Compiler serves a simple root', () => {
  const harness = new Harness();
  const result = harness.apply(ROOT, backend('web'));
  assert.deepEqual(
    result.hosts.set.map(({ name, tls, routes }) => ({ name, tls, routes: routes.length })),
    [{ name: 'www.example.com', tls: null, routes: 1 }],
  );
  assert.deepEqual(result.hosts.set[0]?.routes[0], {
    match: { path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
    action: {
      kind: 'forward',
      backends: [{ upstream: 'default/web/80', weight: 1, filters: [] }],
      mirror: null,
      timeouts: { responseMs: 15_000, idleMs: 300_000 },
      retry: null,
      rewrite: null,
      websocket: false,
    },
    filters: [],
    plain: 'serve',
    secure: 'none',
    origin: { kind: 'HTTPProxy', namespace: 'default', name: 'root', field: 'spec.routes[0]' },
  });
  assert.deepEqual(result.endpoints.set, [
    { name: 'default/web/http', endpoints: [{ address: '10.0.0.1', port: 8080 }] },
  ]);
  assert.equal(result.statuses.get('default/root')?.currentStatus, 'valid');
});
