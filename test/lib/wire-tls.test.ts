import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import { latin1 } from '../../src/lib/latin1.ts';
import { BORROWED, type Lending, ReadBuffers, Wire, type WireHandler } from '../../src/lib/wire.ts';
import { certificateFor, testAuthority } from '../support/tls.ts';

const SIZE = 5 << 20;

/** A server whose first connection is a wire; what it reads goes to `handler(wire)`. */
async function secureWire(handler: (wire: () => Wire) => WireHandler) {
  const { chain, key } = await certificateFor('a.test');
  const server = tls.createServer({ cert: chain, key: key.reveal(), allowHalfOpen: true }, (socket) => {
    const wire = Wire.adopt(
      socket,
      handler(() => wire),
      new ReadBuffers(),
    );
    wire.start();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const ca = (await testAuthority()).certificate;
  const client = tls.connect({ port, host: '127.0.0.1', servername: 'a.test', ca });
  await once(client, 'secureConnect');
  return { client, close: () => server.close() };
}

test('Wire.adopt() reads a TLS socket by the shared buffer, as a plain one', async () => {
  const read = Promise.withResolvers<{ text: string; lending: Lending }>();
  const { client, close } = await secureWire((wire) => ({
    onBytes(bytes, start, end, lending) {
      read.resolve({ text: latin1(bytes, start, end), lending });
      wire().writeText('bye');
    },
    onEnd: () => wire().end(),
    onClose() {},
  }));
  client.write('hello');
  assert.deepEqual(await read.promise, { text: 'hello', lending: BORROWED });
  assert.equal(String(await once(client, 'data')), 'bye');
  client.end();
  await once(client, 'close');
  close();
});

test('Wire.pause() loses nothing of what a TLS socket has decrypted already, and the end comes behind it', async () => {
  const ended = Promise.withResolvers<{ reads: number; early: boolean }>();
  const hash = createHash('sha256');
  let reads = 0;
  let paused = false;
  let early = false;
  const { client, close } = await secureWire((wire) => ({
    onBytes(bytes, start, end) {
      early ||= paused;
      hash.update(bytes.subarray(start, end));
      reads++;
      paused = true;
      wire().pause();
      // Some turns later, at times within the next read.
      let turns = reads % 3;
      const later = () => {
        if (turns-- > 0) {
          setImmediate(later);
          return;
        }
        paused = false;
        wire().resume();
      };
      later();
    },
    onEnd() {
      ended.resolve({ reads, early });
      wire().end();
    },
    onClose() {},
  }));
  const payload = randomBytes(SIZE);
  client.end(payload);
  client.resume();
  const seen = await ended.promise;
  close();
  client.destroy();
  assert.equal(seen.early, false);
  assert.ok(seen.reads >= SIZE / 16384);
  assert.equal(hash.digest('hex'), createHash('sha256').update(payload).digest('hex'));
});
