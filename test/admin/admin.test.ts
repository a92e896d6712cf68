import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startAdmin } from '../../src/admin/admin.ts';
import { PAGE_POLICY } from '../../src/admin/page.ts';
import type { RunningServer } from '../../src/admin/server.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { fakeGateway, KEY_TEXT, NOW_MS } from './fake-gateway.ts';
import { rawRequest } from './raw-request.ts';

let admin: RunningServer;
before(async () => {
  admin = await startAdmin({
    view: fakeGateway(),
    address: { address: '127.0.0.1', port: 0 },
    adminHosts: ['ops.test'],
    logger: silentLogger,
    wall: () => NOW_MS,
  });
});
after(() => admin.close());

const PATHS = [
  '/',
  '/livez',
  '/readyz',
  '/metrics',
  '/v1/listeners',
  '/v1/routes',
  '/v1/upstreams',
  '/v1/certificates',
  '/v1/workers',
  '/v1/explain?url=http://shop.test/',
  '/api',
  '/apis',
  '/version',
  '/openapi/v3',
  '/api/v1/secrets',
  '/api/v1/namespaces/shop/secrets/shop-tls',
];

for (const path of PATHS) {
  test(`startAdmin() answers ${path}, and without key material`, async () => {
    const response = await fetch(`${admin.url}${path}`);
    const body = await response.text();
    assert.equal(response.status, 200);
    assert.ok(!body.includes(KEY_TEXT) && !body.includes(btoa(KEY_TEXT)));
  });
}

test('startAdmin() allows the names of --admin-host and no other', async () => {
  const ask = (host: string) => rawRequest(admin.port, ['GET / HTTP/1.1', `host: ${host}`]);
  assert.equal((await ask('ops.test')).status, 200);
  assert.equal((await ask('evil.test')).status, 403);
});

test('startAdmin() serves the page with the policy of its style sheet', async () => {
  const response = await fetch(`${admin.url}/`);
  assert.equal(response.headers.get('content-security-policy'), PAGE_POLICY);
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.ok((await response.text()).includes(`kubectl --server ${admin.url} get`));
});

test('startAdmin() answers a write below /apis with a Status', async () => {
  const response = await fetch(`${admin.url}/apis/projectcontour.io/v1/namespaces/shop/httpproxies/web`, {
    method: 'DELETE',
  });
  assert.equal(response.status, 405);
  const { kind, reason } = (await response.json()) as Record<string, unknown>;
  assert.deepEqual([kind, reason], ['Status', 'MethodNotAllowed']);
});
