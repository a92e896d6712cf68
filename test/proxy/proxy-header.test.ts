import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { readProxyHeader } from '../../src/proxy/proxy-header.ts';

/** Stands for an accepted socket: what is pushed is what the peer sends. */
function fakeSocket(): Socket {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  return Object.assign(socket, { remoteAddress: '127.0.0.1' }) as unknown as Socket;
}

test('readProxyHeader() destroys a connection whose header is not whole after 10 s', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const socket = fakeSocket();
  readProxyHeader(socket, () => assert.fail('the header is not whole'));
  socket.push('PROXY TCP4 ');
  t.mock.timers.tick(9999);
  assert.equal(socket.destroyed, false);
  t.mock.timers.tick(1);
  assert.equal(socket.destroyed, true);
});

test('readProxyHeader() gives what stands behind the header, stops reading and forgets its deadline', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const socket = fakeSocket();
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  readProxyHeader(socket, (...found) => resolve(found));
  socket.push('PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\nGET ');
  const [peer, rest] = await promise;
  assert.deepEqual(peer, {
    address: '192.0.2.7',
    port: 40_000,
    localAddress: '198.51.100.1',
    localPort: 443,
  });
  assert.equal(String(rest), 'GET ');
  assert.equal(socket.isPaused(), true);
  t.mock.timers.tick(60_000);
  assert.equal(socket.destroyed, false);
  // Bytes that come later are for whoever reads on.
  socket.push('/ HTTP/1.1');
  socket.resume();
  assert.equal(String((await once(socket, 'data'))[0]), '/ HTTP/1.1');
  socket.destroy();
});

test('readProxyHeader() destroys a connection that ends within its header', async () => {
  const ended = fakeSocket();
  readProxyHeader(ended, () => assert.fail('the header is not whole'));
  ended.push('PROXY ');
  ended.push(null);
  await once(ended, 'close');
});
