import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';
import { RawClient, rawServer } from '../support/raw.ts';

async function start(t: Parameters<typeof startTestGateway>[0], services: string, rest = '') {
  const [web, copy] = await Promise.all([echoUpstream(t, 'web'), echoUpstream(t, 'copy')]);
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [web?.port ?? 0]),
        service('copy', [copy?.port ?? 0]),
        rootProxy('web', 'web.test', `  routes: [{services: [${services}]${rest}}]`),
      ),
    },
  });
  return { gateway, web, copy };
}

test('a mirror gets a copy of each request under a shadow of its host; its answer is thrown away', async (t) => {
  const { gateway, web, copy } = await start(
    t,
    '{name: web, port: 80}, {name: copy, port: 80, mirror: true, requestHeadersPolicy: {set: [{name: x-mirror, value: "1"}]}}',
    ', requestHeadersPolicy: {set: [{name: x-route, value: r}]}, pathRewritePolicy: {replacePrefix: [{replacement: /v2/}]}',
  );
  for (let i = 0; i < 10; i++) {
    const reply = await ask(t, gateway.http, { host: 'web.test:81', path: `/a${i}?q`, headers: ['x-a: 1'] });
    assert.equal(reply.from, 'web');
  }
  await gateway.until(() => copy.heads.length === 10);
  assert.equal(web.heads.length, 10);
  for (const [i, head] of copy.heads.entries()) {
    assert.match(head, new RegExp(`^GET /v2/a${i}\\?q HTTP/1\\.1\\r\\nhost: web\\.test-shadow:81\\r\\n`));
    assert.match(head, /\r\nx-a: 1\r\n/);
    assert.match(head, /\r\nx-route: r\r\n/);
    assert.doesNotMatch(head, /x-mirror/);
  }
});

test('a mirror gets the body too, with a length or in chunks', async (t) => {
  const received: string[] = ['', ''];
  const upstreams = await Promise.all(
    received.map((_, i) =>
      rawServer(t, (socket) => {
        socket.on('data', (bytes) => {
          received[i] += bytes.toString('latin1');
          if (/(?:hello|0\r\n\r\n)$/.test(received[i] ?? '')) {
            socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
          }
        });
      }),
    ),
  );
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstreams[0]?.port ?? 0]),
        service('copy', [upstreams[1]?.port ?? 0]),
        rootProxy(
          'web',
          'web.test',
          '  routes: [{services: [{name: web, port: 80}, {name: copy, port: 80, mirror: true}]}]',
        ),
      ),
    },
  });
  for (const body of [
    'content-length: 5\r\n\r\nhello',
    'transfer-encoding: chunked\r\n\r\n2\r\nhe\r\n0\r\n\r\n',
  ]) {
    received.fill('');
    const client = await RawClient.connect(t, gateway.http);
    client.send(`POST / HTTP/1.1\r\nhost: web.test\r\n${body}`);
    await client.until(/^HTTP\/1\.1 200 /);
    const sent = body.slice(body.indexOf('\r\n\r\n'));
    await gateway.until(() => received.every((text) => text.endsWith(sent)));
  }
});

test('the weight of a mirror is a share of the requests', async (t) => {
  const { gateway, copy } = await start(
    t,
    '{name: web, port: 80}, {name: copy, port: 80, mirror: true, weight: 50}',
  );
  for (let i = 0; i < 200; i++) await ask(t, gateway.http, { host: 'web.test' });
  // Below 50 or above 150 of 200 by chance: once in 10^12 runs.
  assert.ok(copy.heads.length > 50 && copy.heads.length < 150, `${copy.heads.length} of 200`);
});

test('a mirror that is away harms nobody', async (t) => {
  const { gateway, copy } = await start(t, '{name: web, port: 80}, {name: copy, port: 80, mirror: true}');
  copy.close();
  for (let i = 0; i < 5; i++) assert.equal((await ask(t, gateway.http, { host: 'web.test' })).from, 'web');
});

test('a route with mirrors alone answers 503', async (t) => {
  const { gateway, copy } = await start(t, '{name: copy, port: 80, mirror: true}');
  assert.equal((await ask(t, gateway.http, { host: 'web.test' })).status, 503);
  assert.equal(copy.heads.length, 0);
});

test('two mirrors are one too many', async (t) => {
  const { gateway } = await start(
    t,
    '{name: web, port: 80}, {name: copy, port: 80, mirror: true}, {name: copy, port: 80, mirror: true}',
  );
  assert.equal((await ask(t, gateway.http, { host: 'web.test' })).status, 503);
  assert.deepEqual((await statusOf(gateway, 'web')).errors, ['ServiceError/OnlyOneMirror']);
});
