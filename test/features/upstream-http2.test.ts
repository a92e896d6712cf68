import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import { suite, type TestContext, test } from 'node:test';
import { startTestDataPlane, type TestDataPlane, type TestDataPlaneOptions } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import {
  askStream,
  echo,
  type Http2Upstream,
  http2Client,
  http2Upstream,
  openStream,
  pattern,
  replyOf,
  type StreamHandler,
  sha256,
} from '../support/http2-upstream.ts';
import { RawClient } from '../support/raw.ts';

type Protocol = 'h2' | 'h2c';

interface SiteOptions extends Partial<TestDataPlaneOptions> {
  readonly protocol?: Protocol;
  readonly upstream?: http2.Settings;
  /** Beside `services` in the route. */
  readonly route?: string;
}

interface Site {
  readonly plane: TestDataPlane;
  readonly upstream: Http2Upstream;
}

async function start(t: TestContext, onStream: StreamHandler, options: SiteOptions = {}): Promise<Site> {
  const { protocol = 'h2c', upstream: settings = {}, route = '' } = options;
  const upstream = await http2Upstream(t, onStream, { secure: protocol === 'h2', settings });
  const plane = await startTestDataPlane(t, {
    ...options,
    manifests: site([upstream.port], protocol, route),
  });
  return { plane, upstream };
}

function site(ports: readonly number[], protocol: Protocol, route = ''): Record<string, string> {
  return {
    'app.yaml': documents(
      service('web', ports),
      httpProxy(
        'web',
        `  virtualhost: {fqdn: web.test}
  routes: [{services: [{name: web, port: 80, protocol: ${protocol}}]${route === '' ? '' : `, ${route}`}}]`,
      ),
    ),
  };
}

/** Asks over HTTP/1.1. */
async function ask1(
  plane: TestDataPlane,
  path: string,
  options: { readonly method?: string; readonly body?: Buffer; readonly agent?: http.Agent } = {},
): Promise<{ readonly head: http.IncomingMessage; readonly body: Buffer }> {
  const { method = 'GET', body, agent } = options;
  const request = http.request({
    host: '127.0.0.1',
    port: plane.http,
    path,
    method,
    headers: { host: 'web.test' },
    ...(agent === undefined ? {} : { agent }),
  });
  request.end(body);
  const [head] = (await once(request, 'response')) as [http.IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of head) parts.push(part as Buffer);
  return { head, body: Buffer.concat(parts) };
}

/** Nothing is under way any more. */
async function allOver({ plane, upstream }: Site): Promise<void> {
  await until(() => plane.upstream('default/web/80').active === 0);
  const { active, activeRetries, pending } = plane.upstream('default/web/80');
  assert.deepEqual([active, activeRetries, pending, plane.endpoint(upstream.port).active], [0, 0, 0, 0]);
}

for (const protocol of ['h2', 'h2c'] as const) {
  suite(`a service of protocol ${protocol}`, () => {
    test('gets a request of HTTP/1.1 as a stream', async (t) => {
      let seen: http2.IncomingHttpHeaders = {};
      const at = await start(
        t,
        (stream, headers) => {
          seen = headers;
          stream.respond({ ':status': 201, 'x-answer': 'yes' });
          stream.end('hello');
        },
        { protocol },
      );
      const { head, body } = await ask1(at.plane, '/a/b?c=d');
      assert.deepEqual([head.statusCode, head.headers['x-answer'], body.toString()], [201, 'yes', 'hello']);
      assert.equal(seen[':method'], 'GET');
      assert.equal(seen[':path'], '/a/b?c=d');
      assert.equal(seen[':authority'], 'web.test');
      assert.equal(seen[':scheme'], protocol === 'h2' ? 'https' : 'http');
      assert.equal(seen['x-forwarded-proto'], 'http');
      assert.deepEqual([seen.host, seen.connection, seen.te], [undefined, undefined, undefined]);
      await allOver(at);
    });

    test('gets and gives bodies of any length, whatever the client speaks', async (t) => {
      const { plane, upstream } = await start(t, echo, { protocol });
      const session = await http2Client(t, plane.http);
      for (const length of [0, 1, 16_383, 16_384, 70_000, 1_500_000]) {
        const sent = pattern(length, 7);
        const expected = `POST ${length} ${sha256(sent)}`;
        const path = `/bytes/${length}`;
        const [up1, up2, down1, down2] = await Promise.all([
          ask1(plane, '/', { method: 'POST', body: sent }),
          askStream(session, { ':method': 'POST', ':path': '/' }, sent),
          ask1(plane, path),
          askStream(session, { ':path': path }),
        ]);
        assert.equal(up1.body.toString(), expected);
        assert.equal(up2.body.toString(), expected);
        assert.equal(sha256(down1.body), down1.head.headers['x-hash']);
        assert.equal(sha256(down2.body), down2.headers['x-hash']);
        assert.deepEqual([down1.body.length, down2.body.length], [length, length]);
      }
      assert.ok(upstream.connections <= 2);
    });
  });
}

