import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { documents, httpProxy, service, startTestGateway, until } from '../support/gateway.ts';
import { metric, proxied, statuses } from '../support/http1.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';

const GET = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';
const UNKNOWN = 'GET / HTTP/1.1\r\nhost: unknown.test\r\n\r\n';

test('pipelined requests are answered in order, one at a time (J1)', async (t) => {
  let atOnce = 0;
  const upstream = await http1Upstream(t, {
    onRequest: ({ head, socket }) => {
      assert.equal(++atOnce, 1);
      setImmediate(() => {
        atOnce--;
        socket.write(answerOf(/ \/(\d+) /.exec(head)?.[1] ?? ''));
      });
      return undefined;
    },
  });
  const { exchange } = await proxied(t, upstream);
  let bytes = '';
  for (let i = 0; i < 50; i++) bytes += `GET /${i} HTTP/1.1\r\nhost: web.test\r\n\r\n`;
  const received = await exchange(`${bytes}GET /50 HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n`);
  assert.deepEqual(
    received.match(/(?<=\r\n\r\n)\d+(?=HTTP|$)/g),
    Array.from({ length: 51 }, (_, i) => String(i)),
  );
  assert.equal(upstream.connections.length, 1);
});

test('pipelined requests of each kind of answer are all answered in order', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const { exchange } = await proxied(t, upstream);
  const post = 'POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 5\r\n\r\nhello';
  const chunked =
    'POST / HTTP/1.1\r\nhost: web.test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
  const nowhere = 'POST / HTTP/1.1\r\nhost: unknown.test\r\ncontent-length: 5\r\n\r\nhello';
  const received = await exchange(
    `${GET}${UNKNOWN}${post}${nowhere}${chunked}${UNKNOWN}${GET}${nowhere}get / HTTP/1.1\r\n\r\n`,
  );
  assert.deepEqual(statuses(received), [200, 404, 200, 404, 200, 404, 200, 404, 501]);
});

test('thousands of pipelined requests that the gateway answers itself cost no stack', async (t) => {
  const upstream = await http1Upstream(t, {});
  const { exchange } = await proxied(t, upstream, { settings: { maxRequestsPerConnection: 1_000_000 } });
  const small = 'GET / HTTP/1.1\r\nhost:a\r\n\r\n';
  const received = await exchange(
    `${small.repeat(10_000)}GET / HTTP/1.1\r\nhost:a\r\nconnection: close\r\n\r\n`,
  );
  const answers = statuses(received);
  assert.equal(answers.length, 10_001);
  assert.equal(
    answers.every((status) => status === 404),
    true,
  );
});

