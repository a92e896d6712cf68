import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';

const REQUESTS = 4000;

/** Services `a` and `b` and a root for `web.test` on them with these weights. */
async function start(t: Parameters<typeof startTestGateway>[0], services: string) {
  const [a, b] = await Promise.all([echoUpstream(t, 'a'), echoUpstream(t, 'b')]);
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('a', [a?.port ?? 0]),
        service('b', [b?.port ?? 0]),
        rootProxy('web', 'web.test', `  routes: [{services: [${services}]}]`),
      ),
    },
  });
  return { gateway, a, b };
}

test('weights split the requests in proportion', async (t) => {
  const { gateway, a, b } = await start(
    t,
    '{name: a, port: 80, weight: 90}, {name: b, port: 80, weight: 10}',
  );
  const clients = Array.from({ length: 8 }, async () => {
    for (let i = 0; i < REQUESTS / 8; i++) await ask(t, gateway.http, { host: 'web.test' });
  });
  await Promise.all(clients);
  assert.equal(a.heads.length + b.heads.length, REQUESTS);
  // Ten standard deviations of a binomial distribution: wrong by chance once in 10^23 runs.
  const deviation = Math.sqrt(REQUESTS * 0.9 * 0.1);
  assert.ok(Math.abs(b.heads.length - REQUESTS * 0.1) < 10 * deviation, `${b.heads.length} of ${REQUESTS}`);
});

const CASES: readonly {
  readonly name: string;
  readonly services: string;
  readonly b: 'all' | 'some' | 'none';
}[] = [
  {
    name: 'weight 0 beside others gets nothing',
    services: '{name: a, port: 80, weight: 1}, {name: b, port: 80, weight: 0}',
    b: 'none',
  },
  {
    name: 'no weight beside others gets nothing',
    services: '{name: a, port: 80, weight: 1}, {name: b, port: 80}',
    b: 'none',
  },
  {
    name: 'all zero is an even split',
    services: '{name: a, port: 80, weight: 0}, {name: b, port: 80, weight: 0}',
    b: 'some',
  },
  { name: 'no weights are an even split', services: '{name: a, port: 80}, {name: b, port: 80}', b: 'some' },
  {
    name: 'a missing service leaves all to the other',
    services: '{name: missing, port: 80, weight: 99}, {name: b, port: 80, weight: 1}',
    b: 'all',
  },
];

for (const { name, services, b: share } of CASES) {
  test(`weights: ${name}`, async (t) => {
    const { gateway, a, b } = await start(t, services);
    for (let i = 0; i < 100; i++) {
      assert.equal((await ask(t, gateway.http, { host: 'web.test' })).status, 200);
    }
    if (share === 'none') assert.equal(b.heads.length, 0);
    else if (share === 'all') assert.equal(a.heads.length, 0);
    // Below 20 or above 80 of 100 by chance: once in 10^9 runs.
    else assert.ok(b.heads.length > 20 && b.heads.length < 80, `${b.heads.length} of 100`);
  });
}

test('weights: a service of weight 0 does not take over from a missing one', async (t) => {
  const { gateway } = await start(t, '{name: missing, port: 80, weight: 1}, {name: b, port: 80, weight: 0}');
  const reply = await ask(t, gateway.http, { host: 'web.test' });
  assert.equal(reply.status, 503);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=destination_unavailable');
});

test('endpoints of one service are served in turn', async (t) => {
  const upstreams = await Promise.all(['x', 'y', 'z'].map((name) => echoUpstream(t, name)));
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service(
          'web',
          upstreams.map(({ port }) => port),
        ),
        rootProxy('web', 'web.test', '  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
  for (let i = 0; i < 30; i++) await ask(t, gateway.http, { host: 'web.test' });
  assert.deepEqual(
    upstreams.map(({ heads }) => heads.length),
    [10, 10, 10],
  );
});
