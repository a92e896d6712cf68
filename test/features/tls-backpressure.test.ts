import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { service, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { rawServer } from '../support/raw.ts';
import { certificateFor, secureConnect, tlsProxy, tlsSecret } from '../support/tls.ts';

const PIECE = Buffer.alloc(256 * 1024, 'Sluice');
const TOTAL = 96 * 1024 * 1024;
/** More than all buffers of the kernel on the way; a gateway that takes what it cannot pass on takes all. */
const LIMIT = TOTAL / 2;

async function start(t: TestContext, onConnection: (socket: Socket) => void) {
  const upstream = await rawServer(t, onConnection);
  return startTestGateway(t, {
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
      'proxy.yaml': tlsProxy('web.test', 'web'),
    },
  });
}

/** Writes until everything has left, as the other side takes it. */
async function pump(socket: Socket): Promise<void> {
  for (let sent = 0; sent < TOTAL; sent += PIECE.length) {
    if (!socket.write(PIECE)) await once(socket, 'drain');
  }
}

/** Resolves when a writer has stood still for many looks. */
async function untilStill(gateway: TestGateway, socket: Socket): Promise<void> {
  let before = -1;
  let looks = 0;
  await gateway.until(() => {
    looks = socket.bytesWritten === before ? looks + 1 : 0;
    before = socket.bytesWritten;
    return looks === 40;
  });
}

test('a TLS client that does not read makes its service wait, and gets everything in the end', async (t) => {
  let writer: Socket | null = null;
  const gateway = await start(t, (socket) => {
    socket.once('data', () => {
      writer = socket;
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${TOTAL}\r\n\r\n`);
      pump(socket).catch(() => {});
    });
  });
  const { socket } = await secureConnect(t, gateway.https, 'web.test');
  socket.removeAllListeners('data').pause();
  socket.write('GET / HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n');
  await gateway.until(() => writer !== null);
  assert.ok(writer);
  await untilStill(gateway, writer);
  assert.ok((writer as Socket).bytesWritten < LIMIT);
  let read = 0;
  socket.on('data', (bytes: Buffer) => {
    read += bytes.length;
  });
  socket.resume();
  await once(socket, 'end');
  assert.ok(read > TOTAL && read < TOTAL + 1000, String(read));
});

test('a service that does not read makes its TLS client wait, and gets everything in the end', async (t) => {
  let reader: Socket | null = null;
  const gateway = await start(t, (socket) => {
    reader = socket;
  });
  const { client, socket } = await secureConnect(t, gateway.https, 'web.test');
  client.send(`PUT / HTTP/1.1\r\nhost: web.test\r\ncontent-length: ${TOTAL}\r\n\r\n`);
  const sent = pump(socket);
  await gateway.until(() => reader !== null);
  assert.ok(reader);
  const service: Socket = reader;
  await untilStill(gateway, socket);
  assert.ok(socket.bytesWritten < LIMIT);
  let head = '';
  let received = 0;
  service.on('data', (bytes: Buffer) => {
    received += bytes.length;
    if (!head.includes('\r\n\r\n')) head += bytes.toString('latin1');
    const body = received - head.indexOf('\r\n\r\n') - 4;
    if (body === TOTAL) service.write('HTTP/1.1 204 No Content\r\n\r\n');
  });
  await sent;
  await client.until(/^HTTP\/1\.1 204 /);
});
