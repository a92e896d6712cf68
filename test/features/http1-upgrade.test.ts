import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { until } from '../support/gateway.ts';
import { metric, proxied, statuses } from '../support/http1.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { rawServer } from '../support/raw.ts';

const WEBSOCKETS = { route: 'enableWebsockets: true' };
const ASK =
  'GET /chat HTTP/1.1\r\nhost: web.test\r\nupgrade: websocket\r\nconnection: Upgrade\r\n' +
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n';
const SWITCH =
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: x\r\n\r\n';

test('bytes behind an upgrade request are held until the 101 (H2)', async (t) => {
  const upstream = await http1Upstream(t, {});
  const { connect, gateway } = await proxied(t, upstream, WEBSOCKETS);
  const client = await connect();
  client.send(`${ASK}early bytes`);
  await until(() => upstream.requests.length === 1);
  const head = upstream.requests[0]?.head ?? '';
  assert.match(head, /\r\nupgrade: websocket\r\nconnection: upgrade\r\n/);
  assert.match(head, /\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n/);
  assert.equal(upstream.connections[0]?.received, head);
  upstream.sockets[0]?.write(`${SWITCH}from upstream`);
  const received = await client.until(/from upstream$/);
  assert.match(received, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  assert.match(received, /\r\nupgrade: websocket\r\nconnection: upgrade\r\n/);
  assert.match(received, /\r\nsec-websocket-accept: x\r\n/);
  await until(() => upstream.connections[0]?.received.endsWith('early bytes') === true);
  assert.equal(await metric(gateway, 'sluice_tunnels'), 1);
  // Each side may end while the other still speaks.
  client.socket.end('last of the client');
  await until(() => upstream.connections[0]?.ended === true);
  assert.equal(upstream.connections[0]?.received.endsWith('early byteslast of the client'), true);
  await client.untilEnd();
  await until(async () => (await metric(gateway, 'sluice_tunnels')) === 0);
  assert.equal(await metric(gateway, 'sluice_requests_total{listener="http",code="101"}'), 1);
});

test('any other answer to an upgrade is ordinary, ends the connection and drops what came behind (H2, H4)', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('no') });
  const { exchange } = await proxied(t, upstream, WEBSOCKETS);
  const received = await exchange(`${ASK}GET / HTTP/1.1\r\nhost: web.test\r\n\r\n`);
  assert.deepEqual(statuses(received), [200]);
  assert.match(received, /\r\nconnection: close\r\n\r\nno$/);
  assert.equal(upstream.requests.length, 1);
  await until(() => upstream.connections[0]?.closed === true);
});

test('a 101 with another token is 502 (H5)', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => SWITCH.replace('websocket', 'h2c') });
  const { exchange } = await proxied(t, upstream, WEBSOCKETS);
  const received = await exchange(ASK);
  assert.deepEqual(statuses(received), [502]);
  assert.match(received, /\r\nproxy-status: sluice; error=http_upgrade_failed\r\n/);
});

test('upgrade requests that are not what they should be (H1, H7)', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('plain') });
  const { exchange } = await proxied(t, upstream, WEBSOCKETS);
  const cases: readonly [row: string, status: number, bytes: string][] = [
    [
      'H1 h2c is ignored',
      200,
      ASK.replace('upgrade: websocket', 'upgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA').replace(
        'connection: Upgrade',
        'connection: close, Upgrade, HTTP2-Settings',
      ),
    ],
    ['H7 without connection: upgrade it is ignored', 200, ASK.replace('Upgrade', 'close')],
    ['H7 in HTTP/1.0 it is ignored', 200, ASK.replace('HTTP/1.1', 'HTTP/1.0')],
    ['H7 without a key', 400, ASK.replace(/sec-websocket-key.*\r\n/, '')],
    ['H7 with version 99', 426, ASK.replace('version: 13', 'version: 99')],
  ];
  for (const [row, status, bytes] of cases) {
    await t.test(row, async () => {
      const before = upstream.requests.length;
      const received = await exchange(bytes);
      assert.deepEqual(statuses(received), [status]);
      if (status === 426) assert.match(received, /\r\nsec-websocket-version: 13\r\n/);
      assert.equal(upstream.requests.length - before, status === 200 ? 1 : 0);
      if (status === 200) assert.doesNotMatch(upstream.requests.at(-1)?.head ?? '', /upgrade|http2-settings/);
    });
  }
});

test('a route that does not allow WebSockets refuses the upgrade', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => SWITCH });
  const { exchange } = await proxied(t, upstream);
  assert.deepEqual(statuses(await exchange(ASK)), [403]);
  assert.deepEqual(upstream.requests, []);
});

