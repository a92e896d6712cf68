import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';
import { ingress } from '../support/ingress.ts';
import { fixedUpstream, RawClient, rawServer } from '../support/raw.ts';
import { certificateFor, refusedWith, secureConnect, tlsSecret } from '../support/tls.ts';

const CHALLENGE = '/.well-known/acme-challenge/token';

test('TLS of an Ingress stands beside plain HTTP unless an annotation says otherwise', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const kinds: Readonly<Record<string, Record<string, string>>> = {
    beside: {},
    forced: { 'ingress.kubernetes.io/force-ssl-redirect': 'true' },
    closed: { 'kubernetes.io/ingress.allow-http': 'false' },
    both: { 'kubernetes.io/ingress.allow-http': 'false', 'ingress.kubernetes.io/force-ssl-redirect': 'true' },
  };
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        tlsSecret('cert', await certificateFor('*.i.test')),
        ...Object.entries(kinds).map(([name, annotations]) =>
          ingress(
            name,
            {
              [`${name}.i.test`]: [
                ['/', 'web'],
                [CHALLENGE, 'web', 'Exact'],
              ],
            },
            { annotations, spec: `  tls: [{hosts: [${name}.i.test], secretName: cert}]` },
          ),
        ),
      ),
    },
  });
  const plain: Readonly<Record<string, number>> = { beside: 200, forced: 301, closed: 404, both: 301 };
  for (const [name, status] of Object.entries(plain)) {
    await t.test(name, async (t) => {
      const host = `${name}.i.test`;
      const reply = await ask(t, gateway.http, { host, path: '/a?b' });
      assert.equal(reply.status, status);
      if (status === 301) assert.equal(reply.headers.get('location'), `https://${host}/a?b`);
      assert.equal((await ask(t, gateway.http, { host, path: CHALLENGE })).from, 'web');
      const client = await secureConnect(t, gateway.https, host);
      assert.match(await client.get(host, '/a'), /<web>/);
    });
  }
});

test('a TLS section without a usable Secret leaves the host on plain HTTP', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        ingress(
          'web',
          { 'web.test': [['/', 'web']] },
          { spec: '  tls: [{hosts: [web.test], secretName: gone}]' },
        ),
      ),
    },
  });
  assert.equal((await ask(t, gateway.http, { host: 'web.test' })).from, 'web');
  await refusedWith(secureConnect(t, gateway.https, 'web.test'));
});

test('a Secret of another namespace needs a delegation', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        tlsSecret('cert', await certificateFor('web.test'), 'certs'),
        ingress(
          'web',
          { 'web.test': [['/', 'web']] },
          {
            spec: '  tls: [{hosts: [web.test], secretName: cert}]',
            annotations: { 'projectcontour.io/tls-cert-namespace': 'certs' },
          },
        ),
      ),
    },
  });
  await refusedWith(secureConnect(t, gateway.https, 'web.test'));
  await gateway.write(
    'delegation.yaml',
    `apiVersion: projectcontour.io/v1
kind: TLSCertificateDelegation
metadata: {name: d, namespace: certs}
spec: {delegations: [{secretName: cert, targetNamespaces: [default]}]}`,
  );
  await gateway.until(async () => {
    try {
      return (await (await secureConnect(t, gateway.https, 'web.test')).get('web.test')).includes('<web>');
    } catch {
      return false;
    }
  });
});

test("an HTTPProxy's TLS wins, its redirect does not reach the routes of an Ingress", async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        tlsSecret('cert', await certificateFor('web.test')),
        ingress('web', { 'web.test': [['/i', 'web']] }),
        rootProxy('web', 'web.test', '  routes: [{services: [{name: web, port: 80}]}]').replace(
          'test"}',
          'test", tls: {secretName: cert}}',
        ),
      ),
    },
  });
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/p' })).status, 301);
  assert.equal((await ask(t, gateway.http, { host: 'web.test', path: '/i' })).from, 'web');
  const client = await secureConnect(t, gateway.https, 'web.test');
  assert.match(await client.get('web.test', '/p'), /<web>/);
});