test('an answer without a body keeps an HTTP/1.1 connection going', async (t) => {
  const { plane } = await start(t, (stream, headers) => {
    const status = Number(headers[':path']?.slice(1));
    stream.respond({ ':status': status, ...(status === 304 ? { etag: '"x"' } : {}) }, { endStream: true });
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  for (const status of [200, 204, 304, 404]) {
    const { head } = await ask1(plane, `/${status}`, { agent });
    assert.equal(head.statusCode, status);
    assert.equal(head.headers['content-length'], status === 200 || status === 404 ? '0' : undefined);
  }
  const { head } = await ask1(plane, '/200', { agent, method: 'HEAD' });
  assert.equal(head.statusCode, 200);
});

test('a server that does not agree to h2 gets no request: 503', async (t) => {
  const { default: tls } = await import('node:tls');
  const { createSelfSigned } = await import('../../src/certs/self-signed.ts');
  const { chain, key } = await createSelfSigned({ names: ['web.internal'], days: 1 });
  const received: Buffer[] = [];
  const server = tls.createServer({ cert: chain, key: key.reveal() }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => received.push(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const plane = await startTestDataPlane(t, { manifests: site([address.port], 'h2') });
  const { head } = await ask1(plane, '/');
  assert.equal(head.statusCode, 503);
  assert.equal(head.headers['proxy-status'], 'sluice; error=tls_protocol_error');
  assert.equal(received.length, 0);
});

test('a server that speaks HTTP/1.1 to the preface spoke nonsense: 502', async (t) => {
  const server = http.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const plane = await startTestDataPlane(t, { manifests: site([address.port], 'h2c') });
  const { head } = await ask1(plane, '/');
  assert.equal(head.statusCode, 502);
  assert.equal(head.headers['proxy-status'], 'sluice; error=http_protocol_error');
});

test('trailers pass between two sides of HTTP/2, both ways', async (t) => {
  const { plane } = await start(t, (stream) => {
    let trailers: http2.IncomingHttpHeaders = {};
    stream.on('trailers', (fields) => {
      trailers = fields;
    });
    stream.resume();
    stream.on('end', () => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-back': `got ${trailers['x-up']}` }));
      stream.end('body');
    });
  });
  const session = await http2Client(t, plane.http);
  const stream = openStream(session, { ':method': 'POST', te: 'trailers' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-up': 'there' }));
  stream.end('request');
  const reply = await replyOf(stream);
  assert.equal(reply.body.toString(), 'body');
  assert.equal(reply.trailers?.['x-back'], 'got there');
});

test('trailers that wait for a slow service come behind the body', async (t) => {
  const body = pattern(1_000_000, 3);
  const opened = Promise.withResolvers<http2.ServerHttp2Stream>();
  const { plane } = await start(t, (stream) => opened.resolve(stream));
  const session = await http2Client(t, plane.http);
  const client = openStream(session, { ':method': 'POST' }, { waitForTrailers: true });
  client.on('wantTrailers', () => client.sendTrailers({ 'x-up': 'last' }));
  client.end(body);
  const stream = await opened.promise;
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  assert.equal(sha256(Buffer.concat(parts)), sha256(body));
  stream.respond({ ':status': 200 }, { endStream: true });
  assert.equal((await replyOf(client)).status, 200);
});

test('trailers end at HTTP/1.1, on either side', async (t) => {
  let trailers: unknown = null;
  const { plane } = await start(t, (stream) => {
    stream.on('trailers', (fields) => {
      trailers = fields;
    });
    stream.resume();
    stream.on('end', () => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-back': 'secret' }));
      stream.end('body');
    });
  });
  const client = await RawClient.connect(t, plane.http);
  client.send(
    'POST / HTTP/1.1\r\nhost: web.test\r\nte: trailers\r\nconnection: te\r\ntransfer-encoding: chunked\r\n\r\n' +
      '4\r\nbody\r\n0\r\nx-up: there\r\n\r\n',
  );
  const text = await client.until(/\r\n0\r\n\r\n$/);
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\n4\r\nbody\r\n0\r\n\r\n$/);
  assert.equal(trailers, null);
});

test('interim answers are relayed', async (t) => {
  const { plane } = await start(t, (stream) => {
    stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  const text = await client.until(/ok$/);
  assert.match(text, /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
});

test('200 requests at once share a few connections', async (t) => {
  const waiting: http2.ServerHttp2Stream[] = [];
  const at = await start(t, (stream) => {
    waiting.push(stream);
    if (waiting.length < 200) return;
    for (const each of waiting) {
      each.respond({ ':status': 200 });
      each.end('ok');
    }
  });
  const both = await Promise.all([http2Client(t, at.plane.http), http2Client(t, at.plane.http)]);
  const asked = both.flatMap((session) => Array.from({ length: 100 }, () => askStream(session, {})));
  const replies = await Promise.all(asked);
  assert.ok(replies.every(({ body }) => body.toString() === 'ok'));
  assert.equal(at.upstream.connections, 2);
  await allOver(at);
});

test('a service that allows few streams gets more connections, and no request fails for it', async (t) => {
  let most = 0;
  let open = 0;
  const at = await start(
    t,
    (stream) => {
      most = Math.max(most, ++open);
      stream.on('close', () => open--);
      setImmediate(() => {
        stream.respond({ ':status': 200 });
        stream.end('ok');
      });
    },
    { upstream: { maxConcurrentStreams: 4 } },
  );
  const session = await http2Client(t, at.plane.http);
  for (let round = 0; round < 3; round++) {
    const replies = await Promise.all(
      Array.from({ length: 40 }, () => askStream(session, { ':method': 'POST' }, Buffer.from('x'))),
    );
    assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
  }
  assert.ok(at.upstream.connections <= 12, `${at.upstream.connections}`);
  await allOver(at);
});

test('requests queue where the breaker allows no further connection', async (t) => {
  const at = await start(
    t,
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.end('ok');
    },
    {
      upstream: { maxConcurrentStreams: 2 },
      compile: {
        breaker: {
          connections: 1,
          pendingRequests: 100,
          requests: 1024,
          retries: 3,
          perEndpointConnections: 0,
        },
      },
    },
  );
  const session = await http2Client(t, at.plane.http);
  assert.equal((await askStream(session, {})).status, 200);
  const replies = await Promise.all(Array.from({ length: 30 }, () => askStream(session, {})));
  assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
  assert.equal(at.upstream.connections, 1);
  await allOver(at);
});

test('GOAWAY in the middle of load costs no request', async (t) => {
  let served = 0;
  const at = await start(t, (stream, headers) => {
    stream.resume();
    stream.on('end', () => {
      // Those above this one were sent before the GOAWAY is known, and are not served here.
      if (++served % 50 === 0) stream.session?.close();
      setImmediate(() => {
        if (stream.destroyed) return;
        stream.respond({ ':status': 200 });
        stream.end(`${headers[':path']}`);
      });
    });
  });
  const session = await http2Client(t, at.plane.http);
  const failed: string[] = [];
  const one = async (path: string): Promise<void> => {
    const reply = await askStream(session, { ':method': 'POST', ':path': path }, Buffer.from('body'));
    if (reply.body.toString() !== path) failed.push(`${reply.status} ${reply.headers['proxy-status']}`);
  };
  const runner = async (name: number): Promise<void> => {
    for (let i = 0; i < 40; i++) await one(`/${name}/${i}`);
  };
  await Promise.all(Array.from({ length: 30 }, (_, name) => runner(name)));
  assert.deepEqual(failed, []);
  assert.ok(at.upstream.connections > 5);
  await allOver(at);
});

test('a request that was refused is sent again, also a POST; a second time it is 503', async (t) => {
  let refusals = 1;
  let bodies = '';
  const at = await start(t, (stream) => {
    if (refusals-- > 0) {
      stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    stream.setEncoding('latin1');
    stream.on('data', (text: string) => {
      bodies += text;
    });
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end('taken');
    });
  });
  const post = () => ask1(at.plane, '/', { method: 'POST', body: Buffer.from('once') });
  assert.equal((await ask1(at.plane, '/')).body.toString(), 'taken');
  refusals = 1;
  assert.equal((await post()).body.toString(), 'taken');
  assert.equal(bodies, 'once');
  refusals = 2;
  assert.equal((await post()).head.statusCode, 503);
  assert.equal(at.upstream.connections, 1);
  await allOver(at);
});

for (const [name, act, status, error] of [
  [
    'a reset before its head',
    (stream) => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR),
    503,
    'connection_terminated',
  ],
  ['a connection that ends', (stream) => stream.session?.destroy(), 503, 'connection_terminated'],
] as readonly [string, StreamHandler, number, string][]) {
  test(`${name} is ${status} to a POST`, async (t) => {
    const at = await start(t, act);
    const { head } = await ask1(at.plane, '/', { method: 'POST', body: Buffer.from('x') });
    assert.equal(head.statusCode, status);
    assert.equal(head.headers['proxy-status'], `sluice; error=${error}`);
    await allOver(at);
  });
}

test('an answer that breaks off is seen to be broken, over either protocol', async (t) => {
  const at = await start(t, (stream) => {
    stream.respond({ ':status': 200 });
    stream.write('half', () => stream.destroy(new Error('broken')));
  });
  const client = await RawClient.connect(t, at.plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  const text = await client.untilEnd();
  assert.match(text, /\r\n\r\n4\r\nhalf\r\n$/);
  const session = await http2Client(t, at.plane.http);
  const stream = openStream(session, {});
  stream.resume();
  await new Promise((resolve) => stream.once('close', resolve));
  assert.equal(stream.rstCode, http2.constants.NGHTTP2_INTERNAL_ERROR);
  await allOver(at);
});

test('an early answer is whole, and what is left of the request is called off', async (t) => {
  const closed = Promise.withResolvers<number>();
  const at = await start(t, (stream) => {
    stream.on('close', () => closed.resolve(stream.rstCode));
    stream.respond({ ':status': 413 });
    stream.end('too much');
  });
  const session = await http2Client(t, at.plane.http);
  const stream = openStream(session, { ':method': 'POST' });
  stream.write('some');
  const reply = await replyOf(stream);
  assert.deepEqual([reply.status, reply.body.toString()], [413, 'too much']);
  await closed.promise;
  await allOver(at);
});

test('a client that leaves cancels its stream alone', async (t) => {
  const codes: number[] = [];
  const at = await start(t, (stream, headers) => {
    stream.on('close', () => codes.push(stream.rstCode));
    if (headers[':path'] === '/ok') {
      stream.respond({ ':status': 200 });
      stream.end('ok');
    }
  });
  const session = await http2Client(t, at.plane.http);
  const leaving = openStream(session, { ':path': '/hang' });
  await until(() => at.plane.endpoint(at.upstream.port).active === 1);
  leaving.close(http2.constants.NGHTTP2_CANCEL);
  await until(() => codes.length === 1);
  assert.deepEqual(codes, [http2.constants.NGHTTP2_CANCEL]);
  assert.equal((await askStream(session, { ':path': '/ok' })).body.toString(), 'ok');
  assert.equal(at.upstream.connections, 1);
  await allOver(at);
});

test('a client that does not read stops its own stream alone', async (t) => {
  let sent = 0;
  const at = await start(t, (stream, headers) => {
    stream.respond({ ':status': 200 });
    if (headers[':path'] === '/ok') {
      stream.end(pattern(300_000, 1));
      return;
    }
    const part = pattern(16_384, 2);
    const pour = (): void => {
      while (sent < 64 << 20) {
        sent += part.length;
        if (!stream.write(part)) {
          stream.once('drain', pour);
          return;
        }
      }
      stream.end();
    };
    pour();
  });
  const slow = await RawClient.connect(t, at.plane.http);
  slow.socket.pause();
  slow.send('GET /pour HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => sent > 64 * 1024);
  const session = await http2Client(t, at.plane.http);
  const stuck = openStream(session, { ':path': '/pour' });
  await once(stuck, 'response');
  for (let i = 0; i < 20; i++) {
    assert.equal(sha256((await askStream(session, { ':path': '/ok' })).body), sha256(pattern(300_000, 1)));
  }
  // The sockets of the slow client take some megabytes before they are full.
  assert.ok(sent < 32 << 20, `${sent}`);
  assert.equal(at.upstream.connections, 1);
  slow.socket.resume();
  slow.socket.resetAndDestroy();
  stuck.close(http2.constants.NGHTTP2_CANCEL);
  await allOver(at);
});

test('a service that does not read stops the client', async (t) => {
  const opened = Promise.withResolvers<http2.ServerHttp2Stream>();
  const at = await start(t, (stream) => {
    stream.pause();
    opened.resolve(stream);
  });
  const body = pattern(8 << 20, 5);
  const request = http.request({
    host: '127.0.0.1',
    port: at.plane.http,
    method: 'POST',
    headers: { host: 'web.test', 'content-length': body.length },
  });
  let left = false;
  request.on('finish', () => {
    left = true;
  });
  request.end(body);
  const stream = await opened.promise;
  const session = await http2Client(t, at.plane.http);
  const second = openStream(session, { ':method': 'POST' });
  second.end('x');
  await until(() => at.plane.endpoint(at.upstream.port).active === 2);
  assert.equal(left, false);
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  assert.equal(sha256(Buffer.concat(parts)), sha256(body));
  stream.respond({ ':status': 200 }, { endStream: true });
  const [head] = (await once(request, 'response')) as [http.IncomingMessage];
  assert.equal(head.statusCode, 200);
  head.resume();
  second.close();
  await allOver(at);
});

test('both directions of a stream flow at once', async (t) => {
  const { plane } = await start(t, (stream) => {
    stream.respond({ ':status': 200 });
    stream.on('data', (part: Buffer) => stream.write(`re: ${part}`));
    stream.on('end', () => stream.end('bye'));
  });
  const session = await http2Client(t, plane.http);
  const stream = openStream(session, { ':method': 'POST' });
  stream.setEncoding('latin1');
  let text = '';
  stream.on('data', (part: string) => {
    text += part;
  });
  for (const word of ['one', 'two', 'three']) {
    const before = text;
    stream.write(word);
    await until(() => text === `${before}re: ${word}`);
  }
  stream.end();
  await once(stream, 'end');
  assert.equal(text, 're: onere: twore: threebye');
});

test('a mirror gets its copy over HTTP/2', async (t) => {
  const seen: string[] = [];
  const shadow = await http2Upstream(t, (stream, headers) => {
    stream.setEncoding('latin1');
    let body = '';
    stream.on('data', (text: string) => {
      body += text;
    });
    stream.on('end', () => {
      seen.push(`${headers[':method']} ${headers[':path']} ${headers[':authority']} ${body}`);
      stream.respond({ ':status': 500 });
      stream.end('nobody reads this');
    });
  });
  const web = await http2Upstream(t, echo);
  const plane = await startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        service('web', [web.port]),
        service('shadow', [shadow.port]),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes: [{services: [{name: web, port: 80, protocol: h2c}, {name: shadow, port: 80, protocol: h2c, mirror: true}]}]`,
        ),
      ),
    },
  });
  const { head } = await ask1(plane, '/x', { method: 'POST', body: Buffer.from('copy') });
  assert.equal(head.statusCode, 200);
  await until(() => seen.length === 1);
  assert.deepEqual(seen, ['POST /x web.test-shadow copy']);
  await until(() => plane.endpoint(shadow.port).active === 0);
});

test('retryPolicy repeats a request by its status', async (t) => {
  let asked = 0;
  const at = await start(
    t,
    (stream) => {
      asked++;
      stream.respond({ ':status': asked === 1 ? 503 : 200 });
      stream.end(`answer ${asked}`);
    },
    { route: 'retryPolicy: {count: 2, retryOn: [5xx]}' },
  );
  const { head, body } = await ask1(at.plane, '/');
  assert.deepEqual([head.statusCode, body.toString()], [200, 'answer 2']);
  await allOver(at);
});

test('a response timeout cancels the stream: 504', async (t) => {
  const code = Promise.withResolvers<number>();
  const at = await start(
    t,
    (stream) => {
      stream.on('close', () => code.resolve(stream.rstCode));
    },
    { route: 'timeoutPolicy: {response: 100ms}' },
  );
  const { head } = await ask1(at.plane, '/');
  assert.equal(head.statusCode, 504);
  assert.equal(await code.promise, http2.constants.NGHTTP2_CANCEL);
  await allOver(at);
});

test('an endpoint that goes finishes its streams, then its connection ends', async (t) => {
  const opened = Promise.withResolvers<http2.ServerHttp2Stream>();
  const leaving = await http2Upstream(t, (stream) => opened.resolve(stream));
  const staying = await http2Upstream(t, (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('staying');
  });
  const plane = await startTestDataPlane(t, { manifests: site([leaving.port], 'h2c') });
  const session = await http2Client(t, plane.http);
  const first = askStream(session, {});
  const stream = await opened.promise;
  await plane.write('app.yaml', site([staying.port], 'h2c')['app.yaml'] ?? '');
  assert.equal((await askStream(session, {})).body.toString(), 'staying');
  assert.equal(leaving.sessions.length, 1);
  stream.respond({ ':status': 200 });
  stream.end('leaving');
  assert.equal((await first).body.toString(), 'leaving');
  await until(() => leaving.sessions.length === 0);
});

test('an idle connection is closed', async (t) => {
  const at = await start(t, echo, { route: 'timeoutPolicy: {idleConnection: 50ms}' });
  assert.equal((await ask1(at.plane, '/')).head.statusCode, 200);
  await until(() => at.upstream.connections === 1 && at.upstream.sessions.length === 0);
  await until(() => at.plane.upstream('default/web/80').connections === 0);
});

test('an upgrade is refused: the service has no HTTP/1.1', async (t) => {
  const { plane } = await start(t, echo, { route: 'enableWebsockets: true' });
  const client = await RawClient.connect(t, plane.http);
  client.send(
    'GET / HTTP/1.1\r\nhost: web.test\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  assert.match(
    await client.untilEnd(),
    /^HTTP\/1\.1 502 [\s\S]*proxy-status: sluice; error=http_upgrade_failed/,
  );
});
