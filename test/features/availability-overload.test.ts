import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { METRIC } from '../../src/telemetry/metric-cells.ts';
import { ask } from '../support/ask.ts';
import { startTestDataPlane, type TestDataPlane, type TestDataPlaneOptions } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

async function serve(
  t: TestContext,
  options: Omit<TestDataPlaneOptions, 'manifests'> = {},
): Promise<TestDataPlane> {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  return startTestDataPlane(t, {
    ...options,
    manifests: {
      'app.yaml': documents(
        service('web', [upstream.port]),
        httpProxy('web', '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
}

const GET = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';

for (const options of [{ settings: { maxConnectionsPerListener: 2 } }, { worker: { maxConnections: 2 } }]) {
  const [name = ''] = Object.keys(Object.values(options)[0] ?? {});
  test(`${name}: one connection more is accepted and closed; when one leaves there is room again`, async (t) => {
    const plane = await serve(t, options);
    const first = await RawClient.connect(t, plane.http);
    const second = await RawClient.connect(t, plane.http);
    for (const client of [first, second]) {
      client.send(GET);
      await client.until(/ok$/);
    }
    const third = await RawClient.connect(t, plane.http);
    third.send(GET);
    assert.equal(await third.untilEnd(), '');
    assert.equal(plane.metric(METRIC.refused), 1);
    first.socket.destroy();
    await until(() => plane.metric(METRIC.connections) === 1);
    const fourth = await RawClient.connect(t, plane.http);
    fourth.send(GET);
    await fourth.until(/ok$/);
    second.send(GET);
    await second.until(/ok[\s\S]*ok$/);
  });
}

test('when memory begins to run short, answers end their connections', async (t) => {
  const plane = await serve(t);
  const client = await RawClient.connect(t, plane.http);
  client.send(GET);
  assert.doesNotMatch(await client.until(/ok$/), /\r\nconnection: close\r\n/);
  plane.press(1);
  client.send(GET);
  assert.match(await client.untilEnd(), /ok[\s\S]*\r\nconnection: close\r\n[\s\S]*ok$/);
});

test('when memory is short, requests are refused until it is not', async (t) => {
  const plane = await serve(t);
  plane.press(2);
  const refused = await ask(t, plane.http, { host: 'web.test' });
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('proxy-status'), 'sluice; error=connection_limit_reached');
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.equal(refused.body, '');
  plane.press(0);
  assert.equal((await ask(t, plane.http, { host: 'web.test' })).body, 'ok');
});
