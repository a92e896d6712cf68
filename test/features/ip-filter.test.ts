import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { explainRequest } from '../../src/admin/explain.ts';
import { ask, echoUpstream, rootProxy, statusOf } from '../support/ask.ts';
import { documents, service, startTestGateway, type TestGatewayOptions } from '../support/gateway.ts';
import { ingress } from '../support/ingress.ts';
import { RawClient } from '../support/raw.ts';
import { certificateFor, secureConnect, tlsSecret } from '../support/tls.ts';

const ME = '127.0.0.0/8';
const allow = (source: string, ...cidrs: readonly string[]) => list('ipAllowPolicy', source, cidrs);
const deny = (source: string, ...cidrs: readonly string[]) => list('ipDenyPolicy', source, cidrs);

function list(field: string, source: string, cidrs: readonly string[]): string {
  return `${field}: [${cidrs.map((cidr) => `{source: ${source}, cidr: "${cidr}"}`).join(', ')}]`;
}

/** `web.test` with a list of its own and routes. */
async function start(
  t: Parameters<typeof startTestGateway>[0],
  host: string,
  routes: readonly string[],
  options: Partial<TestGatewayOptions> & { readonly more?: readonly string[] } = {},
) {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    ...options,
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy('web', 'web.test', `  routes: [${routes.join(', ')}]`).replace(
          '"web.test"}',
          `"web.test"${host === '' ? '' : `, ${host}`}}`,
        ),
        ...(options.more ?? []),
      ),
    },
  });
  const status = async (path = '/', headers: readonly string[] = []) =>
    (await ask(t, gateway.http, { host: 'web.test', path, headers })).status;
  return { gateway, upstream, status };
}

const to = (path: string, rest = '') =>
  `{conditions: [{prefix: ${path}}], ${rest === '' ? '' : `${rest}, `}services: [{name: web, port: 80}]}`;

test('only listed peers are served; the refusal is empty and says why', async (t) => {
  const { gateway, upstream, status } = await start(t, allow('Peer', '10.0.0.0/8'), [to('/')]);
  const reply = await ask(t, gateway.http, { host: 'web.test' });
  assert.equal(reply.status, 403);
  assert.equal(reply.body, '');
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=http_request_denied');
  assert.equal(upstream.heads.length, 0);
  assert.deepEqual(await statusOf(gateway, 'web'), {
    current: 'valid',
    errors: [],
    warnings: [],
    messages: [],
  });
  assert.equal(await status('/', ['x-forwarded-for: 10.0.0.1']), 403, 'a client cannot name itself');
});

test("a route's list replaces the host's", async (t) => {
  const { status } = await start(t, deny('Peer', ME), [
    to('/'),
    to('/open', deny('Peer', '10.0.0.0/8')),
    to('/allowed', allow('Peer', ME)),
    to('/closed', allow('Peer', '::1')),
  ]);
  assert.equal(await status('/'), 403);
  assert.equal(await status('/open'), 200);
  assert.equal(await status('/allowed'), 200);
  assert.equal(await status('/closed'), 403);
});

test('a list holds on redirects, direct responses, missing includes and routes of an Ingress', async (t) => {
  const { gateway, status } = await start(
    t,
    deny('Peer', ME),
    [
      '{conditions: [{prefix: /r}], requestRedirectPolicy: {path: /x}}',
      '{conditions: [{prefix: /d}], directResponsePolicy: {statusCode: 200}}',
    ],
    { more: [ingress('more', { 'web.test': [['/ingress', 'web']] })] },
  );
  for (const path of ['/r', '/d', '/ingress']) assert.equal(await status(path), 403, path);
  const { current } = await statusOf(gateway, 'web');
  assert.equal(current, 'valid');
  await gateway.write(
    'missing.yaml',
    rootProxy('missing', 'missing.test', '  includes: [{name: none, conditions: [{prefix: /i}]}]').replace(
      'test"}',
      `test", ${deny('Peer', ME)}}`,
    ),
  );
  await gateway.until(
    async () => (await ask(t, gateway.http, { host: 'missing.test', path: '/i' })).status === 403,
  );
});

