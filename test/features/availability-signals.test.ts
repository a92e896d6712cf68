import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { manifestFolder } from '../support/manifest-folder.ts';
import { RawClient } from '../support/raw.ts';

/** One host on one service. */
const folderFor = (t: TestContext, upstream: number): Promise<string> =>
  manifestFolder(t, {
    'app.yaml': documents(
      service('web', [upstream]),
      httpProxy('web', '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
    ),
  });

const GET = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal}: not ready at once, requests served for the delay, status 0`, async (t) => {
    const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
    const gateway = await startGatewayProcess(t, await folderFor(t, upstream.port), {
      flags: ['--drain-delay', '2', '--drain-timeout', '5'],
    });
    assert.equal(await gateway.probe('/readyz'), 200);
    gateway.signal(signal);
    await until(async () => (await gateway.probe('/readyz')) === 503);
    assert.equal(await gateway.probe('/livez'), 200);
    const client = await RawClient.connect(t, gateway.http);
    client.send(GET);
    assert.match(await client.untilEnd(), /^HTTP\/1\.1 200 [\s\S]*\r\nconnection: close\r\n[\s\S]*ok$/);
    client.socket.end();
    assert.equal(await gateway.ended, 0);
  });
}

test('a second signal ends at once, whatever is under way', async (t) => {
  const upstream = await http1Upstream(t, {});
  const gateway = await startGatewayProcess(t, await folderFor(t, upstream.port), {
    flags: ['--drain-timeout', '60'],
  });
  const client = await RawClient.connect(t, gateway.http);
  client.send(GET);
  await until(() => upstream.requests.length === 1);
  const before = performance.now();
  // Within half a second it counts as the first one, which may arrive twice.
  const again = setInterval(() => gateway.signal('SIGTERM'), 100);
  const status = await gateway.ended;
  clearInterval(again);
  assert.equal(status, 128 + 15);
  assert.equal(performance.now() - before < 20_000, true);
});
