import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, echoUpstream, rootProxy } from '../support/ask.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const CASES: readonly {
  readonly name: string;
  readonly headers: readonly string[];
  /** Values of fields that the upstream reads; null: absent. */
  readonly fields: Readonly<Record<string, string | RegExp | null>>;
}[] = [
  {
    name: 'what every request has',
    headers: [],
    fields: {
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'web.test:81',
      'x-request-id': ID,
      'x-request-start': /^t=\d+\.\d{3}$/,
    },
  },
  { name: 'a plain id is kept', headers: ['X-Request-Id: a-Z_9.b'], fields: { 'x-request-id': 'a-Z_9.b' } },
  {
    name: 'an id of 128 characters is kept',
    headers: [`x-request-id: ${'a'.repeat(128)}`],
    fields: { 'x-request-id': 'a'.repeat(128) },
  },
  {
    name: 'a longer id is not',
    headers: [`x-request-id: ${'a'.repeat(129)}`],
    fields: { 'x-request-id': ID },
  },
  {
    name: 'an id with other characters is not',
    headers: ['x-request-id: a b'],
    fields: { 'x-request-id': ID },
  },
  { name: 'an empty id is not', headers: ['x-request-id:'], fields: { 'x-request-id': ID } },
  {
    name: 'of two ids the first plain one is kept',
    headers: ['x-request-id: a', 'x-request-id: b'],
    fields: { 'x-request-id': 'a' },
  },
  {
    name: 'the address is appended',
    headers: ['x-forwarded-for: 1.2.3.4', 'X-Forwarded-For: 5.6.7.8'],
    fields: { 'x-forwarded-for': '1.2.3.4, 5.6.7.8, 127.0.0.1' },
  },
  {
    name: 'what a client forges is replaced or dropped',
    headers: [
      'x-forwarded-proto: https',
      'x-forwarded-host: evil.test',
      'x-forwarded-port: 443',
      'x-real-ip: 9.9.9.9',
      'forwarded: for=9.9.9.9',
      'x-forwarded-client-cert: Hash=1',
      'x-envoy-original-path: /x',
      'x_forwarded_for: 9.9.9.9',
      'x_request_id: 1',
    ],
    fields: {
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'web.test:81',
      'x-forwarded-port': null,
      'x-real-ip': null,
      forwarded: null,
      'x-forwarded-client-cert': null,
      'x-envoy-original-path': null,
      x_forwarded_for: null,
      x_request_id: null,
    },
  },
];

test('requests carry the fields of the gateway', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy('web', 'web.test', '  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
  for (const { name, headers, fields } of CASES) {
    await t.test(name, async (t) => {
      const { forwarded } = await ask(t, gateway.http, { host: 'web.test:81', headers });
      for (const [field, expected] of Object.entries(fields)) {
        const values = [...forwarded.matchAll(new RegExp(`^${field}: (.*?)\\r$`, 'gim'))].map(([, v]) => v);
        if (expected === null) assert.deepEqual(values, [], field);
        else {
          assert.equal(values.length, 1, field);
          if (typeof expected === 'string') assert.equal(values[0], expected);
          else assert.match(values[0] ?? '', expected);
        }
      }
    });
  }
});

test('a trusted proxy before us is believed', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        rootProxy('web', 'web.test', '  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
    settings: { trustedHops: 1 },
  });
  const { forwarded } = await ask(t, gateway.http, {
    host: 'web.test',
    headers: ['x-forwarded-proto: https', 'x-forwarded-host: shop.test', 'x-forwarded-for: 1.2.3.4'],
  });
  assert.match(forwarded, /\r\nx-forwarded-proto: https\r\n/);
  assert.match(forwarded, /\r\nx-forwarded-host: shop\.test\r\n/);
  assert.match(forwarded, /\r\nx-forwarded-for: 1\.2\.3\.4, 127\.0\.0\.1\r\n/);
});

test('answers of the gateway itself are empty and say why; 503 has a time to come back', async (t) => {
  const upstream = await echoUpstream(t, 'web');
  upstream.close();
  const gateway = await startTestGateway(t, {
    manifests: {
      'web.yaml': documents(
        service('web', [upstream.port]),
        service('none', []),
        rootProxy(
          'web',
          'web.test',
          '  routes: [{conditions: [{prefix: /refused}], services: [{name: web, port: 80}]}, {conditions: [{prefix: /none}], services: [{name: none, port: 80}]}, {conditions: [{prefix: /missing}], services: [{name: missing, port: 80}]}]',
        ),
      ),
    },
  });
  const cases = [
    ['/', 404, 'destination_not_found', undefined],
    ['/refused', 503, 'connection_refused', '1'],
    ['/none', 503, 'destination_unavailable', '1'],
    ['/missing', 503, 'destination_unavailable', undefined],
  ] as const;
  for (const [path, status, error, retryAfter] of cases) {
    const reply = await ask(t, gateway.http, { host: 'web.test', path });
    assert.equal(reply.status, status, path);
    assert.equal(reply.headers.get('proxy-status'), `sluice; error=${error}`);
    assert.equal(reply.headers.get('retry-after'), retryAfter, path);
    assert.equal(reply.headers.get('server'), 'sluice');
    assert.match(reply.headers.get('date') ?? '', /GMT$/);
    assert.equal(reply.headers.get('content-length'), '0');
    assert.equal(reply.body, '');
  }
});
