import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, service, startTestGateway, type TestGateway } from '../support/gateway.ts';

/** Tokens come back evenly: with this unit none does during a test. */
const PER_HOUR = 'unit: hour';

async function start(
  t: Parameters<typeof startTestGateway>[0],
  proxy: string,
  workers = 1,
): Promise<TestGateway> {
  const upstream = await echoUpstream(t, 'web');
  return startTestGateway(t, {
    manifests: { 'web.yaml': documents(service('web', [upstream.port]), proxy) },
    static: { workers },
  });
}

const web = (rest = '') => `{${rest}services: [{name: web, port: 80}]}`;

/** A root for `web.test`: what stands in its `virtualhost` beside the name, and its routes. */
const proxy = (host: string, ...routes: readonly string[]) =>
  rootProxy('web', 'web.test', `  routes: [${routes.join(', ')}]`).replace(
    '"web.test"}',
    `"web.test"${host === '' ? '' : `, ${host}`}}`,
  );

test('a local limit is exact over two workers and many connections', async (t) => {
  const gateway = await start(
    t,
    proxy(`rateLimitPolicy: {local: {requests: 20, ${PER_HOUR}, burst: 5}}`, web()),
    2,
  );
  const replies = await Promise.all(
    Array.from({ length: 200 }, () => ask(t, gateway.http, { host: 'web.test' })),
  );
  assert.equal(replies.filter(({ status }) => status === 200).length, 25);
  const refused = replies.filter(({ status }) => status === 429);
  assert.equal(refused.length, 175);
  for (const { headers, body } of refused) {
    assert.equal(body, '');
    assert.equal(headers.get('proxy-status'), 'sluice; error=http_request_denied');
    assert.equal(headers.get('server'), 'sluice');
    const retryAfter = Number(headers.get('retry-after'));
    assert.ok(retryAfter > 0 && retryAfter <= 180, `${retryAfter}`);
  }
});

test('a refusal has the status and the headers that were configured, other answers do not', async (t) => {
  const gateway = await start(
    t,
    proxy(
      `rateLimitPolicy: {local: {requests: 1, ${PER_HOUR}, responseStatusCode: 503, responseHeadersToAdd: [{name: X-Why, value: "100% limited"}, {name: retry-after, value: "7"}]}}`,
      web(),
    ),
  );
  const first = await ask(t, gateway.http, { host: 'web.test' });
  assert.equal(first.status, 200);
  assert.equal(first.headers.has('x-why'), false);
  const second = await ask(t, gateway.http, { host: 'web.test' });
  assert.equal(second.status, 503);
  assert.equal(second.headers.get('x-why'), '100% limited');
  assert.equal(second.headers.get('retry-after'), '7');
});

test("a route's limit replaces the host's; routes without share the host's", async (t) => {
  const local = (requests: number) => `rateLimitPolicy: {local: {requests: ${requests}, ${PER_HOUR}}}`;
  const gateway = await start(
    t,
    proxy(
      local(2),
      web(`conditions: [{prefix: /own}], ${local(3)}, `),
      web('conditions: [{prefix: /a}], '),
      web('conditions: [{prefix: /b}], '),
    ),
  );
  const served = async (path: string, count: number): Promise<number> => {
    let ok = 0;
    for (let i = 0; i < count; i++) {
      if ((await ask(t, gateway.http, { host: 'web.test', path })).status === 200) ok++;
    }
    return ok;
  };
  assert.equal(await served('/own', 5), 3);
  assert.equal(await served('/a', 1), 1);
  assert.equal(await served('/b', 3), 1);
  assert.equal(await served('/a', 1), 0);
});

test('a limit holds on redirects, direct responses and routes in error', async (t) => {
  const local = `rateLimitPolicy: {local: {requests: 1, ${PER_HOUR}}}`;
  const gateway = await start(
    t,
    proxy(
      '',
      `{conditions: [{prefix: /r}], ${local}, requestRedirectPolicy: {path: /x}}`,
      `{conditions: [{prefix: /d}], ${local}, directResponsePolicy: {statusCode: 200}}`,
      `{conditions: [{prefix: /e}], ${local}, services: [{name: missing, port: 80}]}`,
    ),
  );
  for (const [path, status] of [
    ['/r', 302],
    ['/d', 200],
    ['/e', 503],
  ] as const) {
    assert.equal((await ask(t, gateway.http, { host: 'web.test', path })).status, status);
    assert.equal((await ask(t, gateway.http, { host: 'web.test', path })).status, 429);
  }
});

test('a limit keeps its count when something else of the host changes', async (t) => {
  const local = `rateLimitPolicy: {local: {requests: 2, ${PER_HOUR}}}`;
  const gateway = await start(t, proxy(local, web()));
  const status = async (path: string) => (await ask(t, gateway.http, { host: 'web.test', path })).status;
  assert.equal(await status('/'), 200);
  assert.equal(await status('/'), 200);
  assert.equal(await status('/'), 429);
  await gateway.write(
    'more.yaml',
    rootProxy('more', 'more.test', '  routes: [{directResponsePolicy: {statusCode: 204}}]'),
  );
  await gateway.until(async () => (await ask(t, gateway.http, { host: 'more.test' })).status === 204);
  assert.equal(await status('/'), 429);
});

test('a limit that does not parse takes its route or its host off', async (t) => {
  const bad =
    'rateLimitPolicy: {local: {requests: 1, unit: hour, responseHeadersToAdd: [{name: "a b", value: x}]}}';
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        proxy(
          '',
          `{conditions: [{prefix: /a}], ${bad}, directResponsePolicy: {statusCode: 200}}`,
          '{directResponsePolicy: {statusCode: 200}}',
        ),
        proxy(bad, '{directResponsePolicy: {statusCode: 200}}')
          .replace('{name: web,', '{name: off,')
          .replace('"web.test"', '"off.test"'),
      ),
    },
  });
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/a' })).status, 503);
  assert.equal((await ask(t, gateway.http, { host: 'web.test' })).status, 200);
  assert.equal((await ask(t, gateway.http, { host: 'off.test' })).status, 503);
  assert.deepEqual((await statusOf(gateway, 'web')).errors, ['RouteError/RateLimitPolicyNotValid']);
  assert.deepEqual((await statusOf(gateway, 'off')).errors, ['VirtualHostError/RateLimitPolicyNotValid']);
});
