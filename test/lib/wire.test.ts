import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { BORROWED, LENT, type Lending, ReadBuffers, Wire, type WireHandler } from '../../src/lib/wire.ts';

/** A loopback server whose connections are handed to `accept`. */
async function listen(
  accept: (socket: net.Socket) => void,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }, accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    close: async () => {
      server.close();
    },
  };
}

test('Wire passes a large body by reference to readers of any speed without losing a byte', async () => {
  const buffers = new ReadBuffers(2);
  const size = 3 << 20;
  const payload = randomBytes(size);
  const expected = createHash('sha256').update(payload).digest('hex');
  const lendings = new Set<Lending>();
  const source = await listen((socket) => {
    socket.resume();
    socket.end(payload);
  });
  // Each accepted client gets what an upstream sends, with the flow control that the proxy uses.
  const relay = await listen((accepted) => {
    const client = Wire.accept(accepted, { onBytes() {}, onEnd() {}, onClose() {} }, buffers);
    client.start();
    const handler: WireHandler = {
      onBytes(bytes, start, end, lending) {
        lendings.add(lending);
        upstream.borrowOwn();
        client.writeBytes(bytes, start, end, lending);
        if (client.drained) return;
        upstream.pause();
        client.whenDrained(() => upstream.resume());
      },
      onEnd() {
        client.end();
        upstream.end();
      },
      onClose() {},
    };
    const upstream = Wire.connect({ host: '127.0.0.1', port: source.port }, handler, buffers);
  });
  const download = async (slow: boolean): Promise<string> => {
    const socket = net.connect({ port: relay.port, host: '127.0.0.1' });
    const hash = createHash('sha256');
    let reads = 0;
    for await (const chunk of socket) {
      hash.update(chunk as Buffer);
      if (slow && ++reads % 8 === 0)
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    }
    return hash.digest('hex');
  };
  const hashes = await Promise.all([false, true, true, false, true, true].map(download));
  assert.deepEqual(
    hashes,
    hashes.map(() => expected),
  );
  assert.deepEqual([...lendings].sort(), [BORROWED, LENT]);
  await relay.close();
  await source.close();
});

test('Wire tells of the end of the peer, and may still write then', async () => {
  const buffers = new ReadBuffers();
  const server = await listen((accepted) => {
    const wire: Wire = Wire.accept(
      accepted,
      {
        onBytes() {},
        onEnd() {
          wire.writeText('late');
          wire.end();
        },
        onClose() {},
      },
      buffers,
    );
    wire.start();
  });
  const socket = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end('early');
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  assert.equal(answer, 'late');
  await server.close();
});

test('Wire.onClose() is called once with the error of a reset', async () => {
  const buffers = new ReadBuffers();
  const closed = Promise.withResolvers<Error | null>();
  const server = await listen((accepted) => {
    const wire = Wire.accept(accepted, { onBytes() {}, onEnd() {}, onClose: closed.resolve }, buffers);
    wire.start();
  });
  const socket = net.connect({ port: server.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.resetAndDestroy();
  assert.equal(((await closed.promise) as NodeJS.ErrnoException).code, 'ECONNRESET');
  await server.close();
});
