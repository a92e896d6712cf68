import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { METRIC, REFUSAL_REASONS } from '../../src/telemetry/metric-cells.ts';
import { startTestDataPlane } from '../support/data-plane.ts';
import { httpProxy, until } from '../support/gateway.ts';
import { RawClient } from '../support/raw.ts';

const HTTP = 0;
const HTTPS = 1;

const MANIFESTS = {
  'proxy.yaml': httpProxy(
    'web',
    '  virtualhost: {fqdn: web.test}\n  routes: [{directResponsePolicy: {statusCode: 200, body: ok}}]',
  ),
};

async function ask(client: RawClient): Promise<void> {
  const before = client.received.length;
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(new RegExp(`^[\\s\\S]{${before}}[\\s\\S]+ok$`));
}

/** Connects until a connection is kept: one that is closed makes room a moment later. */
async function admitted(t: TestContext, port: number): Promise<RawClient> {
  let client = await RawClient.connect(t, port);
  await until(async () => {
    try {
      await ask(client);
      return true;
    } catch {
      client = await RawClient.connect(t, port);
      return false;
    }
  });
  return client;
}

const CAPS = [
  { name: 'the descriptors of the process', worker: { maxConnections: 2 }, settings: {} },
  { name: 'the settings', worker: {}, settings: { maxConnectionsPerListener: 2 } },
] as const;

for (const { name, worker, settings } of CAPS) {
  test(`Listener closes at once what comes above the cap of ${name}, and serves again below it`, async (t) => {
    const { http, metric } = await startTestDataPlane(t, { manifests: MANIFESTS, worker, settings });
    const first = await RawClient.connect(t, http);
    const second = await RawClient.connect(t, http);
    await ask(first);
    await ask(second);
    const third = await RawClient.connect(t, http);
    assert.equal(await third.untilEnd(), '');
    assert.equal(metric(METRIC.accepted + HTTP), 2);
    assert.equal(metric(METRIC.refused + HTTP), 1);
    await ask(first);
    second.socket.destroy();
    await ask(await admitted(t, http));
    assert.equal(metric(METRIC.connections + HTTP), 2);
  });
}

const ADDRESS_REFUSED = METRIC.refused + REFUSAL_REASONS.indexOf('address');

test('Listener closes at once what an address has too much of on both listeners, and serves it below', async (t) => {
  const { http, https, metric } = await startTestDataPlane(t, {
    manifests: MANIFESTS,
    settings: { maxConnectionsPerAddress: 2 },
  });
  const first = await RawClient.connect(t, http);
  await ask(first);
  const secure = await RawClient.connect(t, https);
  await until(() => metric(METRIC.connections + HTTPS) === 1);
  const third = await RawClient.connect(t, http);
  assert.equal(await third.untilEnd(), '');
  assert.equal(metric(ADDRESS_REFUSED), 1);
  assert.equal(metric(METRIC.accepted + HTTP), 1);
  await ask(first);
  secure.socket.destroy();
  await ask(await admitted(t, http));
});

test('Listener leaves half of its connections to other addresses, unless it is told otherwise', async (t) => {
  const { http, metric } = await startTestDataPlane(t, {
    manifests: MANIFESTS,
    worker: { maxConnections: 204 },
  });
  const clients = await Promise.all(Array.from({ length: 102 }, () => RawClient.connect(t, http)));
  await until(() => metric(METRIC.connections + HTTP) === 102);
  assert.equal(await (await RawClient.connect(t, http)).untilEnd(), '');
  assert.equal(metric(ADDRESS_REFUSED), 1);
  for (const client of clients) client.socket.destroy();
  await until(() => metric(METRIC.connections + HTTP) === 0);
});

test('Listener counts against the address of the PROXY header, and nothing against the proxy', async (t) => {
  const { http, metric } = await startTestDataPlane(t, {
    manifests: MANIFESTS,
    settings: { maxConnectionsPerAddress: 1 },
    worker: { trustedProxies: ['127.0.0.0/8'] },
  });
  const connect = async (header: string) => {
    const client = await RawClient.connect(t, http);
    client.send(header);
    return client;
  };
  const one = 'PROXY TCP4 192.0.2.1 192.0.2.9 4711 80\r\n';
  const first = await connect(one);
  await ask(first);
  const second = await connect(one);
  assert.equal(await second.untilEnd(), '');
  assert.equal(metric(ADDRESS_REFUSED), 1);
  for (const header of [
    'PROXY TCP4 192.0.2.2 192.0.2.9 4711 80\r\n',
    'PROXY UNKNOWN\r\n',
    'PROXY UNKNOWN\r\n',
  ])
    await ask(await connect(header));
  first.socket.destroy();
  await until(() => metric(METRIC.connections + HTTP) === 3);
  await ask(await connect(one));
  assert.equal(metric(ADDRESS_REFUSED), 1);
});

test('Listener counts nothing against addresses where whoever connects is a proxy', async (t) => {
  const { http, metric } = await startTestDataPlane(t, {
    manifests: MANIFESTS,
    settings: { maxConnectionsPerAddress: 1, trustedHops: 1 },
  });
  for (let i = 0; i < 3; i++) await ask(await RawClient.connect(t, http));
  assert.equal(metric(ADDRESS_REFUSED), 0);
});

test('Listener counts connections whose handshake is under way, and each listener its own', async (t) => {
  const { http, https, metric } = await startTestDataPlane(t, {
    manifests: MANIFESTS,
    worker: { maxConnections: 1 },
  });
  const silent = await RawClient.connect(t, https);
  await until(() => metric(METRIC.connections + HTTPS) === 1);
  const second = await RawClient.connect(t, https);
  assert.equal(await second.untilEnd(), '');
  assert.equal(metric(METRIC.refused + HTTPS * REFUSAL_REASONS.length), 1);
  await ask(await RawClient.connect(t, http));
  assert.equal(metric(METRIC.refused + HTTP), 0);
  silent.socket.destroy();
  await once(silent.socket, 'close');
  await until(() => metric(METRIC.connections + HTTPS) === 0);
});
