import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ask } from '../support/ask.ts';
import { closedPort } from '../support/closed-port.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service } from '../support/gateway.ts';
import { answerOf, http1Upstream, type SeenRequest } from '../support/http1-upstream.ts';
import { RawClient, rawServer } from '../support/raw.ts';

const WEB = 'default/web/80';

/** A data plane with one host on these endpoints, without a retry policy. */
function serve(t: TestContext, ports: readonly number[]): Promise<TestDataPlane> {
  return startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        service('web', ports),
        httpProxy('web', '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
}

const get = (t: TestContext, plane: TestDataPlane) => ask(t, plane.http, { host: 'web.test' });

test('a connection that is refused is tried again on another endpoint, whatever the route says', async (t) => {
  const alive = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const dead = await closedPort();
  const plane = await serve(t, [dead, alive.port]);
  for (let i = 0; i < 6; i++) assert.equal((await get(t, plane)).body, 'ok');
  assert.equal(plane.endpoint(dead).connectFailures > 0, true);
  assert.equal(plane.upstream(WEB).active, 0);
  assert.equal(plane.upstream(WEB).activeRetries, 0);
});

test('of its own accord the gateway tries once more and no further', async (t) => {
  const dead = [await closedPort(), await closedPort(), await closedPort()];
  const plane = await serve(t, dead);
  const reply = await get(t, plane);
  assert.equal(reply.status, 503);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=connection_refused');
  assert.equal(reply.headers.get('retry-after'), '1');
  const tries = dead.map((port) => plane.endpoint(port).connectFailures);
  assert.deepEqual(tries.toSorted(), [0, 1, 1]);
});

test('a POST is repeated after a refused connection: none of its bytes left', async (t) => {
  const alive = await http1Upstream(t, { onRequest: ({ body }) => answerOf(`got ${body}`) });
  const plane = await serve(t, [await closedPort(), alive.port]);
  for (let i = 0; i < 4; i++) {
    const client = await RawClient.connect(t, plane.http);
    client.send('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 5\r\n\r\nhello');
    await client.until(/got hello$/);
  }
});

test('an endpoint that accepts but never shakes hands is left at the connect timeout', async (t) => {
  const silent = await rawServer(t, () => {});
  const plane = await startTestDataPlane(t, {
    compile: { connectTimeoutMs: 60 },
    manifests: {
      'app.yaml': documents(
        service('web', [silent.port]),
        httpProxy(
          'web',
          '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80, protocol: tls}]}]',
        ),
      ),
    },
  });
  const reply = await get(t, plane);
  assert.equal(reply.status, 503);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=connection_timeout');
  assert.equal(silent.sockets.length, 2, 'the try of our own accord went to the only endpoint there is');
  assert.equal(plane.endpoint(silent.port).connectFailures, 2);
});

/** Answers the first request of its first connection and drops that connection at the next one. */
const staleAtSecond = (after: (request: SeenRequest) => string) => {
  let served = 0;
  return (request: SeenRequest) => {
    if (request.connection > 0) return after(request);
    if (served++ === 0) return answerOf('first');
    request.socket.destroy();
    return undefined;
  };
};

test('a request on a stale reused connection is repeated on a new one when it is idempotent', async (t) => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    const upstream = await http1Upstream(t, { onRequest: staleAtSecond(() => answerOf('')) });
    const plane = await serve(t, [upstream.port]);
    assert.equal((await get(t, plane)).body, 'first');
    const reply = await ask(t, plane.http, { host: 'web.test', method });
    assert.equal(reply.status, 200, method);
    assert.deepEqual(
      upstream.requests.map(({ connection }) => connection),
      [0, 0, 1],
    );
  }
});

test('a PUT with a body is repeated with its body', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: staleAtSecond(({ body }) => answerOf(`got ${body}`)),
  });
  const plane = await serve(t, [upstream.port]);
  assert.equal((await get(t, plane)).body, 'first');
  const client = await RawClient.connect(t, plane.http);
  client.send('PUT / HTTP/1.1\r\nhost: web.test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
  await client.until(/got abc$/);
});

test('neither a POST nor an unknown method is repeated once bytes of it have left', async (t) => {
  for (const method of ['POST', 'PATCH', 'PURGE']) {
    const upstream = await http1Upstream(t, { onRequest: staleAtSecond(() => answerOf('')) });
    const plane = await serve(t, [upstream.port]);
    assert.equal((await get(t, plane)).body, 'first');
    const reply = await ask(t, plane.http, { host: 'web.test', method, headers: ['content-length: 0'] });
    assert.equal(reply.status, 503, method);
    assert.equal(reply.headers.get('proxy-status'), 'sluice; error=connection_terminated');
    assert.equal(upstream.requests.length, 2);
  }
});

test('a new connection that ends before the answer is not tried again: the request may have had its effect', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket }) => {
      socket.destroy();
      return undefined;
    },
  });
  const plane = await serve(t, [upstream.port]);
  assert.equal((await get(t, plane)).status, 503);
  assert.equal(upstream.requests.length, 1);
});

test('nothing is repeated after a byte of a response', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket, connection }) => {
      if (connection > 0) return answerOf('again');
      if (upstream.requests.length === 1) return answerOf('first');
      socket.end('HTTP/1.1 200 O');
      return undefined;
    },
  });
  const plane = await serve(t, [upstream.port]);
  assert.equal((await get(t, plane)).body, 'first');
  const reply = await get(t, plane);
  assert.equal(reply.status, 502);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=http_response_incomplete');
  assert.equal(upstream.requests.length, 2);
});

test('an upstream without endpoints answers 503 at once, and says when to come again', async (t) => {
  const plane = await serve(t, []);
  const reply = await get(t, plane);
  assert.equal(reply.status, 503);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=destination_unavailable');
  assert.equal(reply.headers.get('retry-after'), '1');
  assert.equal(plane.upstream(WEB).active, 0);
});

test('an endpoint whose connects failed three times in a row is passed over, but never the last', async (t) => {
  const alive = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const dead = await closedPort();
  const plane = await serve(t, [dead, alive.port]);
  for (let i = 0; i < 20; i++) assert.equal((await get(t, plane)).body, 'ok');
  assert.equal(plane.endpoint(dead).connectFailures, 3);
  await plane.write('app.yaml', documents(service('web', [dead]), httpProxy('web', ROUTES)));
  for (let i = 0; i < 4; i++) assert.equal((await get(t, plane)).status, 503);
  assert.equal(plane.endpoint(dead).connectFailures > 3, true);
});

const ROUTES = '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]';
