import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { ask, rootProxy } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';
import { RawClient, rawServer } from '../support/raw.ts';

const HANDSHAKE = [
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
];

/** Routes `/ws` with WebSockets and `/plain` without, to an upstream that echoes messages. */
async function start(t: Parameters<typeof startTestGateway>[0]) {
  const server = createServer((_, response) => response.end('plain'));
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    socket.send(`${request.headers.host}${request.url}`);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    sockets.close();
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
  return startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [(server.address() as AddressInfo).port]),
        rootProxy(
          'web',
          'web.test',
          `  routes:
    - {conditions: [{prefix: /ws}], enableWebsockets: true, services: [{name: web, port: 80}]}
    - {conditions: [{prefix: /plain}], services: [{name: web, port: 80}]}
    - {conditions: [{prefix: /direct}], enableWebsockets: true, directResponsePolicy: {statusCode: 200, body: d}}`,
        ),
      ),
    },
  });
}

test('a WebSocket opens where its route permits it', async (t) => {
  const gateway = await start(t);
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.http}/ws/a?b`, { headers: { host: 'web.test' } });
  t.after(() => socket.terminate());
  const messages: string[] = [];
  const long = 'x'.repeat(200_000);
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => {
      socket.send('hello');
      socket.send(long);
    });
    socket.on('message', (data) => {
      messages.push(data.toString());
      if (messages.length === 3) resolve();
    });
  });
  assert.deepEqual(messages, ['web.test/ws/a?b', 'hello', long]);
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve);
  });
  socket.close(4001);
  assert.equal(await closed, 4001);
});

test('a WebSocket is refused where its route does not permit it', async (t) => {
  const gateway = await start(t);
  const reply = await ask(t, gateway.http, { host: 'web.test', path: '/plain', headers: HANDSHAKE.slice(1) });
  assert.notEqual(reply.status, 101);
  const client = await RawClient.connect(t, gateway.http);
  client.send(`GET /plain HTTP/1.1\r\nhost: web.test\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`);
  const text = await client.until(/\r\n\r\n/);
  assert.match(text, /^HTTP\/1\.1 403 /);
  assert.match(text, /\r\nproxy-status: sluice; error=http_upgrade_failed\r\n/);
});

test('requests without an upgrade pass a route with WebSockets; a direct response answers an upgrade', async (t) => {
  const gateway = await start(t);
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/ws' })).body, 'plain');
  const client = await RawClient.connect(t, gateway.http);
  client.send(`GET /direct HTTP/1.1\r\nhost: web.test\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`);
  assert.match(await client.until(/\r\n\r\nd$/), /^HTTP\/1\.1 200 /);
});

test('an upstream may refuse the upgrade', async (t) => {
  const upstream = await rawServer(t, (socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno'));
  });
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy(
          'web',
          'web.test',
          '  routes: [{enableWebsockets: true, services: [{name: web, port: 80}]}]',
        ),
      ),
    },
  });
  const client = await RawClient.connect(t, gateway.http);
  client.send(`GET / HTTP/1.1\r\nhost: web.test\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`);
  assert.match(await client.until(/\r\n\r\nno$/), /^HTTP\/1\.1 401 /);
});
