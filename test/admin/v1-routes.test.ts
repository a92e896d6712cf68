import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { addV1Routes } from '../../src/admin/v1-routes.ts';
import { fakeGateway } from './fake-gateway.ts';

const app = Fastify();
addV1Routes(app, fakeGateway());

async function ask(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await app.inject(path);
  return { status: answer.statusCode, body: answer.json() };
}

test('/v1/listeners lists the addresses in use', async () => {
  const { body } = await ask('/v1/listeners');
  assert.deepEqual(body, { listeners: [{ name: 'http', address: '127.0.0.1', port: 8080 }] });
});

for (const name of ['routes', 'upstreams', 'certificates', 'workers']) {
  test(`/v1/${name} answers indented JSON`, async () => {
    const answer = await app.inject(`/v1/${name}`);
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    assert.match(answer.body, /^\{\n {2}"/);
  });
}

test('/v1/routes?host= shows one host', async () => {
  const { body } = await ask('/v1/routes?host=shop.test');
  assert.equal((body as { hosts: unknown[] }).hosts.length, 1);
});

test('/v1/explain says which route answers', async () => {
  const url = encodeURIComponent('http://shop.test/cart?x=1');
  const { status, body } = await ask(`/v1/explain?method=GET&url=${url}&header=a%3A%201&header=b%3A%202`);
  const { host, path, route, second } = body as Record<string, Record<string, unknown> | null>;
  assert.equal(status, 200);
  assert.deepEqual([host, path], ['shop.test', '/cart']);
  assert.equal(route?.does, 'forward to shop/web/80');
  assert.equal(route?.place, 'manifests/gone.yaml:4');
  assert.equal(second?.match, 'prefix /');
});

for (const { name, query, error } of [
  { name: 'no URL', query: '', error: /url is missing/ },
  { name: 'a URL without scheme', query: '?url=shop.test', error: /must be as http:\/\/host\/path/ },
  { name: 'a header without name', query: '?url=http://shop.test/&header=x', error: /"x" must be as/ },
]) {
  test(`/v1/explain refuses ${name}`, async () => {
    const { status, body } = await ask(`/v1/explain${query}`);
    assert.equal(status, 400);
    assert.match((body as { error: string }).error, error);
  });
}
