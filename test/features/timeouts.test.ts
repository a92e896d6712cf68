import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ask } from '../support/ask.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient, rawServer } from '../support/raw.ts';

const WEB = 'default/web/80';

/** @param policy Fields of `timeoutPolicy`. */
function serve(
  t: TestContext,
  port: number,
  policy: string,
  settings: Parameters<typeof startTestDataPlane>[1]['settings'] = {},
): Promise<TestDataPlane> {
  return startTestDataPlane(t, {
    settings,
    manifests: {
      'app.yaml': documents(
        service('web', [port]),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes: [{timeoutPolicy: {${policy}}, services: [{name: web, port: 80}]}]`,
        ),
      ),
    },
  });
}

test('timeoutPolicy.response ends a request whose answer does not begin: 504', async (t) => {
  const upstream = await http1Upstream(t, {});
  const plane = await serve(t, upstream.port, 'response: 60ms');
  const reply = await ask(t, plane.http, { host: 'web.test' });
  assert.equal(reply.status, 504);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=http_response_timeout');
  assert.equal(reply.body, '');
  await until(() => upstream.connections[0]?.closed === true);
  assert.equal(plane.upstream(WEB).active, 0);
  assert.equal(upstream.requests.length, 1, 'it is not tried again of our own accord');
});

test('timeoutPolicy.response counts to the last byte: an answer that does not end is cut', async (t) => {
  const upstream = await rawServer(t, (socket) => {
    socket.once('data', () =>
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
    );
  });
  const plane = await serve(t, upstream.port, 'response: 60ms');
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  const answer = await client.untilEnd();
  assert.match(answer, /half\r\n$/, 'no last chunk: the client can see it');
  assert.equal(plane.upstream(WEB).active, 0);
});

test('timeoutPolicy.response begins when the request is complete', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: ({ body }) => answerOf(body) });
  const slow = await http1Upstream(t, {});
  const plane = await serve(t, upstream.port, 'response: 300ms');
  const clock = await serve(t, slow.port, 'response: 400ms');
  const client = await RawClient.connect(t, plane.http);
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 10\r\n\r\nhello');
  // An exchange of 400 ms on another data plane: time has passed.
  assert.equal((await ask(t, clock.http, { host: 'web.test' })).status, 504);
  client.send('world');
  await client.until(/helloworld$/);
});

test('an infinite response timeout does not end anything', async (t) => {
  const upstream = await http1Upstream(t, {});
  const plane = await serve(t, upstream.port, 'response: infinity');
  const clock = await serve(t, upstream.port, 'response: 150ms');
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => upstream.requests.length === 1);
  assert.equal((await ask(t, clock.http, { host: 'web.test' })).status, 504);
  upstream.requests[0]?.socket.write(answerOf('late'));
  await client.until(/late$/);
});

test('timeoutPolicy.idle ends a request without bytes either way: 504 once the request is complete', async (t) => {
  const upstream = await http1Upstream(t, {});
  const plane = await serve(t, upstream.port, 'idle: 60ms, response: infinity');
  const reply = await ask(t, plane.http, { host: 'web.test' });
  assert.equal(reply.status, 504);
  assert.equal(plane.upstream(WEB).active, 0);
});

test('timeoutPolicy.idle ends a request whose client does not go on with its body: 408', async (t) => {
  const upstream = await http1Upstream(t, {});
  const plane = await serve(t, upstream.port, 'idle: 60ms, response: infinity');
  const client = await RawClient.connect(t, plane.http);
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 10\r\n\r\nhello');
  assert.match(
    await client.untilEnd(),
    /^HTTP\/1\.1 408 [\s\S]*\r\nproxy-status: sluice; error=http_request_error\r\n/,
  );
  await until(() => upstream.connections[0]?.closed === true);
  assert.equal(upstream.requests[0]?.complete, false);
  assert.equal(plane.upstream(WEB).active, 0);
});

test('timeoutPolicy.idle blames the upstream when it is the one that does not read: 504', async (t) => {
  const upstream = await rawServer(t, (socket) => socket.pause());
  const plane = await serve(t, upstream.port, 'idle: 100ms, response: infinity');
  const client = await RawClient.connect(t, plane.http);
  const size = 64 * 1024 * 1024;
  client.send(`POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: ${size}\r\n\r\n`);
  client.socket.write(Buffer.alloc(size));
  assert.match(await client.until(/\r\n\r\n/), /^HTTP\/1\.1 504 /);
  assert.equal(plane.upstream(WEB).active, 0);
});

test('timeoutPolicy.idle begins anew with each byte', async (t) => {
  const upstream = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n');
      const drip = setInterval(() => socket.write('x'), 100);
      socket.on('close', () => clearInterval(drip));
    });
  });
  const plane = await serve(t, upstream.port, 'idle: 400ms, response: infinity');
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/xxxxx$/);
});

test('timeouts.requestTimeout bounds the whole request: 408', async (t) => {
  const upstream = await http1Upstream(t, {});
  const plane = await serve(t, upstream.port, '', { requestTimeoutMs: 60 });
  const client = await RawClient.connect(t, plane.http);
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n');
  assert.match(await client.untilEnd(), /^HTTP\/1\.1 408 /);
  assert.equal(plane.upstream(WEB).active, 0);
});

test('a deadline that has passed leaves the next request on the connection alone', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ head }) => (head.startsWith('GET /hang') ? undefined : answerOf('ok')),
  });
  const plane = await serve(t, upstream.port, 'response: 200ms');
  const client = await RawClient.connect(t, plane.http);
  client.send('GET /hang HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/^HTTP\/1\.1 504 /);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/HTTP\/1\.1 200 [\s\S]*ok$/);
});
