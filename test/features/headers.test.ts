import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { ask, echoUpstream, type Reply, rootProxy, statusOf } from '../support/ask.ts';
import { documents, service, startTestGateway, type TestGatewayOptions } from '../support/gateway.ts';

/** A field of the request head that the upstream read; undefined when it has none. */
function forwarded(reply: Reply, name: string): string | undefined {
  const values = reply.forwarded
    .split('\r\n')
    .slice(1)
    .filter((line) => line.toLowerCase().startsWith(`${name}: `))
    .map((line) => line.slice(name.length + 2));
  return values.length === 0 ? undefined : values.join(', ');
}

/** A host `web.test` with one route to the Service `web`: policies of the route, and of the service. */
async function start(
  t: Parameters<typeof startTestGateway>[0],
  { route = '', service: policy = '' }: { readonly route?: string; readonly service?: string },
  { answerHeaders = '', ...options }: Partial<TestGatewayOptions> & { readonly answerHeaders?: string } = {},
) {
  const upstream = await echoUpstream(t, 'web', answerHeaders);
  const gateway = await startTestGateway(t, {
    ...options,
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy(
          'web',
          'web.test',
          `  routes:\n    - services: [{name: web, port: 80${policy === '' ? '' : `, ${policy}`}}]\n${route
            .split('\n')
            .map((line) => `      ${line}`)
            .join('\n')}`,
        ),
      ),
    },
  });
  return { gateway, upstream };
}

test('request headers are removed, then set; service first, route last', async (t) => {
  const { gateway, upstream } = await start(t, {
    route: `requestHeadersPolicy:
  remove: [X-Gone, x-both]
  set: [{name: X-Both, value: route}, {name: X-Route, value: r}, {name: X-Copy, value: "%REQ(x-gone)%"}]`,
    service: 'requestHeadersPolicy: {set: [{name: x-both, value: service}, {name: x-service, value: s}]}',
  });
  const reply = await ask(t, gateway.http, {
    host: 'web.test',
    headers: ['x-gone: 1', 'X-Gone: 2', 'x-both: client', 'x-route: a', 'x-route: b', 'x-stays: 1'],
  });
  assert.equal(forwarded(reply, 'x-gone'), undefined);
  assert.equal(forwarded(reply, 'x-both'), 'route');
  assert.equal(forwarded(reply, 'x-route'), 'r');
  assert.equal(forwarded(reply, 'x-service'), 's');
  assert.equal(forwarded(reply, 'x-stays'), '1');
  // Removed before: the variable has nothing to say, and an empty value sets nothing.
  assert.equal(forwarded(reply, 'x-copy'), undefined);
  assert.equal(upstream.heads.length, 1);
});

test('response headers are removed, then set; service first, route last', async (t) => {
  const { gateway } = await start(
    t,
    {
      route: `responseHeadersPolicy:
  remove: [x-powered-by]
  set: [{name: x-both, value: route}, {name: Server, value: mine}, {name: x-seen, value: "%PROTOCOL% %REQ(x-a)%"}]`,
      service: 'responseHeadersPolicy: {set: [{name: x-both, value: service}, {name: x-service, value: s}]}',
    },
    { answerHeaders: 'X-Powered-By: php\r\nX-Both: upstream\r\nserver: nginx\r\n' },
  );
  const { headers } = await ask(t, gateway.http, { host: 'web.test', headers: ['x-a: b'] });
  assert.equal(headers.has('x-powered-by'), false);
  assert.equal(headers.get('x-both'), 'route');
  assert.equal(headers.get('x-service'), 's');
  assert.equal(headers.get('x-seen'), 'HTTP/1.1 b');
  assert.equal(headers.get('server'), 'sluice', 'overwritten, whoever set it');
});

