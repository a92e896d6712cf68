import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { createCertificateAuthority, createSelfSigned, type KeyPair } from '../../src/certs/self-signed.ts';
import { ask } from '../support/ask.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service } from '../support/gateway.ts';
import { rawServer } from '../support/raw.ts';

/** A TLS server that answers each request; keeps what it was sent, and the names it was asked for. */
async function secureUpstream(
  t: TestContext,
  pair: KeyPair,
  options: tls.TlsOptions = {},
): Promise<{
  readonly port: number;
  readonly received: () => string;
  readonly sessions: boolean[];
  readonly names: string[];
}> {
  let received = '';
  const sessions: boolean[] = [];
  const names: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = tls.createServer({ cert: pair.chain, key: pair.key.reveal(), ...options }, (socket) => {
    sessions.push(socket.isSessionReused());
    names.push(String(socket.servername));
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (received.endsWith('\r\n\r\n')) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecure');
    });
  });
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as net.AddressInfo).port, received: () => received, sessions, names };
}

const authority = createCertificateAuthority({ name: 'Sluice upstream authority', days: 1 });

const caSecret = (pem: string) => `apiVersion: v1
kind: Secret
metadata: {name: ca, namespace: default}
type: Opaque
data: {ca.crt: ${Buffer.from(pem).toString('base64')}}
`;

/** @param validation A service's `validation`; empty for none. */
async function serve(t: TestContext, port: number, validation: string): Promise<TestDataPlane> {
  const extra = validation === '' ? '' : `, validation: ${validation}`;
  return startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        caSecret((await authority).certificate),
        service('web', [port]),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes: [{services: [{name: web, port: 80, protocol: tls${extra}}]}]`,
        ),
      ),
    },
  });
}

const get = (t: TestContext, plane: TestDataPlane) => ask(t, plane.http, { host: 'web.test' });
const VERIFIED = '{caSecret: ca, subjectName: web.internal}';

test('protocol tls without validation speaks TLS to a server that nobody vouches for', async (t) => {
  const upstream = await secureUpstream(t, await createSelfSigned({ names: ['other.test'], days: 1 }));
  const plane = await serve(t, upstream.port, '');
  assert.equal((await get(t, plane)).body, 'secure');
  assert.match(upstream.received(), /^GET \/ HTTP\/1\.1\r\nhost: web\.test\r\n/);
  assert.deepEqual(upstream.names, ['web.default']);
});

test('with validation a certificate of the CA that has the name is taken', async (t) => {
  const pair = await (await authority).issue({ names: ['some.internal', 'web.internal'], days: 1 });
  const upstream = await secureUpstream(t, pair);
  const plane = await serve(t, upstream.port, VERIFIED);
  assert.equal((await get(t, plane)).body, 'secure');
  assert.deepEqual(upstream.names, ['web.internal']);
});

test('with several subject names any one of them will do', async (t) => {
  const upstream = await secureUpstream(t, await (await authority).issue({ names: ['b.internal'], days: 1 }));
  const plane = await serve(
    t,
    upstream.port,
    '{caSecret: ca, subjectName: a.internal, subjectNames: [a.internal, b.internal]}',
  );
  assert.equal((await get(t, plane)).body, 'secure');
});

/** Servers that must not get the request. */
const REFUSED: readonly { readonly name: string; readonly pair: () => Promise<KeyPair> }[] = [
  {
    name: 'another CA',
    pair: async () =>
      (await createCertificateAuthority({ name: 'Another', days: 1 })).issue({
        names: ['web.internal'],
        days: 1,
      }),
  },
  { name: 'itself', pair: () => createSelfSigned({ names: ['web.internal'], days: 1 }) },
  {
    name: 'the CA under another name',
    pair: async () => (await authority).issue({ names: ['x.internal'], days: 1 }),
  },
  {
    name: 'the CA under a wildcard: names are compared exactly',
    pair: async () => (await authority).issue({ names: ['*.internal'], days: 1 }),
  },
  {
    name: 'the CA, but out of date',
    pair: async () =>
      (await authority).issue({ names: ['web.internal'], days: 1, nowMs: Date.now() - 3 * 86_400_000 }),
  },
];

for (const { name, pair } of REFUSED) {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`over ${maxVersion}, a server certified by ${name} gets no byte of a request: 503`, async (t) => {
      const upstream = await secureUpstream(t, await pair(), { maxVersion });
      const plane = await serve(t, upstream.port, VERIFIED);
      const reply = await get(t, plane);
      assert.equal(reply.status, 503);
      assert.equal(reply.headers.get('proxy-status'), 'sluice; error=tls_certificate_error');
      assert.equal(upstream.received(), '');
      assert.equal(plane.upstream('default/web/80').active, 0);
    });
  }
}

test('a server that does not speak TLS is a TLS protocol error: 503', async (t) => {
  const upstream = await rawServer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno');
  });
  const plane = await serve(t, upstream.port, '');
  const reply = await get(t, plane);
  assert.equal(reply.status, 503);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=tls_protocol_error');
});

test('a server that wants what we do not speak answers with an alert: 503', async (t) => {
  const upstream = await secureUpstream(t, await createSelfSigned({ names: ['a'], days: 1 }), {
    ciphers: 'ECDHE-RSA-AES128-SHA256',
    maxVersion: 'TLSv1.2',
  });
  const plane = await serve(t, upstream.port, '');
  const reply = await get(t, plane);
  assert.equal(reply.status, 503);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=tls_alert_received');
});

test('the next connection resumes the session of the one before, verified or not', async (t) => {
  for (const validation of ['', VERIFIED]) {
    const upstream = await secureUpstream(
      t,
      await (await authority).issue({ names: ['web.internal'], days: 1 }),
    );
    const plane = await serve(t, upstream.port, validation);
    for (let i = 0; i < 3; i++) assert.equal((await get(t, plane)).body, 'secure');
    assert.deepEqual(upstream.sessions, [false, true, true]);
  }
});