test('10 000 pipelined requests of a client that does not read wait, whoever answers (J2)', async (t) => {
  const body = 'x'.repeat(4096);
  const upstream = await http1Upstream(t, { onRequest: () => answerOf(body) });
  const gateway = await startTestGateway(t, {
    settings: { maxRequestsPerConnection: 1_000_000 },
    manifests: {
      'app.yaml': documents(
        service('web', [upstream.port]),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes:
    - {conditions: [{prefix: /}], services: [{name: web, port: 80}]}
    - {conditions: [{prefix: /own}], directResponsePolicy: {statusCode: 200, body: ${body}}}`,
        ),
      ),
    },
  });
  for (const path of ['/', '/own']) {
    await t.test(path, async (t) => {
      const served = () => metric(gateway, 'sluice_requests_total{listener="http",code="200"}');
      const before = await served();
      const socket = net.connect({ port: gateway.http, host: '127.0.0.1' });
      t.after(() => socket.destroy());
      await once(socket, 'connect');
      socket.pause();
      const count = 10_000;
      const request = `GET ${path} HTTP/1.1\r\nhost: web.test\r\n\r\n`;
      for (let i = 0; i < count / 100; i++) socket.write(request.repeat(100));
      // It stands still when the kernel takes no more answers.
      let last = -1;
      let same = 0;
      await until(async () => {
        const now = await served();
        same = now === last ? same + 1 : 0;
        last = now;
        return now > before && same === 20;
      });
      assert.equal(last - before < count / 2, true, `${last - before} were answered`);
      let bytes = 0;
      let length = 0;
      socket.on('data', (part) => {
        if (length === 0) length = part.indexOf('\r\n\r\n') + 4 + body.length;
        bytes += part.length;
      });
      await until(() => bytes >= count * length);
      assert.equal(bytes, count * length);
    });
  }
});

test('the 1 000th answer on a connection says close and is the last (J11)', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const { exchange } = await proxied(t, upstream, { settings: { maxRequestsPerConnection: 5 } });
  const received = await exchange(GET.repeat(9));
  assert.equal(statuses(received).length, 5);
  assert.match(received, /^((?!connection: close).)*connection: close\r\n\r\nok$/s);
  assert.equal(upstream.requests.length, 5);
});

test('bytes behind a request with connection: close are neither parsed nor answered (G5)', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const { exchange } = await proxied(t, upstream);
  const received = await exchange(
    `GET / HTTP/1.1\r\nhost: web.test\r\nconnection: close\t\r\n\r\n${GET}get\n`,
  );
  assert.deepEqual(statuses(received), [200]);
  assert.equal(upstream.requests.length, 1);
});

test('a refused client that goes on sending gets its answer; the connection is gone after the delay', async (t) => {
  const upstream = await http1Upstream(t, {});
  const { connect, gateway } = await proxied(t, upstream, { settings: { delayedCloseMs: 100 } });
  const client = await connect();
  client.send('BAD\r\n\r\n');
  await client.until(/ 400 /);
  client.send('x'.repeat(60_000));
  assert.deepEqual(statuses(await client.untilEnd()), [400]);
  await until(async () => (await metric(gateway, 'sluice_connections{listener="http"}')) === 0);
});

test('a refused client that sends more than 64 KiB is cut off before the delay', async (t) => {
  const upstream = await http1Upstream(t, {});
  const { connect, gateway } = await proxied(t, upstream, { settings: { delayedCloseMs: 60_000 } });
  const client = await connect();
  client.send('BAD\r\n\r\n');
  assert.deepEqual(statuses(await client.untilEnd()), [400]);
  client.send('x'.repeat(1 << 20));
  await until(async () => (await metric(gateway, 'sluice_connections{listener="http"}')) === 0);
});

test('a slow reader of a last answer gets all of it, however long that takes', async (t) => {
  const body = 'x'.repeat(6 << 20);
  const upstream = await http1Upstream(t, { onRequest: () => answerOf(body) });
  const { gateway } = await proxied(t, upstream, { settings: { delayedCloseMs: 50 } });
  const socket = net.connect({ port: gateway.http, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n');
  // Everything that the gateway holds waits for longer than the delay, again and again.
  let received = 0;
  const read = async () => {
    for await (const bytes of socket) {
      received += (bytes as Buffer).length;
      if (received > body.length - (512 << 10)) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await read();
  assert.equal(received > body.length, true);
});

test('an idle connection ends in order after its time', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const { connect } = await proxied(t, upstream, { settings: { connectionIdleMs: 100 } });
  const unused = await connect();
  assert.equal(await unused.untilEnd(), '');
  const used = await connect();
  used.send(GET);
  assert.deepEqual(statuses(await used.untilEnd()), [200]);
});

test('an idle connection ends when the gateway drains, a request under way is answered with close', async (t) => {
  let answer: (() => void) | undefined;
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket, head }) => {
      if (!head.includes('/slow')) return answerOf('ok');
      answer = () => socket.write(answerOf('slow'));
      return undefined;
    },
  });
  const { connect, gateway } = await proxied(t, upstream, { static: { drainTimeoutMs: 10_000 } });
  const idle = await connect();
  idle.send(GET);
  await idle.until(/ok$/);
  const busy = await connect();
  busy.send('GET /slow HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => answer !== undefined);
  const drained = gateway.drain();
  assert.deepEqual(statuses(await idle.untilEnd()), [200]);
  idle.socket.end();
  answer?.();
  assert.match(await busy.untilEnd(), /\r\nconnection: close\r\n\r\nslow$/);
  busy.socket.end();
  await drained;
});

test('a client that resets cancels its request upstream, whose connection is not used again (J7)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ head }) =>
      head.includes('/begun') ? 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello' : undefined,
  });
  const { connect } = await proxied(t, upstream);
  for (const path of ['/waiting', '/begun']) {
    const client = await connect();
    const before = upstream.requests.length;
    client.send(`GET ${path} HTTP/1.1\r\nhost: web.test\r\n\r\n`);
    await until(() => upstream.requests.length > before);
    if (path === '/begun') await client.until(/hello/);
    client.socket.resetAndDestroy();
    await until(() => upstream.connections.at(-1)?.closed === true);
  }
  assert.equal(upstream.connections.length, 2);
});

test('connections of clients do not share their place: each reuses the idle upstream connection', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const { connect } = await proxied(t, upstream);
  for (let i = 0; i < 5; i++) {
    const client = await connect();
    client.send(GET);
    await client.until(/ok$/);
  }
  assert.equal(upstream.connections.length, 1);
});
