import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { startTestDataPlane, type TestDataPlane, type TestDataPlaneOptions } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { certificateFor, testAuthority, tlsProxy, tlsSecret } from '../support/tls.ts';

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Bytes that differ from part to part and from seed to seed. */
function pattern(length: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + seed * 131) & 0xff;
  return bytes;
}

async function startUpstream(t: TestContext, onRequest: http.RequestListener): Promise<number> {
  const server = http.createServer(onRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A gateway with the host `web.test` on both listeners, and `strict.test` with a TLS policy of its own. */
async function startSite(
  t: TestContext,
  onRequest: http.RequestListener,
  options: Partial<TestDataPlaneOptions> = {},
): Promise<TestDataPlane> {
  const port = await startUpstream(t, onRequest);
  return startTestDataPlane(t, {
    ...options,
    manifests: {
      'all.yaml': documents(
        service('web', [port]),
        tlsSecret('web', await certificateFor('web.test', 'strict.test')),
        tlsProxy('web.test', 'web'),
        tlsProxy('strict.test', 'web', 'minimumProtocolVersion: "1.3"'),
        httpProxy(
          'plain',
          '  virtualhost: {fqdn: plain.test}\n  routes: [{services: [{name: web, port: 80}]}]',
        ),
      ),
    },
  });
}

interface Client {
  readonly session: http2.ClientHttp2Session;
  readonly authority: string;
  readonly scheme: string;
}

async function connect(t: TestContext, site: TestDataPlane, scheme: 'http' | 'https'): Promise<Client> {
  const authority = scheme === 'https' ? 'web.test' : 'plain.test';
  const { certificate } = await testAuthority();
  const session = http2.connect(`${scheme}://127.0.0.1:${scheme === 'https' ? site.https : site.http}`, {
    ...(scheme === 'https' ? { ca: certificate, servername: 'web.test' } : {}),
  });
  session.on('error', () => {});
  t.after(() => session.destroy());
  await once(session, 'connect');
  return { session, authority, scheme };
}

interface Reply {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
}

function open(client: Client, headers: http2.OutgoingHttpHeaders, hasBody = false): http2.ClientHttp2Stream {
  const { session, authority, scheme } = client;
  const stream = session.request(
    { ':authority': authority, ':scheme': scheme, ...headers },
    { endStream: !hasBody },
  );
  stream.on('error', () => {});
  return stream;
}

async function replyOf(stream: http2.ClientHttp2Stream): Promise<Reply> {
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return { status: Number(headers[':status']), headers, body: Buffer.concat(parts) };
}

function ask(client: Client, headers: http2.OutgoingHttpHeaders, body?: Buffer): Promise<Reply> {
  const stream = open(client, headers, body !== undefined);
  if (body !== undefined) stream.end(body);
  return replyOf(stream);
}

/** Answers with the method, the length and the hash of what it got; `/bytes/N` with N bytes. */
const echo: http.RequestListener = (request, response) => {
  const [, word, count] = (request.url ?? '').split('/');
  if (word === 'bytes') {
    const body = pattern(Number(count), Number(count) & 0xff);
    response.setHeader('x-hash', sha256(body));
    response.end(body);
    return;
  }
  const hash = createHash('sha256');
  let length = 0;
  request.on('data', (part: Buffer) => {
    hash.update(part);
    length += part.length;
  });
  request.on('end', () => response.end(`${request.method} ${length} ${hash.digest('hex')}`));
};

for (const scheme of ['http', 'https'] as const) {
  suite(`HTTP/2 over ${scheme}`, () => {
    test('serves a request with what the pipeline adds, and logs it', async (t) => {
      let seen: http.IncomingMessage | null = null;
      const site = await startSite(
        t,
        (request, response) => {
          seen = request;
          response.setHeader('x-answer', 'yes');
          response.end('hello');
        },
        { worker: { accessLog: 'all' } },
      );
      const client = await connect(t, site, scheme);
      const { status, headers, body } = await ask(client, { ':path': '/a?b=c', cookie: ['x=1', 'y=2'] });
      assert.equal(status, 200);
      assert.equal(body.toString(), 'hello');
      assert.equal(headers['x-answer'], 'yes');
      assert.equal(headers['content-length'], '5');
      assert.equal(headers.server, 'sluice');
      assert.equal(headers.connection, undefined);
      const request = seen as http.IncomingMessage | null;
      assert.equal(request?.url, '/a?b=c');
      assert.equal(request?.headers.host, client.authority);
      assert.equal(request?.headers['x-forwarded-proto'], scheme);
      assert.equal(request?.headers.cookie, 'x=1; y=2');
      await until(() => site.log.length > 0);
      const line = JSON.parse(site.log[0] ?? '') as Record<string, unknown>;
      assert.equal(line.protocol, 'HTTP/2');
    });

    test('answers HEAD, 204 and 304 without a body', async (t) => {
      const site = await startSite(t, (request, response) => {
        const code = request.url === '/head' ? 200 : Number(request.url?.slice(1));
        response.statusCode = code;
        if (code !== 204) response.setHeader('content-length', '10');
        response.end(code === 200 && request.method !== 'HEAD' ? '0123456789' : undefined);
      });
      const client = await connect(t, site, scheme);
      for (const [method, path, status, length] of [
        ['HEAD', '/head', 200, '10'],
        ['GET', '/204', 204, undefined],
        ['GET', '/304', 304, '10'],
        ['HEAD', '/nobody', 404, '0'],
      ] as const) {
        const host = status === 404 ? { ':authority': 'nobody.test' } : {};
        const reply = await ask(client, { ':method': method, ':path': path, ...host });
        const expected = status === 404 && scheme === 'https' ? 421 : status;
        assert.equal(reply.status, expected, path);
        assert.equal(reply.body.length, 0);
        assert.equal(reply.headers['content-length'], length);
      }
    });

    test('carries a hundred streams at once, up and down, whole', async (t) => {
      const site = await startSite(t, echo);
      const client = await connect(t, site, scheme);
      const replies = await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const size = 1000 + i * 3001;
          if (i % 2 === 0) {
            const reply = await ask(client, { ':path': `/bytes/${size}` });
            return sha256(reply.body) === reply.headers['x-hash'] && reply.body.length === size;
          }
          const body = pattern(size, i);
          const reply = await ask(client, { ':method': 'POST', ':path': '/up' }, body);
          return reply.body.toString() === `POST ${size} ${sha256(body)}`;
        }),
      );
      assert.deepEqual(
        replies.map((whole, i) => (whole ? -1 : i)).filter((i) => i >= 0),
        [],
      );
    });

    test('holds back for a reader that stands still, and serves the others meanwhile', async (t) => {
      const site = await startSite(t, echo);
      const client = await connect(t, site, scheme);
      const size = 4_000_000;
      const slow = open(client, { ':path': `/bytes/${size}` });
      const [headers] = (await once(slow, 'response')) as [http2.IncomingHttpHeaders];
      for (let i = 0; i < 5; i++) {
        const reply = await ask(client, { ':path': '/bytes/30000' });
        assert.equal(sha256(reply.body), reply.headers['x-hash']);
      }
      const parts: Buffer[] = [];
      for await (const part of slow) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      assert.equal(body.length, size);
      assert.equal(sha256(body), headers['x-hash']);
    });

    test('lets a body wait for an upstream that does not read', async (t) => {
      const site = await startSite(t, (request, response) => {
        if (request.url !== '/slow') {
          echo(request, response);
          return;
        }
        resume = () => echo(request, response);
      });
      let resume: (() => void) | null = null;
      const client = await connect(t, site, scheme);
      const body = pattern(8_000_000, 7);
      const slow = ask(client, { ':method': 'PUT', ':path': '/slow' }, body);
      await until(() => resume !== null);
      for (let i = 0; i < 5; i++) {
        const other = await ask(client, { ':method': 'POST', ':path': '/' }, pattern(50_000, i));
        assert.equal(other.body.toString(), `POST 50000 ${sha256(pattern(50_000, i))}`);
      }
      (resume as (() => void) | null)?.();
      assert.equal((await slow).body.toString(), `PUT ${body.length} ${sha256(body)}`);
    });

    test('gives the upstream request up when the client resets its stream', async (t) => {
      let closed = 0;
      const site = await startSite(t, (request, response) => {
        response.on('close', () => closed++);
        if (request.url === '/body') response.write('begin');
      });
      const client = await connect(t, site, scheme);
      const waiting = open(client, { ':path': '/wait' });
      const reading = open(client, { ':path': '/body' });
      await once(reading, 'response');
      await until(() => site.upstream('default/web/80').active === 2);
      waiting.close(http2.constants.NGHTTP2_CANCEL);
      reading.close(http2.constants.NGHTTP2_CANCEL);
      await until(() => closed === 2 && site.upstream('default/web/80').active === 0);
      assert.equal(client.session.closed, false);
    });

    test('resets a stream whose upstream fails midway, and that stream alone', async (t) => {
      const site = await startSite(t, (request, response) => {
        if (request.url === '/fail') {
          response.setHeader('content-length', '1000');
          response.write('some', () => request.socket.destroy());
        } else echo(request, response);
      });
      const client = await connect(t, site, scheme);
      const failing = open(client, { ':path': '/fail' });
      failing.resume();
      await new Promise((resolve) => failing.once('close', resolve));
      assert.equal(failing.rstCode, http2.constants.NGHTTP2_INTERNAL_ERROR);
      assert.equal((await ask(client, { ':path': '/bytes/5' })).status, 200);
    });

    test('keeps large answers whole while others are reset around them', async (t) => {
      const site = await startSite(t, echo);
      const client = await connect(t, site, scheme);
      const whole = await Promise.all(
        Array.from({ length: 30 }, async (_, i) => {
          const stream = open(client, { ':path': `/bytes/${500_000 + i * 20_011}` });
          const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
          const hash = createHash('sha256');
          let length = 0;
          for await (const part of stream) {
            hash.update(part as Buffer);
            length += (part as Buffer).length;
            if (i % 3 === 0 && length > i * 10_000) {
              stream.close(http2.constants.NGHTTP2_CANCEL);
              return true;
            }
          }
          return hash.digest('hex') === headers['x-hash'];
        }),
      );
      assert.ok(whole.every((each) => each));
      await until(() => site.upstream('default/web/80').active === 0);
    });

    test('answers early and stops a body that nobody wants', async (t) => {
      const site = await startSite(t, (_request, response) => response.end('unread'));
      const client = await connect(t, site, scheme);
      const stream = open(client, { ':method': 'POST', ':path': '/', ':authority': 'nobody.test' }, true);
      stream.write(pattern(10_000, 1));
      const reply = await replyOf(stream);
      assert.equal(reply.status, scheme === 'https' ? 421 : 404);
      assert.equal((await ask(client, { ':path': '/' })).body.toString(), 'unread');
    });

    test('says 100 to a client that waits for it', async (t) => {
      const site = await startSite(t, echo);
      const client = await connect(t, site, scheme);
      const stream = open(client, { ':method': 'POST', ':path': '/', expect: '100-continue' }, true);
      await once(stream, 'continue');
      stream.end('body');
      assert.equal((await replyOf(stream)).body.toString(), `POST 4 ${sha256('body')}`);
    });

    test('refuses a head that is too large with 431, and what is not supported with 501', async (t) => {
      const site = await startSite(t, echo);
      const client = await connect(t, site, scheme);
      const many = Object.fromEntries(Array.from({ length: 110 }, (_, i) => [`x-${i}`, 'v']));
      assert.equal((await ask(client, { ':path': '/', ...many })).status, 431);
      assert.equal((await ask(client, { ':method': 'A!B', ':path': '/' })).status, 501);
    });

    test('says good-bye when the gateway drains, after what is under way', async (t) => {
      let finish: (() => void) | null = null;
      const site = await startSite(t, (_request, response) => {
        response.write('first ');
        finish = () => response.end('last');
      });
      const client = await connect(t, site, scheme);
      const stream = open(client, { ':path': '/' });
      const reply = replyOf(stream);
      await until(() => finish !== null);
      const goaway = once(client.session, 'goaway');
      const closed = once(client.session, 'close');
      const drained = site.plane.drain({ delayMs: 0, timeoutMs: 5000 });
      const [code] = (await goaway) as [number];
      assert.equal(code, http2.constants.NGHTTP2_NO_ERROR);
      (finish as (() => void) | null)?.();
      assert.equal((await reply).body.toString(), 'first last');
      await closed;
      await drained;
    });

    test('ends an idle connection with GOAWAY', async (t) => {
      const site = await startSite(t, echo, { settings: { connectionIdleMs: 60 } });
      const client = await connect(t, site, scheme);
      const closed = once(client.session, 'close');
      assert.equal((await ask(client, { ':path': '/bytes/3' })).status, 200);
      await closed;
    });
  });
}

test('HTTP/2 answers 421 to a host of another TLS policy', async (t) => {
  const site = await startSite(t, echo);
  const client = await connect(t, site, 'https');
  assert.equal((await ask(client, { ':path': '/', ':authority': 'strict.test' })).status, 421);
  assert.equal((await ask(client, { ':path': '/bytes/1' })).status, 200);
});
