import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { service, startTestGateway } from '../support/gateway.ts';
import { certificateFor, secureConnect, testAuthority, tlsProxy, tlsSecret } from '../support/tls.ts';

const PIECE_BYTES = 64 * 1024;
const PIECES = 160;

/** Bytes that differ from piece to piece: one that is lost, doubled or overwritten changes the hash. */
function piece(index: number): Buffer {
  const bytes = Buffer.alloc(PIECE_BYTES);
  let state = index + 1;
  for (let at = 0; at < PIECE_BYTES; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

const pieces = Array.from({ length: PIECES }, (_, index) => piece(index));

const EXPECTED = pieces.reduce((hash, each) => hash.update(each), createHash('sha256')).digest('hex');

/** Hashes a body; a slow reader lets some turns of the loop pass between pieces. */
async function hashOf(stream: IncomingMessage, slow: boolean): Promise<string> {
  const hash = createHash('sha256');
  let read = 0;
  for await (const bytes of stream) {
    hash.update(bytes as Buffer);
    read += (bytes as Buffer).length;
    // The other side runs into full buffers now and then.
    for (let turn = 0; slow && turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(read, PIECES * PIECE_BYTES);
  return hash.digest('hex');
}

/** `PUT` answers with the hash of the body, `GET` with the pieces; `/slow` reads slowly. */
async function startService(t: TestContext): Promise<{
  readonly port: number;
  readonly begun: string[];
  readonly broken: string[];
}> {
  const begun: string[] = [];
  const broken: string[] = [];
  const server: Server = createServer(async (incoming, response) => {
    begun.push(incoming.url ?? '');
    try {
      if (incoming.method === 'PUT') {
        response.end(await hashOf(incoming, incoming.url === '/slow'));
        return;
      }
      for (const bytes of pieces) if (!response.write(bytes)) await once(response, 'drain');
      response.end();
    } catch {
      broken.push(incoming.url ?? '');
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, begun, broken };
}

async function start(t: TestContext) {
  const { port, begun, broken } = await startService(t);
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': service('web', [port]),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
      'proxy.yaml': tlsProxy('web.test', 'web'),
    },
  });
  const { certificate } = await testAuthority();
  const open = (method: string, path: string, headers = {}) =>
    request({
      host: '127.0.0.1',
      port: gateway.https,
      servername: 'web.test',
      ca: certificate,
      agent: false,
      method,
      path,
      headers: { host: 'web.test', ...headers },
    });
  return { gateway, open, begun, broken };
}

const UPLOADS = [
  { name: 'with a length', headers: { 'content-length': PIECES * PIECE_BYTES }, path: '/' },
  { name: 'in chunks', headers: {}, path: '/' },
  {
    name: 'with a length, to a slow service',
    headers: { 'content-length': PIECES * PIECE_BYTES },
    path: '/slow',
  },
  { name: 'in chunks, to a slow service', headers: {}, path: '/slow' },
] as const;

for (const { name, headers, path } of UPLOADS) {
  test(`10 MiB up over TLS arrive unchanged, ${name}`, async (t) => {
    const { open } = await start(t);
    const sent = open('PUT', path, headers);
    const answered = once(sent, 'response');
    for (const bytes of pieces) if (!sent.write(bytes)) await once(sent, 'drain');
    sent.end();
    const [response] = (await answered) as [IncomingMessage];
    assert.equal((await response.toArray()).join(''), EXPECTED);
  });
}

for (const slow of [false, true]) {
  test(`10 MiB down over TLS arrive unchanged at a ${slow ? 'slow' : 'quick'} client`, async (t) => {
    const { open } = await start(t);
    const sent = open('GET', '/').end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    assert.equal(await hashOf(response, slow), EXPECTED);
  });
}

test('six transfers each way at once keep apart', async (t) => {
  const { open } = await start(t);
  const down = async (slow: boolean) => {
    const [response] = (await once(open('GET', '/').end(), 'response')) as [IncomingMessage];
    return hashOf(response, slow);
  };
  const up = async (path: string) => {
    const sent = open('PUT', path);
    const answered = once(sent, 'response');
    for (const bytes of pieces) if (!sent.write(bytes)) await once(sent, 'drain');
    sent.end();
    const [response] = (await answered) as [IncomingMessage];
    return (await response.toArray()).join('');
  };
  const hashes = await Promise.all(
    [false, true, true].flatMap((slow) => [down(slow), up(slow ? '/slow' : '/')]),
  );
  assert.deepEqual(new Set(hashes), new Set([EXPECTED]));
});

test('a client that ends its side after its request still reads the whole answer', async (t) => {
  const { gateway } = await start(t);
  const { client, socket } = await secureConnect(t, gateway.https, 'web.test');
  let bytes = 0;
  socket.on('data', (part: Buffer) => {
    bytes += part.length;
  });
  socket.end('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  const text = await client.untilEnd();
  assert.match(text, /^HTTP\/1\.1 200 /);
  assert.match(text, /\r\n0\r\n\r\n$/);
  assert.ok(bytes > PIECES * PIECE_BYTES);
});

test('a body that breaks off does not look whole to the service', async (t) => {
  const { gateway, begun, broken } = await start(t);
  const cases = [
    ['/length', 'content-length: 100', 'half'],
    ['/chunks', 'transfer-encoding: chunked', '4\r\nhalf\r\n'],
  ] as const;
  for (const [path, framing, body] of cases) {
    const { client, socket } = await secureConnect(t, gateway.https, 'web.test');
    client.send(`PUT ${path} HTTP/1.1\r\nhost: web.test\r\n${framing}\r\n\r\n${body}`);
    await gateway.until(() => begun.includes(path));
    socket.end();
    assert.equal(await client.untilEnd(), '');
  }
  await gateway.until(() => broken.length === 2);
  assert.deepEqual([...broken].sort(), ['/chunks', '/length']);
});
