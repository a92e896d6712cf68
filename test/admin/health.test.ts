import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startHealth } from '../../src/admin/health.ts';
import type { RunningServer } from '../../src/admin/server.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { rawRequest } from './raw-request.ts';

let ready = false;
let server: RunningServer;
before(async () => {
  const view = { ready: () => ready, metrics: () => 'sluice_ready 1\n' };
  server = await startHealth({ view, address: { address: '127.0.0.1', port: 0 }, logger: silentLogger });
});
after(() => server.close());

async function ask(path: string): Promise<number> {
  return (await rawRequest(server.port, [`GET ${path} HTTP/1.1`, 'host: sluice.system.svc:8002'])).status;
}

test('startHealth() answers probes and metrics under any host', async () => {
  assert.equal(await ask('/livez'), 200);
  assert.equal(await ask('/metrics'), 200);
});

test('startHealth() follows readiness', async () => {
  assert.equal(await ask('/readyz'), 503);
  ready = true;
  assert.equal(await ask('/readyz'), 200);
  ready = false;
});

test('startHealth() shows nothing else', async () => {
  for (const path of ['/', '/v1/routes', '/api/v1/secrets', '/apis'])
    assert.equal(await ask(path), 404, path);
});