const VALUES: readonly (readonly [value: string, expected: string | RegExp])[] = [
  ['100%', '100%'],
  ['%UNKNOWN%', '%UNKNOWN%'],
  ['%%', '%%'],
  ['%REQ(Missing)%ook', 'ook'],
  ['%REQ(Host)% - %PROTOCOL%', 'web.test - HTTP/1.1'],
  ['%REQ(x-one)%/%REQ(missing?x-one)%/%REQ(x-one):2%', 'first/first/fi'],
  ['%REQ(:path)% %REQ(:method)%', '/p?q GET'],
  ['%HOSTNAME%', hostname()],
  ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%', '127.0.0.1'],
  ['%DOWNSTREAM_REMOTE_ADDRESS%', /^127\.0\.0\.1:\d+$/],
  ['%DOWNSTREAM_LOCAL_PORT%', /^\d+$/],
  ['%CONTOUR_NAMESPACE%', 'default'],
  ['%CONTOUR_SERVICE_NAME%', '%CONTOUR_SERVICE_NAME%'],
  ['grün', Buffer.from('grün').toString('latin1')],
];

test('header values have variables', async (t) => {
  const set = VALUES.map(([value], i) => `{name: x-v${i}, value: ${JSON.stringify(value)}}`).join(', ');
  const { gateway } = await start(t, {
    route: `requestHeadersPolicy: {set: [${set}]}`,
    service:
      'requestHeadersPolicy: {set: [{name: x-service, value: "%CONTOUR_SERVICE_NAME%.%CONTOUR_NAMESPACE%:%CONTOUR_SERVICE_PORT%"}]}',
  });
  const reply = await ask(t, gateway.http, { host: 'web.test', path: '/p?q', headers: ['x-one: first'] });
  assert.equal(reply.status, 200);
  assert.equal(forwarded(reply, 'x-service'), 'web.default:80');
  for (const [i, [value, expected]] of VALUES.entries()) {
    const seen = forwarded(reply, `x-v${i}`);
    if (typeof expected === 'string') assert.equal(seen, expected, value);
    else assert.match(seen ?? '', expected, value);
  }
});

test('a variable cannot be used to smuggle a field', async (t) => {
  const { gateway } = await start(t, {
    route: 'responseHeadersPolicy: {set: [{name: x-echo, value: "%REQ(:path)%"}]}',
  });
  const reply = await ask(t, gateway.http, { host: 'web.test', path: '/a%0d%0ax-evil:1' });
  assert.equal(reply.headers.get('x-echo'), '/a%0d%0ax-evil:1');
  assert.equal(reply.headers.has('x-evil'), false);
});

const HOSTS: readonly {
  readonly name: string;
  readonly route?: string;
  readonly service?: string;
  readonly header?: string;
  readonly host: string;
}[] = [
  { name: 'a route rewrites Host', route: 'new.test', host: 'new.test' },
  { name: 'a service rewrites Host', service: 'svc.test:81', host: 'svc.test:81' },
  { name: 'the route stands', route: 'new.test', service: 'svc.test', host: 'new.test' },
  { name: 'from a header', route: '%REQ(x-host)%', header: 'x-host: from.test', host: 'from.test' },
  { name: 'from a header at a service', service: '%REQ(x-host)%', header: 'x-host: a.test', host: 'a.test' },
  { name: 'a header that is absent changes nothing', route: '%REQ(x-host)%', host: 'web.test' },
  {
    name: 'a header that is no host changes nothing',
    route: '%REQ(x-host)%',
    header: 'x-host: a b/c',
    host: 'web.test',
  },
];

for (const { name, route, service: policy, header, host } of HOSTS) {
  test(`Host: ${name}`, async (t) => {
    const set = (value: string | undefined) =>
      value === undefined ? '' : `requestHeadersPolicy: {set: [{name: Host, value: "${value}"}]}`;
    const { gateway } = await start(t, { route: set(route), service: set(policy) });
    const reply = await ask(t, gateway.http, {
      host: 'web.test',
      headers: header === undefined ? [] : [header],
    });
    assert.equal(forwarded(reply, 'host'), host);
    assert.equal(forwarded(reply, 'x-forwarded-host'), 'web.test');
  });
}

