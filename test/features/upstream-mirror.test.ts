import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ask } from '../support/ask.ts';
import { closedPort } from '../support/closed-port.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

/** @param weight Percent; 0 stands for all. */
function serve(t: TestContext, ports: { web: number; copy: number }, weight = 0): Promise<TestDataPlane> {
  return startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        service('web', [ports.web]),
        service('copy', [ports.copy]),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes:
  - services: [{name: web, port: 80}, {name: copy, port: 80, mirror: true, weight: ${weight}}]
    pathRewritePolicy: {replacePrefix: [{prefix: /, replacement: /v1/}]}`,
        ),
      ),
    },
  });
}

const COPY = 'default/copy/80';

test('a mirror gets a copy of each request under the shadow of its host, and its answer is thrown away', async (t) => {
  const web = await http1Upstream(t, { onRequest: () => answerOf('real') });
  const copy = await http1Upstream(t, { onRequest: () => answerOf('shadow', '500 Oops') });
  const plane = await serve(t, { web: web.port, copy: copy.port });
  const reply = await ask(t, plane.http, { host: 'web.test:8080', path: '/a?b', headers: ['x-own: 1'] });
  assert.equal(reply.body, 'real');
  await until(() => copy.requests.length === 1);
  const head = copy.requests[0]?.head ?? '';
  assert.match(head, /^GET \/v1\/a\?b HTTP\/1\.1\r\nhost: web\.test-shadow:8080\r\n/);
  assert.match(head, /\r\nx-own: 1\r\n/);
  await until(() => plane.upstream(COPY).active === 0);
  assert.equal(plane.upstream(COPY).requests, 1);
  assert.equal(plane.endpoint(copy.port).active, 0);
  assert.equal((await ask(t, plane.http, { host: 'web.test' })).body, 'real');
  await until(() => copy.requests.length === 2);
  assert.equal(copy.sockets.length, 1, 'its connection is used again');
});

/** Bodies by size: copied up to 64 KiB. */
const BODIES: readonly { readonly bytes: number; readonly chunked: boolean; readonly copied: boolean }[] = [
  { bytes: 5, chunked: false, copied: true },
  { bytes: 5, chunked: true, copied: true },
  { bytes: 64 * 1024, chunked: false, copied: true },
  { bytes: 64 * 1024 + 1, chunked: false, copied: false },
];

for (const { bytes, chunked, copied } of BODIES) {
  const how = chunked ? 'in chunks' : 'of known length';
  test(`a body of ${bytes} bytes ${how} is ${copied ? 'copied' : 'too long to be copied'}`, async (t) => {
    const web = await http1Upstream(t, { onRequest: ({ body }) => answerOf(`got ${body.length}`) });
    const copy = await http1Upstream(t, { onRequest: () => answerOf('') });
    const plane = await serve(t, { web: web.port, copy: copy.port });
    const body = Buffer.alloc(bytes, 'abcdefg').toString('latin1');
    const client = await RawClient.connect(t, plane.http);
    const framing = chunked ? 'transfer-encoding: chunked' : `content-length: ${bytes}`;
    client.send(`POST / HTTP/1.1\r\nhost: web.test\r\n${framing}\r\n\r\n`);
    client.send(chunked ? `${bytes.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body);
    await client.until(new RegExp(`got ${bytes}$`));
    // A request behind it shows that nothing else is to come.
    client.send('GET /behind HTTP/1.1\r\nhost: web.test\r\n\r\n');
    await until(() => copy.requests.some(({ head, complete }) => complete && head.includes('/behind')));
    assert.deepEqual(
      copy.requests.filter(({ head }) => head.startsWith('POST')).map((request) => request.body),
      copied ? [body] : [],
    );
  });
}

test('a mirror that is not there, or hangs, costs the request nothing', async (t) => {
  const web = await http1Upstream(t, { onRequest: () => answerOf('real') });
  const absent = await serve(t, { web: web.port, copy: await closedPort() });
  for (let i = 0; i < 3; i++) assert.equal((await ask(t, absent.http, { host: 'web.test' })).body, 'real');
  await until(() => absent.upstream(COPY).active === 0);
  const stuck = await http1Upstream(t, {});
  const hanging = await serve(t, { web: web.port, copy: stuck.port });
  for (let i = 0; i < 3; i++) assert.equal((await ask(t, hanging.http, { host: 'web.test' })).body, 'real');
  await until(() => stuck.requests.length === 3);
  assert.equal(hanging.upstream('default/web/80').active, 0);
});

test('weight is the percentage of requests that are copied', async (t) => {
  const web = await http1Upstream(t, { onRequest: () => answerOf('real') });
  const copy = await http1Upstream(t, { onRequest: () => answerOf('') });
  const plane = await serve(t, { web: web.port, copy: copy.port }, 20);
  const client = await RawClient.connect(t, plane.http);
  const requests = 300;
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n'.repeat(requests));
  await until(() => client.received.split('real').length > requests);
  await until(() => plane.upstream(COPY).active === 0);
  // 300 draws of a fifth: 60 on average, standard deviation 7; six of them on either side.
  const copies = copy.requests.length;
  assert.equal(copies > 18 && copies < 102, true, `${copies} copies`);
});
