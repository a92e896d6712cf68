import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { webSocketAccept } from '../../src/proxy/websocket-key.ts';
import { startTestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, startTestGateway, until } from '../support/gateway.ts';
import { metric } from '../support/http1.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { connectStream, OPCODE, openWebSocket } from '../support/http2-websocket.ts';
import { rawServer } from '../support/raw.ts';
import { certificateFor, testAuthority, tlsSecret } from '../support/tls.ts';

const MIB = 1024 * 1024;
const HOST = { ':authority': 'web.test' };

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A service that echoes messages, and answers requests with their path. */
async function echoService(t: TestContext): Promise<{ port: number; sockets: WebSocketServer }> {
  const server = http.createServer((request, response) => response.end(request.url));
  const sockets = new WebSocketServer({ server, maxPayload: 16 * MIB });
  sockets.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      if (!isBinary && String(data) === 'leave') socket.close(4001, 'as you wish');
      else socket.send(data, { binary: isBinary });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** `web.test` on both listeners: WebSockets everywhere but on `/plain`. */
async function startSite(t: TestContext, port: number, options: { readonly route?: string } = {}) {
  const routes = `routes:
    - enableWebsockets: true
      services: [{name: web, port: 80}]
      ${options.route ?? ''}
    - conditions: [{prefix: /plain}]
      services: [{name: web, port: 80}]`;
  const gateway = await startTestGateway(t, {
    static: { drainTimeoutMs: 500 },
    manifests: {
      'web.yaml': documents(
        service('web', [port]),
        tlsSecret('web', await certificateFor('web.test')),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test, tls: {secretName: web}}
  ${routes.replace('- enableWebsockets', '- permitInsecure: true\n      enableWebsockets')}`,
        ),
      ),
    },
  });
  const { certificate } = await testAuthority();
  const connect = async (scheme: 'http' | 'https'): Promise<http2.ClientHttp2Session> => {
    const session = http2.connect(`${scheme}://127.0.0.1:${gateway[scheme]}`, {
      ...(scheme === 'https' ? { ca: certificate, servername: 'web.test' } : {}),
    });
    session.on('error', () => {});
    t.after(() => session.destroy());
    await once(session, 'remoteSettings');
    return session;
  };
  return { gateway, connect };
}

/** What an upstream answers to an upgrade. */
function switchFor(head: string): string {
  const key = /\r\nsec-websocket-key: (.*)\r\n/.exec(head)?.[1] ?? '';
  return (
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
    `sec-websocket-accept: ${webSocketAccept(key)}\r\nsec-websocket-protocol: chat\r\n\r\n`
  );
}

/** A WebSocket to an upstream that is only bytes. */
async function openRaw(t: TestContext, options: { readonly route?: string } = {}) {
  const upstream = await http1Upstream(t, {
    onRequest: ({ head }) => switchFor(head),
  });
  const { gateway, connect } = await startSite(t, upstream.port, options);
  const session = await connect('https');
  const socket = await openWebSocket(session, HOST);
  return { upstream, gateway, session, socket };
}

for (const scheme of ['http', 'https'] as const) {
  suite(`WebSockets over HTTP/2, ${scheme}`, () => {
    test('carry messages of every size and kind both ways, and their close', async (t) => {
      const { port } = await echoService(t);
      const { gateway, connect } = await startSite(t, port);
      const socket = await openWebSocket(await connect(scheme), HOST);
      const sizes = [0, 1, 125, 126, 65_535, 65_536, MIB];
      const messages = sizes.map((size) => randomBytes(size));
      for (const message of messages) socket.send(OPCODE.binary, message);
      socket.send(OPCODE.text, 'in ', false);
      socket.send(OPCODE.ping, 'between');
      socket.send(OPCODE.continuation, 'three ', false);
      socket.send(OPCODE.continuation, 'parts');
      assert.equal((await socket.message(sizes.length)).toString(), 'in three parts');
      assert.deepEqual(socket.messages.slice(0, -1).map(sha256), messages.map(sha256));
      assert.deepEqual(
        socket.frames.filter(({ opcode }) => opcode === OPCODE.pong).map(({ payload }) => String(payload)),
        ['between'],
      );
      assert.equal(await metric(gateway, 'sluice_tunnels'), 1);
      socket.send(OPCODE.close, Buffer.from([0x0f, 0xa0]));
      await until(() => socket.closed);
      assert.equal(socket.closeCode, 4000);
      assert.equal(socket.stream.rstCode, http2.constants.NGHTTP2_NO_ERROR);
      await until(async () => (await metric(gateway, 'sluice_tunnels')) === 0);
      assert.equal(await metric(gateway, `sluice_requests_total{listener="${scheme}",code="200"}`), 1);
    });

    test('stand beside each other and beside requests on one connection', async (t) => {
      const { port } = await echoService(t);
      const { connect } = await startSite(t, port);
      const session = await connect(scheme);
      const open = Array.from({ length: 30 }, () => openWebSocket(session, HOST));
      const sockets = await Promise.all(open);
      const asked = sockets.map(async (socket, index) => {
        const message = randomBytes(20_000 + index);
        socket.send(OPCODE.binary, message);
        assert.equal(sha256(await socket.message(0)), sha256(message));
      });
      const answered = Array.from({ length: 30 }, async (_, index) => {
        const stream = session.request({ ...HOST, ':path': `/a/${index}` });
        let body = '';
        for await (const part of stream) body += part;
        assert.equal(body, `/a/${index}`);
      });
      await Promise.all([...asked, ...answered]);
    });
  });
}

suite('WebSockets over HTTP/2', () => {
  test('are an HTTP/1.1 upgrade for the upstream, and a 200 without a key for the client', async (t) => {
    const { upstream, socket } = await openRaw(t);
    const head = upstream.requests[0]?.head ?? '';
    assert.match(head, /^GET \/socket HTTP\/1\.1\r\nhost: web\.test\r\n/);
    assert.match(head, /\r\nsec-websocket-key: [A-Za-z0-9+/]{22}==\r\n/);
    assert.match(head, /\r\nsec-websocket-version: 13\r\n/);
    assert.match(head, /\r\nupgrade: websocket\r\nconnection: upgrade\r\n/);
    assert.doesNotMatch(head, /content-length|transfer-encoding|protocol/);
    assert.equal(socket.headers['sec-websocket-protocol'], 'chat');
    assert.equal(socket.headers.server, 'sluice');
    for (const name of ['sec-websocket-accept', 'upgrade', 'connection', 'content-length'])
      assert.equal(socket.headers[name], undefined, name);
  });

  test('answer the key of a client that sends one all the same', async (t) => {
    const { session, upstream } = await openRaw(t);
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    const socket = await openWebSocket(session, { ...HOST, 'sec-websocket-key': key });
    assert.equal(socket.headers['sec-websocket-accept'], webSocketAccept(key));
    assert.match(upstream.requests[1]?.head ?? '', new RegExp(`\r\nsec-websocket-key: ${key}\r\n`));
  });

  test('hold what comes before the switch, its end too', async (t) => {
    const upstream = await http1Upstream(t, {});
    const { connect } = await startSite(t, upstream.port);
    const stream = connectStream(await connect('https'), HOST);
    stream.end('early bytes');
    await until(() => upstream.requests.length === 1);
    const { head = '' } = upstream.requests[0] ?? {};
    assert.equal(upstream.connections[0]?.received, head);
    upstream.sockets[0]?.write(switchFor(head));
    await until(() => upstream.connections[0]?.ended === true);
    assert.equal(upstream.connections[0]?.received, `${head}early bytes`);
  });

  test('are whole for slow readers on both sides', async (t) => {
    const { port, sockets } = await echoService(t);
    const { connect } = await startSite(t, port);
    const socket = await openWebSocket(await connect('https'), HOST);
    const messages = Array.from({ length: 4 }, () => randomBytes(MIB));
    // The client reads nothing until the server has stopped reading, and then a bit now and then.
    socket.stream.pause();
    for (const message of messages) socket.send(OPCODE.binary, message);
    const [server] = sockets.clients;
    await until(() => (server?.bufferedAmount ?? 0) > 0 || socket.stream.writableLength === 0);
    socket.stream.on('data', () => {
      socket.stream.pause();
      setImmediate(() => socket.stream.resume());
    });
    socket.stream.resume();
    await socket.message(messages.length - 1);
    assert.deepEqual(socket.messages.map(sha256), messages.map(sha256));
  });

  test('wait at their client for an upstream that does not read', async (t) => {
    let received = 0;
    const hash = createHash('sha256');
    const upstream = await rawServer(t, (socket) => {
      socket.once('data', (head) => {
        socket.pause();
        socket.write(switchFor(head.toString('latin1')));
        socket.on('data', (bytes) => {
          hash.update(bytes);
          received += bytes.length;
        });
      });
    });
    const { connect } = await startSite(t, upstream.port);
    const { stream } = await openWebSocket(await connect('https'), HOST);
    const part = randomBytes(MIB);
    const sent = createHash('sha256');
    const parts = 64;
    for (let count = 0; count < parts; count++) {
      stream.write(part);
      sent.update(part);
    }
    // All that can be under way is in the kernel's buffers and in one window.
    let before = 0;
    let same = 0;
    await until(() => {
      same = stream.writableLength === before ? same + 1 : 0;
      before = stream.writableLength;
      return same > 10;
    });
    assert.ok(stream.writableLength > 32 * MIB, `${stream.writableLength} bytes wait`);
    upstream.sockets[0]?.resume();
    await until(() => received === parts * MIB);
    assert.equal(hash.digest('hex'), sent.digest('hex'));
  });

  test('end at the upstream when their client resets them, and no other does', async (t) => {
    const { upstream, gateway, session, socket } = await openRaw(t);
    const other = await openWebSocket(session, HOST);
    socket.stream.close(http2.constants.NGHTTP2_CANCEL);
    await until(() => upstream.connections[0]?.closed === true);
    await until(async () => (await metric(gateway, 'sluice_tunnels')) === 1);
    upstream.sockets[1]?.write(Buffer.from([0x82, 1, 7]));
    assert.deepEqual(await other.message(0), Buffer.from([7]));
  });

  test('end at the upstream when the connection of their client breaks', async (t) => {
    const { upstream, gateway, session } = await openRaw(t);
    session.destroy();
    await until(() => upstream.connections[0]?.closed === true);
    await until(async () => (await metric(gateway, 'sluice_tunnels')) === 0);
  });

  test('are reset when their upstream breaks', async (t) => {
    const { upstream, gateway, socket } = await openRaw(t);
    upstream.sockets[0]?.resetAndDestroy();
    await until(() => socket.closed);
    assert.equal(socket.stream.rstCode, http2.constants.NGHTTP2_CANCEL);
    await until(async () => (await metric(gateway, 'sluice_tunnels')) === 0);
  });

  test('end with their upstream, and their client has all that it said', async (t) => {
    const { upstream, socket } = await openRaw(t);
    const payload = randomBytes(2 * MIB);
    const head = Buffer.alloc(10);
    head[0] = 0x82;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
    upstream.sockets[0]?.end(Buffer.concat([head, payload]));
    await until(() => socket.closed);
    assert.equal(socket.ended, true);
    assert.equal(sha256(await socket.message(0)), sha256(payload));
  });

  test('may be ended by their client while their upstream still speaks', async (t) => {
    const { upstream, socket } = await openRaw(t);
    const connection = upstream.connections[0];
    // The scripted upstream ends with its client: this one shall not.
    connection?.socket.removeAllListeners('end');
    let ended = false;
    connection?.socket.on('end', () => {
      ended = true;
    });
    socket.stream.end('last');
    await until(() => ended);
    assert.match(connection?.received ?? '', /last$/);
    connection?.socket.end(Buffer.from([0x82, 1, 7]));
    assert.deepEqual(await socket.message(0), Buffer.from([7]));
    await until(() => socket.closed);
    assert.equal(socket.ended, true);
  });

  test('end after the idle timeout of their route', async (t) => {
    const { upstream, socket } = await openRaw(t, { route: 'timeoutPolicy: {idle: 100ms}' });
    await until(() => socket.closed);
    assert.equal(socket.stream.rstCode, http2.constants.NGHTTP2_CANCEL);
    await until(() => upstream.connections[0]?.closed === true);
  });

  test('end with 1001 when the gateway drains, and their connection with them', async (t) => {
    const { port } = await echoService(t);
    const { gateway, connect } = await startSite(t, port);
    const session = await connect('https');
    const sockets = [await openWebSocket(session, HOST), await openWebSocket(session, HOST)];
    const gone = once(session, 'close');
    const drained = gateway.drain();
    await until(() => sockets.every(({ closed }) => closed));
    assert.deepEqual(
      sockets.map(({ closeCode }) => closeCode),
      [1001, 1001],
    );
    await gone;
    await drained;
  });

  test('a refusal by the upstream is an ordinary answer', async (t) => {
    const upstream = await http1Upstream(t, {
      onRequest: ({ head }) =>
        head.startsWith('GET /no ')
          ? answerOf('no', '401 Unauthorized', 'www-authenticate: Basic\r\n')
          : answerOf('not a switch'),
    });
    const { connect } = await startSite(t, upstream.port);
    const session = await connect('https');
    for (const [path, status, text] of [
      ['/no', 401, 'no'],
      ['/yes', 200, 'not a switch'],
    ] as const) {
      const stream = connectStream(session, { ...HOST, ':path': path });
      stream.write('bytes that nobody takes');
      const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
      assert.equal(headers[':status'], status);
      let body = '';
      for await (const part of stream) body += part;
      assert.equal(body, text);
    }
    assert.equal(
      upstream.connections.every(({ received }) => !received.includes('nobody')),
      true,
    );
  });

  for (const [what, fields] of [
    ['another key', `sec-websocket-accept: ${webSocketAccept('x')}\r\n`],
    ['none', ''],
  ]) {
    test(`a 101 that answers ${what} is 502`, async (t) => {
      const upstream = await http1Upstream(t, {
        onRequest: () =>
          `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n${fields}\r\n`,
      });
      const { connect } = await startSite(t, upstream.port);
      const stream = connectStream(await connect('https'), HOST);
      const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
      assert.equal(headers[':status'], 502);
      assert.equal(headers['proxy-status'], 'sluice; error=http_upgrade_failed');
      await until(() => upstream.connections[0]?.closed === true);
    });
  }

  test('are logged with the bytes of both directions when they end', async (t) => {
    const { port } = await echoService(t);
    const site = await startTestDataPlane(t, {
      worker: { accessLog: 'all' },
      manifests: {
        'web.yaml': documents(
          service('web', [port]),
          httpProxy(
            'web',
            '  virtualhost: {fqdn: web.test}\n  routes: [{enableWebsockets: true, services: [{name: web, port: 80}]}]',
          ),
        ),
      },
    });
    const session = http2.connect(`http://127.0.0.1:${site.http}`);
    t.after(() => session.destroy());
    await once(session, 'remoteSettings');
    const socket = await openWebSocket(session, HOST);
    socket.send(OPCODE.text, 'hello');
    await socket.message(0);
    assert.deepEqual(site.log, []);
    socket.stream.end();
    await until(() => site.log.length > 0);
    const line = JSON.parse(site.log[0] ?? '') as Record<string, unknown>;
    const { protocol, method, response_code, bytes_received, bytes_sent } = line;
    assert.deepEqual([protocol, method, response_code], ['HTTP/2', 'GET', 200]);
    assert.deepEqual([bytes_received, bytes_sent], [11, 7]);
  });

  test('are refused with 403 where their route has none', async (t) => {
    const { port } = await echoService(t);
    const { connect } = await startSite(t, port);
    const stream = connectStream(await connect('https'), { ...HOST, ':path': '/plain' });
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    assert.equal(headers[':status'], 403);
    assert.equal(headers['proxy-status'], 'sluice; error=http_upgrade_failed');
  });

  test('are closed by their server', async (t) => {
    const { port } = await echoService(t);
    const { connect } = await startSite(t, port);
    const socket = await openWebSocket(await connect('https'), HOST);
    socket.send(OPCODE.text, 'leave');
    await until(() => socket.closeCode === 4001);
    socket.send(OPCODE.close, Buffer.from([0x0f, 0xa1]));
    await until(() => socket.closed);
    assert.equal(socket.ended, true);
  });
});