test('response policies hold for redirects and direct responses too', async (t) => {
  const policy = 'responseHeadersPolicy: {set: [{name: x-mine, value: "1"}]}';
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': rootProxy(
        'web',
        'web.test',
        `  routes:
    - {conditions: [{prefix: /r}], requestRedirectPolicy: {path: /x}, ${policy}}
    - {conditions: [{prefix: /d}], directResponsePolicy: {statusCode: 200, body: b}, ${policy}}`,
      ),
    },
    compile: { responseHeaders: { set: { 'x-global': 'g' }, remove: [] } },
  });
  for (const path of ['/r', '/d']) {
    const { headers } = await ask(t, gateway.http, { host: 'web.test', path });
    assert.equal(headers.get('x-mine'), '1', path);
    assert.equal(headers.get('x-global'), 'g', path);
  }
});

test('the global header policy stands at every service, the object has the last word', async (t) => {
  const { gateway } = await start(
    t,
    { service: 'requestHeadersPolicy: {set: [{name: x-env, value: own}]}' },
    {
      compile: {
        requestHeaders: {
          set: { 'x-env': 'global', 'x-dc': '%CONTOUR_SERVICE_NAME%' },
          remove: ['x-secret'],
        },
        responseHeaders: { set: { 'x-frame-options': 'DENY' }, remove: ['x-powered-by'] },
      },
      answerHeaders: 'x-powered-by: php\r\n',
    },
  );
  const reply = await ask(t, gateway.http, { host: 'web.test', headers: ['x-secret: 1'] });
  assert.equal(forwarded(reply, 'x-env'), 'own');
  assert.equal(forwarded(reply, 'x-dc'), 'web');
  assert.equal(forwarded(reply, 'x-secret'), undefined);
  assert.equal(reply.headers.get('x-frame-options'), 'DENY');
  assert.equal(reply.headers.has('x-powered-by'), false);
});

const WRONG: readonly (readonly [policy: string, error: string])[] = [
  ['requestHeadersPolicy: {set: [{name: "a b", value: x}]}', 'RouteError/RequestHeadersPolicyInvalid'],
  [
    'requestHeadersPolicy: {set: [{name: a, value: x}, {name: A, value: y}]}',
    'RouteError/RequestHeadersPolicyInvalid',
  ],
  ['requestHeadersPolicy: {remove: [Host]}', 'RouteError/RequestHeadersPolicyInvalid'],
  ['requestHeadersPolicy: {set: [{name: a, value: "x\\ny"}]}', 'RouteError/RequestHeadersPolicyInvalid'],
  ['responseHeadersPolicy: {set: [{name: Host, value: x}]}', 'RouteError/ResponseHeaderPolicyInvalid'],
];

for (const [policy, error] of WRONG) {
  test(`headers: ${policy} costs its route`, async (t) => {
    const { gateway } = await start(t, { route: policy });
    assert.equal((await ask(t, gateway.http, { host: 'web.test' })).status, 503);
    assert.deepEqual((await statusOf(gateway, 'web')).errors, [error]);
  });
}

test('framing fields cannot be set on a response', async (t) => {
  const { gateway } = await start(t, {
    route:
      'responseHeadersPolicy: {set: [{name: Content-Length, value: "1"}, {name: Transfer-Encoding, value: chunked}]}',
  });
  const reply = await ask(t, gateway.http, { host: 'web.test' });
  assert.equal(reply.from, 'web');
  assert.equal(reply.headers.get('content-length'), `${reply.body.length}`);
  assert.equal(reply.headers.has('transfer-encoding'), false);
  const status = await statusOf(gateway, 'web');
  assert.equal(status.current, 'valid');
  assert.deepEqual(status.warnings, ['SpecError/IgnoredField', 'SpecError/IgnoredField']);
});

test('the server header follows its setting', async (t) => {
  const cases = [
    ['overwrite', 'server: nginx\r\n', 'sluice'],
    ['append-if-absent', 'server: nginx\r\n', 'nginx'],
    ['append-if-absent', '', 'sluice'],
    ['pass-through', 'server: nginx\r\n', 'nginx'],
    ['pass-through', '', undefined],
  ] as const;
  for (const [serverHeader, answerHeaders, expected] of cases) {
    await t.test(`${serverHeader} ${answerHeaders.trim()}`, async (t) => {
      const { gateway } = await start(t, {}, { settings: { serverHeader }, answerHeaders });
      const reply = await ask(t, gateway.http, { host: 'web.test' });
      assert.equal(reply.headers.get('server'), expected);
    });
  }
});
