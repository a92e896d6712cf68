import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream, RawClient } from '../support/raw.ts';

test('a request passes every room: manifest, compile, worker, upstream and back', async (t) => {
  const upstream = await fixedUpstream(t, 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello');
  const gateway = await startTestGateway(t, {
    manifests: {
      'app.yaml': documents(
        service('web', [upstream.port]),
        httpProxy('web', '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
  const client = await RawClient.connect(t, gateway.http);
  client.send('GET /a/../b?c HTTP/1.1\r\nhost: web.test\r\nx-forwarded-proto: https\r\n\r\n');
  const answer = await client.until(/hello$/);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /\r\nserver: sluice\r\n/);
  assert.match(answer, /\r\ncontent-length: 5\r\n/);
  const head = upstream.heads[0] ?? '';
  assert.match(head, /^GET \/b\?c HTTP\/1\.1\r\nhost: web\.test\r\n/);
  assert.match(head, /\r\nx-forwarded-for: 127\.0\.0\.1\r\n/);
  assert.match(head, /\r\nx-forwarded-proto: http\r\n/);
  assert.match(head, /\r\nx-request-id: [0-9a-f-]{36}\r\n/);
});

test('a manifest that changes takes effect without a connection lost', async (t) => {
  const upstream = await fixedUpstream(t, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  const proxy = (prefix: string) =>
    httpProxy(
      'web',
      `  virtualhost: {fqdn: web.test}\n  routes: [{conditions: [{prefix: ${prefix}}], services: [{name: web, port: 80}]}]`,
    );
  const gateway = await startTestGateway(t, {
    manifests: { 'service.yaml': service('web', [upstream.port]), 'proxy.yaml': proxy('/old') },
  });
  const client = await RawClient.connect(t, gateway.http);
  client.send('GET /new HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/^HTTP\/1\.1 404 /);
  await gateway.write('proxy.yaml', proxy('/new'));
  await gateway.until(async () => {
    const probe = await RawClient.connect(t, gateway.http);
    probe.send('GET /new HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n');
    return (await probe.untilEnd()).startsWith('HTTP/1.1 200 ');
  });
  client.send('GET /new HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/HTTP\/1\.1 200 OK[\s\S]*ok$/);
});
