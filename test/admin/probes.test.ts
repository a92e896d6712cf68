import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { addProbes } from '../../src/admin/probes.ts';

for (const { path, ready, status, body } of [
  { path: '/livez', ready: true, status: 200, body: 'ok\n' },
  { path: '/livez', ready: false, status: 200, body: 'ok\n' },
  { path: '/readyz', ready: true, status: 200, body: 'ok\n' },
  { path: '/readyz', ready: false, status: 503, body: 'not ready\n' },
]) {
  test(`addProbes() answers ${path} with ${status} while ${ready ? 'ready' : 'not ready'}`, async () => {
    const app = Fastify();
    addProbes(app, { ready: () => ready, metrics: () => '' });
    const answer = await app.inject(path);
    assert.deepEqual([answer.statusCode, answer.body], [status, body]);
    assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  });
}

test('addProbes() answers /metrics in the text format of Prometheus', async () => {
  const app = Fastify();
  addProbes(app, { ready: () => true, metrics: () => 'sluice_ready 1\n' });
  const answer = await app.inject('/metrics');
  assert.equal(answer.body, 'sluice_ready 1\n');
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
});
