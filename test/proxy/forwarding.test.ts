import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { METRIC } from '../../src/telemetry/metric-cells.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient, rawServer } from '../support/raw.ts';

const WEB = 'default/web/80';

function serve(t: TestContext, port: number): Promise<TestDataPlane> {
  return startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        service('web', [port]),
        httpProxy('web', '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
}

/** Everything that counts what is under way stands at 0. */
async function allOver(plane: TestDataPlane, port: number): Promise<void> {
  await until(() => plane.upstream(WEB).active === 0);
  const { active, activeRetries, pending } = plane.upstream(WEB);
  assert.deepEqual([active, activeRetries, pending, plane.endpoint(port).active], [0, 0, 0, 0]);
}

test('Forwarding counts an exchange from its start to its end, however it ends', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ head, socket }) => {
      if (head.startsWith('GET /drop')) socket.destroy();
      return head.startsWith('GET /ok') ? answerOf('ok') : undefined;
    },
  });
  const plane = await serve(t, upstream.port);
  const ok = await RawClient.connect(t, plane.http);
  ok.send('GET /ok HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await ok.until(/ok$/);
  await allOver(plane, upstream.port);
  const dropped = await RawClient.connect(t, plane.http);
  dropped.send('GET /drop HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await dropped.until(/^HTTP\/1\.1 503 /);
  await allOver(plane, upstream.port);
  const leaving = await RawClient.connect(t, plane.http);
  leaving.send('GET /hang HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => plane.endpoint(upstream.port).active === 1);
  assert.equal(plane.upstream(WEB).active, 1);
  leaving.socket.resetAndDestroy();
  await allOver(plane, upstream.port);
  const broken = await RawClient.connect(t, plane.http);
  broken.send('POST / HTTP/1.1\r\nhost: web.test\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n');
  await broken.untilEnd();
  await allOver(plane, upstream.port);
  assert.equal(plane.upstream(WEB).requests, 4);
});

test('Forwarding does not read on from an upstream whose client does not read', async (t) => {
  const size = 64 * 1024 * 1024;
  const upstream = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
      socket.write(Buffer.alloc(size, 'x'));
    });
  });
  const plane = await serve(t, upstream.port);
  const client = await RawClient.connect(t, plane.http);
  let received = 0;
  client.socket.removeAllListeners('data');
  client.socket.pause();
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  // It has come to rest when the upstream's queue is the same for ten looks.
  let same = 0;
  let before = -1;
  await until(() => {
    const left = upstream.sockets[0]?.writableLength ?? 0;
    same = left === before && left > 0 ? same + 1 : 0;
    before = left;
    return same >= 10;
  });
  assert.equal(before > size / 4, true, `${before} bytes wait at the upstream`);
  client.socket.on('data', (bytes) => {
    received += bytes.length;
  });
  client.socket.resume();
  await until(() => received >= size);
  await allOver(plane, upstream.port);
});

test('Forwarding stops an upload whose answer is there, and the upstream connection is not used again', async (t) => {
  const upstream = await http1Upstream(t, {
    onHead: () => answerOf('too much', '413 Content Too Large'),
  });
  const plane = await serve(t, upstream.port);
  const client = await RawClient.connect(t, plane.http);
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 1000\r\n\r\nsome');
  assert.match(await client.untilEnd(), /^HTTP\/1\.1 413 [\s\S]*\r\nconnection: close\r\n[\s\S]*too much$/);
  await until(() => upstream.connections[0]?.closed === true);
  await allOver(plane, upstream.port);
  assert.equal(plane.metric(METRIC.upstreamReuses), 0);
});

test('Forwarding passes interim answers on, but says 100 itself', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: () =>
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${answerOf('ok')}`,
  });
  const plane = await serve(t, upstream.port);
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  assert.match(await client.until(/ok$/), /^HTTP\/1\.1 103 [\s\S]*\r\nlink: <\/a>\r\n[\s\S]*HTTP\/1\.1 200 /);
});

test('Forwarding answers 500 when a bug of ours breaks an answer, and serves on', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const plane = await serve(t, upstream.port);
  t.mock.method(Date.prototype, 'toUTCString', () => assert.fail('a bug'), { times: 1 });
  const client = await RawClient.connect(t, plane.http);
  const get = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';
  client.send(get);
  assert.match(
    await client.until(/\r\n\r\n/),
    /^HTTP\/1\.1 500 [\s\S]*\r\nproxy-status: sluice; error=proxy_internal_error\r\n/,
  );
  assert.equal(plane.metric(METRIC.exceptions), 1);
  client.send(get);
  assert.match(await client.until(/ok$/), /\r\n\r\nHTTP\/1\.1 200 /);
  await allOver(plane, upstream.port);
});