test('interim responses are relayed but 100, and have no body (H16)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: () =>
      'HTTP/1.1 100 Continue\r\n\r\n' +
      'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\ncontent-length: 5\r\n\r\n' +
      `HTTP/1.1 102 Processing\r\ntransfer-encoding: chunked\r\n\r\n${answerOf('ok')}`,
  });
  const { exchange } = await proxied(t, upstream);
  const fields = 'host: web.test\r\nconnection: close\r\n\r\n';
  const received = await exchange(`GET / HTTP/1.1\r\n${fields}`);
  assert.deepEqual(statuses(received), [103, 102, 200]);
  assert.match(received, /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>\r\n\r\nHTTP\/1\.1 102/);
  assert.match(received, /\r\n\r\nok$/);
  assert.deepEqual(statuses(await exchange(`GET / HTTP/1.0\r\n${fields}`)), [200]);
  assert.deepEqual(statuses(await exchange(`HEAD / HTTP/1.1\r\n${fields}`)), [103, 102, 200]);
});

test('an interim response comes when it comes, not with the final one', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => 'HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n' });
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/103 Early Hints\r\nx: y\r\n\r\n$/);
  upstream.sockets[0]?.write(answerOf('ok'));
  await client.until(/ok$/);
});

test('a WebSocket carries messages of every size both ways, to slow readers too, and its close', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 64 << 20 });
  t.after(() => server.close());
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  const { gateway } = await proxied(t, server.address() as net.AddressInfo, WEBSOCKETS);
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.http}/chat`, {
    headers: { host: 'web.test' },
    maxPayload: 64 << 20,
  });
  t.after(() => socket.terminate());
  await once(socket, 'open');
  const sizes = [0, 1, 125, 126, 65_535, 65_536, 1 << 20, 12 << 20];
  const messages = sizes.map((size) => randomBytes(size));
  const digest = (data: Buffer) => createHash('sha1').update(data).digest('hex');
  const echoed: string[] = [];
  socket.on('message', (data: Buffer) => {
    echoed.push(digest(data));
    // A slow reader: the gateway must hold what it read, and read no more.
    socket.pause();
    setTimeout(() => socket.resume(), 5);
  });
  for (const message of messages) socket.send(message);
  await until(() => echoed.length === sizes.length);
  assert.deepEqual(echoed, messages.map(digest));
  socket.close(4000, 'enough');
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  assert.equal(code, 4000);
  assert.equal(reason.toString(), 'enough');
  await until(async () => (await metric(gateway, 'sluice_tunnels')) === 0);
});

test('a slow reader of a tunnel gets all of it, also when the upstream has ended', async (t) => {
  const size = 16 << 20;
  const upstream = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.write(SWITCH);
      socket.end(Buffer.alloc(size, 'x'));
    });
  });
  const { gateway } = await proxied(t, upstream, WEBSOCKETS);
  const socket = net.connect({ port: gateway.http, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  socket.write(ASK);
  // Both sides have ended before the client has read much.
  socket.end();
  let received = 0;
  for await (const bytes of socket) {
    received += (bytes as Buffer).length;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(received > size, true);
});

test('a client that ends its side before the 101 is seen to have ended by the upstream', async (t) => {
  const upstream = await http1Upstream(t, {});
  const { connect } = await proxied(t, upstream, WEBSOCKETS);
  const client = await connect();
  client.socket.end(ASK);
  await until(() => upstream.requests.length === 1);
  upstream.sockets[0]?.write(SWITCH);
  await client.until(/101/);
  await until(() => upstream.connections[0]?.ended === true);
});

test('a tunnel that one side resets is gone on the other', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => SWITCH });
  const { connect, gateway } = await proxied(t, upstream, WEBSOCKETS);
  const first = await connect();
  first.send(ASK);
  await first.until(/101/);
  first.socket.resetAndDestroy();
  await until(() => upstream.connections[0]?.closed === true);
  const second = await connect();
  second.send(ASK);
  await second.until(/101/);
  upstream.sockets[1]?.resetAndDestroy();
  await second.untilEnd();
  second.socket.end();
  await until(async () => (await metric(gateway, 'sluice_tunnels')) === 0);
});

test('a tunnel ends when the gateway drains, with a close frame for its client', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => SWITCH });
  const { connect, gateway } = await proxied(t, upstream, { ...WEBSOCKETS, static: { drainTimeoutMs: 100 } });
  const client = await connect();
  client.send(ASK);
  await client.until(/101.*\r\n\r\n$/s);
  const drained = gateway.drain();
  assert.equal((await client.untilEnd()).endsWith('\r\n\r\n\x88\x02\x03\xe9'), true);
  client.socket.end();
  await drained;
});
