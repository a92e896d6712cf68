import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, rootProxy } from '../support/ask.ts';
import { documents, startTestGateway } from '../support/gateway.ts';
import { RawClient } from '../support/raw.ts';

const LONG = 'x'.repeat(5000);

test('a direct response has the status and the body that were configured', async (t) => {
  const route = (path: string, policy: string) =>
    `    - {conditions: [{prefix: ${path}}], directResponsePolicy: {${policy}}}\n`;
  const gateway = await startTestGateway(t, {
    manifests: {
      'proxy.yaml': documents(
        rootProxy(
          'web',
          'web.test',
          `  routes:\n${route('/ok', 'statusCode: 200, body: "grün\\n"')}${route('/bare', 'statusCode: 204')}${route('/no', 'statusCode: 503, body: later')}${route('/long', `statusCode: 200, body: ${LONG}`)}`,
        ),
      ),
    },
  });
  const cases: readonly (readonly [method: string, path: string, status: number, body: string])[] = [
    ['GET', '/ok', 200, Buffer.from('grün\n').toString('latin1')],
    ['POST', '/ok', 200, Buffer.from('grün\n').toString('latin1')],
    ['HEAD', '/ok', 200, ''],
    ['GET', '/bare', 204, ''],
    ['GET', '/no', 503, 'later'],
    ['GET', '/long', 200, LONG],
  ];
  for (const [method, path, status, body] of cases) {
    await t.test(`${method} ${path}`, async (t) => {
      const reply = await ask(t, gateway.http, { method, host: 'web.test', path });
      assert.equal(reply.status, status);
      assert.equal(reply.body, body);
      assert.equal(reply.headers.get('server'), 'sluice');
      assert.equal(reply.headers.has('proxy-status'), false, 'the user asked for it');
      if (path === '/ok') {
        assert.equal(reply.headers.get('content-length'), '6');
        assert.equal(reply.headers.get('content-type'), 'text/plain');
      }
      assert.equal(reply.headers.has('content-length'), status !== 204);
    });
  }
});

test('a direct response whose status has no body drops the one that was configured', async (t) => {
  const routes = [204, 205, 304]
    .map(
      (status) =>
        `    - {conditions: [{prefix: /${status}}], directResponsePolicy: {statusCode: ${status}, body: stray}}\n`,
    )
    .join('');
  const gateway = await startTestGateway(t, {
    manifests: { 'proxy.yaml': rootProxy('web', 'web.test', `  routes:\n${routes}`) },
  });
  const client = await RawClient.connect(t, gateway.http);
  client.send(
    [204, 205, 304].map((status) => `GET /${status} HTTP/1.1\r\nhost: web.test\r\n\r\n`).join('') +
      'GET / HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n',
  );
  const received = await client.untilEnd();
  assert.deepEqual(received.match(/^HTTP\/1\.1 \d+/gm), [
    'HTTP/1.1 204',
    'HTTP/1.1 205',
    'HTTP/1.1 304',
    'HTTP/1.1 404',
  ]);
  assert.doesNotMatch(received, /stray/);
});