test('response-timeout ends a request that takes longer', async (t) => {
  const silent = await rawServer(t, () => {});
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [silent.port]),
        ingress(
          'web',
          { 'web.test': [['/', 'web']] },
          { annotations: { 'projectcontour.io/response-timeout': '20ms' } },
        ),
        ingress(
          'old',
          { 'old.test': [['/', 'web']] },
          { annotations: { 'projectcontour.io/request-timeout': '20ms' } },
        ),
      ),
    },
  });
  for (const host of ['web.test', 'old.test']) {
    const reply = await ask(t, gateway.http, { host });
    assert.equal(reply.status, 504);
    assert.equal(reply.headers.get('proxy-status'), 'sluice; error=http_response_timeout');
  }
});

const RETRIES: readonly (readonly [name: string, annotations: Record<string, string>, attempts: number])[] = [
  ['none without retry-on', { 'projectcontour.io/num-retries': '3' }, 1],
  ['one by default', { 'projectcontour.io/retry-on': '5xx' }, 2],
  ['as many as asked for', { 'projectcontour.io/retry-on': '5xx', 'projectcontour.io/num-retries': '3' }, 4],
  ['none for -1', { 'projectcontour.io/retry-on': '5xx', 'projectcontour.io/num-retries': '-1' }, 1],
  ['one for 0', { 'projectcontour.io/retry-on': '5xx', 'projectcontour.io/num-retries': '0' }, 2],
  ['of a list', { 'projectcontour.io/retry-on': 'reset, gateway-error' }, 2],
];

test('retry-on and num-retries repeat a request', async (t) => {
  const failing = await fixedUpstream(t, 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [failing.port]),
        ...RETRIES.map(([, annotations], i) =>
          ingress(`r${i}`, { [`r${i}.test`]: [['/', 'web']] }, { annotations }),
        ),
      ),
    },
  });
  for (const [i, [name, , attempts]] of RETRIES.entries()) {
    await t.test(name, async (t) => {
      failing.heads.length = 0;
      assert.equal((await ask(t, gateway.http, { host: `r${i}.test` })).status, 503);
      assert.equal(failing.heads.length, attempts);
    });
  }
});

test('websocket-routes permit an upgrade on the paths that they name', async (t) => {
  const upstream = await fixedUpstream(
    t,
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  );
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        ingress(
          'web',
          {
            'web.test': [
              ['/', 'web'],
              ['/ws', 'web'],
              ['/ws2/', 'web'],
            ],
          },
          { annotations: { 'projectcontour.io/websocket-routes': '/ws, /ws2/' } },
        ),
      ),
    },
  });
  for (const [path, status] of [
    ['/ws/a', 101],
    ['/ws2/a', 101],
    ['/', 403],
  ] as const) {
    const client = await RawClient.connect(t, gateway.http);
    client.send(
      `GET ${path} HTTP/1.1\r\nhost: web.test\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    assert.match(await client.until(/\r\n\r\n/), new RegExp(`^HTTP/1\\.1 ${status} `), path);
  }
});

test('the global header policy holds for an Ingress where it is told to', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  for (const applyHeadersToIngress of [false, true]) {
    const gateway = await startTestGateway(t, {
      manifests: {
        'web.yaml': documents(
          service('web', [upstream.port]),
          ingress('web', { 'web.test': [['/', 'web']] }),
        ),
      },
      compile: {
        applyHeadersToIngress,
        requestHeaders: { set: { 'x-env': '%CONTOUR_SERVICE_NAME%' }, remove: [] },
        responseHeaders: { set: { 'x-frame-options': 'DENY' }, remove: [] },
      },
    });
    const reply = await ask(t, gateway.http, { host: 'web.test' });
    assert.equal(reply.headers.has('x-frame-options'), applyHeadersToIngress);
    assert.equal(/\r\nx-env: web\r\n/.test(reply.forwarded), applyHeadersToIngress);
  }
});
