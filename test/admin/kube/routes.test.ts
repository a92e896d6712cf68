import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { addKubeRoutes } from '../../../src/admin/kube/routes.ts';
import { fakeGateway, NOW_MS } from '../fake-gateway.ts';

const app = Fastify();
addKubeRoutes(app, fakeGateway(), () => NOW_MS);

for (const [path, code, kind] of [
  ['/api', 200, 'APIVersions'],
  ['/apis', 200, 'APIGroupList'],
  ['/api/v1/services?limit=1', 200, 'ServiceList'],
  ['/apis/projectcontour.io/v1/namespaces/sh%6fp/httpproxies/web', 200, 'HTTPProxy'],
  [`/api/v1/namespaces/shop/services/${'x'.repeat(253)}`, 404, 'Status'],
  ['/openapi/v3/apis/apps/v1', 404, 'Status'],
] as const) {
  test(`addKubeRoutes() answers ${path.slice(0, 70)} with ${code} ${kind}`, async () => {
    const answer = await app.inject(path);
    assert.deepEqual([answer.statusCode, answer.json().kind], [code, kind]);
  });
}

test('addKubeRoutes() gives ages by the clock that it was handed', async () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const answer = await app.inject({ url: '/api/v1/configmaps', headers: { accept } });
  assert.deepEqual(answer.json().rows[0].cells, ['settings', 1, '36h']);
});

test('addKubeRoutes() tells a version', async () => {
  assert.equal((await app.inject('/version')).json().gitVersion, 'v1.30.0+sluice.0.1.0');
});

test('addKubeRoutes() leads from the index of schemas to a schema', async () => {
  const { paths } = (await app.inject('/openapi/v3')).json();
  const document = await app.inject(paths['apis/projectcontour.io/v1'].serverRelativeURL);
  assert.equal(document.json().openapi, '3.0.0');
});