test('a list holds on both ports and on the redirect to HTTPS', async (t) => {
  const { gateway, status } = await start(
    t,
    `tls: {secretName: web}, ${deny('Peer', ME)}`,
    [to('/'), to('/plain', 'permitInsecure: true'), to('/mine', allow('Peer', ME))],
    { more: [tlsSecret('web', await certificateFor('web.test'))] },
  );
  assert.equal(await status('/'), 403);
  assert.equal(await status('/plain'), 403);
  // Before it is known to be a request over TLS, the host's own list holds.
  assert.equal(await status('/mine'), 403);
  for (const [path, code] of [
    ['/', 403],
    ['/mine', 200],
  ] as const) {
    const client = await secureConnect(t, gateway.https, 'web.test');
    assert.match(await client.get('web.test', path), new RegExp(`^HTTP/1\\.1 ${code} `), path);
  }
});

test('the remote address is the one that trusted proxies tell, the peer stays who connected', async (t) => {
  const { status } = await start(
    t,
    '',
    [
      to('/remote', allow('Remote', '192.0.2.0/24')),
      to('/peer', allow('Peer', ME)),
      to('/deny', deny('Remote', '192.0.2.7')),
    ],
    { settings: { trustedHops: 1 } },
  );
  const from = (list: string) => [`x-forwarded-for: ${list}`];
  assert.equal(await status('/remote', from('192.0.2.7')), 200);
  assert.equal(await status('/remote', from('6.6.6.6, 192.0.2.7')), 200);
  assert.equal(
    await status('/remote', from('192.0.2.7, 6.6.6.6')),
    403,
    'the last one is what our proxy wrote',
  );
  assert.equal(await status('/remote'), 403, 'none: the address that connected');
  assert.equal(await status('/remote', from('::ffff:192.0.2.7')), 200);
  assert.equal(await status('/peer', from('6.6.6.6')), 200);
  assert.equal(await status('/deny', from('192.0.2.7')), 403);
  assert.equal(await status('/deny', from('192.0.2.8')), 200);
  assert.equal(await status('/deny', from('unknown')), 403, 'unreadable');
});

test('a PROXY header tells the remote address, not the peer', async (t) => {
  const { gateway } = await start(
    t,
    '',
    [to('/remote', allow('Remote', '192.0.2.7')), to('/peer', allow('Peer', ME))],
    {
      static: { proxyProtocol: 'required', trustedProxies: [] },
    },
  );
  for (const [path, source, code] of [
    ['/remote', '192.0.2.7', 200],
    ['/remote', '192.0.2.8', 403],
    ['/peer', '192.0.2.8', 200],
  ] as const) {
    const client = await RawClient.connect(t, gateway.http);
    client.send(
      `PROXY TCP4 ${source} 198.51.100.1 40000 80\r\nGET ${path} HTTP/1.1\r\nhost: web.test\r\n\r\n`,
    );
    assert.match(await client.until(/\r\n\r\n/), new RegExp(`^HTTP/1\\.1 ${code} `), `${path} ${source}`);
  }
});

test('a bad item takes its route or its host off', async (t) => {
  const { gateway, status } = await start(
    t,
    '',
    [
      to('/'),
      to('/bad', deny('Peer', '10.0.0.0/8', '10.0.0.0/33')),
      to('/both', `${allow('Peer', ME)}, ${deny('Peer', '::1')}`),
    ],
    {
      more: [
        rootProxy('off', 'off.test', '  routes: [{services: [{name: web, port: 80}]}]').replace(
          'test"}',
          `test", ${allow('Peer', 'nonsense', ME)}}`,
        ),
      ],
    },
  );
  assert.equal(await status('/'), 200);
  assert.equal(await status('/bad'), 503);
  assert.equal(await status('/both'), 503);
  assert.equal((await ask(t, gateway.http, { host: 'off.test' })).status, 503);
  assert.deepEqual((await statusOf(gateway, 'web')).errors.toSorted(), [
    'IPFilterError/IncompatibleIPAddressFilters',
    'IPFilterError/InvalidCIDR',
  ]);
  assert.deepEqual((await statusOf(gateway, 'off')).errors.toSorted(), [
    'IPFilterError/IPFilterPolicyNotValid',
    'IPFilterError/InvalidCIDR',
  ]);
});

test('sluice explain names the filter', async (t) => {
  const { gateway } = await start(t, '', [to('/', allow('Peer', ME))]);
  const answer = await fetch(`${gateway.adminUrl}/v1/explain?method=GET&url=http://web.test/`);
  const { filters } = (await answer.json()) as Extract<
    ReturnType<typeof explainRequest>,
    { ok: true }
  >['value'];
  assert.deepEqual(filters, ['ip-filter']);
});
