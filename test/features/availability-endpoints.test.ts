import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ask } from '../support/ask.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, type Http1Upstream, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

const WEB = 'default/web/80';

/** Answers everything but `/hold`. */
const pod = (t: TestContext): Promise<Http1Upstream> =>
  http1Upstream(t, { onRequest: ({ head }) => (head.startsWith('GET /hold') ? undefined : answerOf('ok')) });

function serve(t: TestContext, pods: readonly Http1Upstream[]): Promise<TestDataPlane> {
  return startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        service(
          'web',
          pods.map(({ port }) => port),
        ),
        httpProxy('web', '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
}

test('a pod that dies takes no request with it: what waits on used connections goes to the others', async (t) => {
  const pods = [await pod(t), await pod(t)];
  const [dying, living] = pods as [Http1Upstream, Http1Upstream];
  const plane = await serve(t, pods);
  const clients = await Promise.all(Array.from({ length: 6 }, () => RawClient.connect(t, plane.http)));
  // Each pod gets three connections that have served before.
  for (const client of clients) client.send('GET /hold HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => dying.requests.length === 3 && living.requests.length === 3);
  for (const { requests } of pods) for (const { socket } of requests) socket.write(answerOf('first'));
  await Promise.all(clients.map((client) => client.until(/first$/)));
  for (const client of clients) client.send('GET /hold HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => dying.requests.length === 6 && living.requests.length === 6);
  dying.close();
  await until(() => living.requests.length === 9);
  for (const { socket } of living.requests.slice(3)) socket.write(answerOf('second'));
  await Promise.all(clients.map((client) => client.until(/second$/)));
  for (let i = 0; i < 10; i++) assert.equal((await ask(t, plane.http, { host: 'web.test' })).body, 'ok');
  const { active, activeRetries } = plane.upstream(WEB);
  assert.deepEqual([active, activeRetries], [0, 0]);
});

test('when all pods die the answer is 503 at once; when one returns it serves', async (t) => {
  const [gone] = [await pod(t)];
  const plane = await serve(t, [gone]);
  assert.equal((await ask(t, plane.http, { host: 'web.test' })).body, 'ok');
  gone.close();
  for (let i = 0; i < 5; i++) {
    const reply = await ask(t, plane.http, { host: 'web.test' });
    assert.equal(reply.status, 503);
    assert.equal(reply.headers.get('retry-after'), '1');
  }
  const returned = await pod(t);
  await plane.write(
    'app.yaml',
    documents(
      service('web', [gone.port, returned.port]),
      httpProxy('web', '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
    ),
  );
  for (let i = 0; i < 6; i++) assert.equal((await ask(t, plane.http, { host: 'web.test' })).body, 'ok');
});
