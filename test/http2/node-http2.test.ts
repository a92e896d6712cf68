import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { describe, test } from 'node:test';
import { BORROWED } from '../../src/lib/wire.ts';
import { listen, NetDriver, portOf } from './net-driver.ts';

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const BODY = randomFillSync(Buffer.alloc(300_000));

/** Echoes bodies back through the session's flow control: what is sent back was consumed. */
class EchoServer extends NetDriver {
  override consumes = false;

  override onRequest(...args: Parameters<NetDriver['onRequest']>): void {
    super.onRequest(...args);
    const [stream, head, endStream] = args;
    const headers = ['x-path', head.path, 'x-authority', head.authority];
    this.session.inform(stream, 103, ['link', '</a.css>']);
    this.session.respond(stream, { status: 200, headers, bodyLength: endStream ? 0 : -1 }, endStream);
  }

  override onData(...args: Parameters<NetDriver['onData']>): void {
    super.onData(...args);
    const [stream, bytes, start, end, , endStream] = args;
    this.session.write(stream, bytes, start, end, BORROWED, false);
    this.session.consumed(stream, end - start);
    if (endStream) this.session.end(stream, ['grpc-status', '0']);
  }
}

async function collect(stream: http2.ClientHttp2Stream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describe('Http2Session and node:http2', () => {
  test('a server of ours echoes bodies of many streams to a client of Node', {
    timeout: 20_000,
  }, async () => {
    const drivers: EchoServer[] = [];
    const server = await listen((socket) => {
      const driver = new EchoServer();
      drivers.push(driver);
      driver.drive(socket);
    });
    const client = http2.connect(`http://127.0.0.1:${portOf(server)}`);
    try {
      const sizes = [0, 1, 16_384, 16_385, 65_536, 200_000, BODY.length];
      const works = sizes.map(async (size) => {
        const stream = client.request({ ':method': 'POST', ':path': `/${size}`, cookie: 'a=b; c=d' });
        const trailers = once(stream, 'trailers');
        const response = once(stream, 'response');
        const interim = once(stream, 'headers');
        stream.end(BODY.subarray(0, size));
        assert.equal(((await interim)[0] as http2.IncomingHttpHeaders)[':status'], 103);
        const [head] = (await response) as [http2.IncomingHttpHeaders];
        assert.equal(head[':status'], 200);
        assert.equal(head['x-path'], `/${size}`);
        const body = await collect(stream);
        assert.equal(hash(body), hash(BODY.subarray(0, size)));
        if (size > 0) assert.equal((await trailers)[0]['grpc-status'], '0');
      });
      await Promise.all(works.slice(1));
      const get = client.request({ ':path': '/get' });
      assert.equal((await once(get, 'response'))[0]['content-length'], '0');
      await collect(get);
      const pong = new Promise<void>((resolve, reject) =>
        client.ping((error) => (error === null ? resolve() : reject(error))),
      );
      await pong;
      assert.deepEqual(drivers[0]?.faults, []);
      assert.equal(drivers[0]?.session.openStreams, 0);
      drivers[0]?.session.goAway();
      await once(client, 'goaway');
    } finally {
      client.destroy();
      server.close();
    }
  });

  test('a client of ours sends to a server of Node and reads its answers', { timeout: 20_000 }, async () => {
    const server = http2.createServer();
    server.on('stream', (stream: http2.ServerHttp2Stream, head: http2.IncomingHttpHeaders) => {
      stream.respond({ ':status': 200, 'x-method': head[':method'] }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-end': 'yes' }));
      stream.pipe(stream);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = net.connect({ host: '127.0.0.1', port: portOf(server as unknown as net.Server) });
    await once(socket, 'connect');
    const driver = new NetDriver({ server: false });
    try {
      let left = 5;
      const done = new Promise<void>((resolve) => {
        driver.onStreamEnd = (stream) => {
          driver.events.push(`over ${stream.id}`);
          if (--left === 0) resolve();
        };
      });
      driver.drive(socket);
      for (let i = 0; i < 5; i++) {
        const parts = {
          method: 'POST',
          scheme: 'http',
          authority: 'a.test',
          path: '/up',
          protocol: null,
        } as const;
        const rest = { headers: ['x-a', 'b'], neverIndexed: [], bodyLength: -1, teTrailers: true };
        const stream = driver.session.request({ ...parts, ...rest }, `stream ${i}`, false);
        assert.ok(stream !== null);
        driver.session.write(stream, BODY, 0, BODY.length, BORROWED, true);
      }
      await done;
      for (const id of [1, 3, 5, 7, 9]) {
        assert.equal(hash(driver.body(id)), hash(BODY));
        assert.ok(driver.events.includes(`trailers ${id} x-end yes`));
      }
      assert.deepEqual(driver.faults, []);
      assert.ok(!driver.events.some((event) => event.startsWith('reset')));
    } finally {
      socket.destroy();
      server.close();
    }
  });
});
