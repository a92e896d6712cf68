import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from '../support/ask.ts';
import { startTestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

const manifests = (port: number, route = '') =>
  documents(
    service('web', [port]),
    httpProxy(
      'web',
      `  virtualhost: {fqdn: web.test}\n  routes: [{${route} services: [{name: web, port: 80}]}]`,
    ),
  );

test('forward() sends one request to the upstream, written anew', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await startTestDataPlane(t, { manifests: { 'app.yaml': manifests(upstream.port) } });
  const reply = await ask(t, plane.http, {
    host: 'WEB.test.',
    path: '//a/./b?c=%20d',
    headers: ['X-Own:  v '],
  });
  assert.equal(reply.body, 'ok');
  const head = upstream.requests[0]?.head ?? '';
  assert.match(head, /^GET \/a\/b\?c=%20d HTTP\/1\.1\r\nhost: web\.test\r\n/);
  assert.match(head, /\r\nx-own: v\r\n/);
  assert.doesNotMatch(head, /\r\nconnection:/);
});

test('forward() refuses an upgrade that the route does not allow', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await startTestDataPlane(t, { manifests: { 'app.yaml': manifests(upstream.port) } });
  const client = await RawClient.connect(t, plane.http);
  client.send(
    'GET / HTTP/1.1\r\nhost: web.test\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const answer = await client.untilEnd();
  assert.match(answer, /^HTTP\/1\.1 403 /);
  assert.match(answer, /\r\nproxy-status: sluice; error=http_upgrade_failed\r\n/);
  assert.equal(upstream.sockets.length, 0);
});

test('forward() rewrites the path before it is sent, and keeps the query', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const route = 'conditions: [{prefix: /old}], pathRewritePolicy: {replacePrefix: [{replacement: /new}]},';
  const plane = await startTestDataPlane(t, { manifests: { 'app.yaml': manifests(upstream.port, route) } });
  await ask(t, plane.http, { host: 'web.test', path: '/old/x?y' });
  assert.match(upstream.requests[0]?.head ?? '', /^GET \/new\/x\?y /);
});
