import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { GatewayOptions } from '../../src/config.ts';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream, RawClient, rawServer } from '../support/raw.ts';
import { certificateFor, secureConnect, tlsSecret } from '../support/tls.ts';

const REQUEST = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';
const V1 = 'PROXY TCP4 192.0.2.7 198.51.100.1 40000 443\r\n';
const V2_SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';
/** PROXY, TCP over IPv4, 192.0.2.7:40000 to 198.51.100.1:443. */
const V2 = `${V2_SIGNATURE}\x21\x11\0\x0c\xc0\0\x02\x07\xc6\x33\x64\x01\x9c\x40\x01\xbb`;
/** The same with a TLV of 5 bytes (its type is one for private use). */
const V2_TLV = `${V2_SIGNATURE}\x21\x11\0\x14\xc0\0\x02\x07\xc6\x33\x64\x01\x9c\x40\x01\xbb\xe0\0\x05GET /`;
/** A TLV whose length runs over the end of the header. */
const V2_BAD_TLV = `${V2_SIGNATURE}\x21\x11\0\x14\xc0\0\x02\x07\xc6\x33\x64\x01\x9c\x40\x01\xbb\xe0\0\x09GET /`;
const V2_LOCAL = `${V2_SIGNATURE}\x20\0\0\0`;
const V1_IPV6 = 'PROXY TCP6 2001:db8::7 2001:db8::1 40000 443\r\n';

/** `plain.test` and `web.test`, the second over TLS too. */
async function start(t: TestContext, fixed: Partial<GatewayOptions['static']>) {
  const upstream = await fixedUpstream(t, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  const gateway = await startTestGateway(t, {
    static: fixed,
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
      'proxies.yaml': documents(
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test, tls: {secretName: web}}
  routes: [{permitInsecure: true, services: [{name: web, port: 80}]}]`,
        ),
      ),
    },
  });
  const clientAddress = (index: number) =>
    /\r\nx-forwarded-for: (.*)\r\n/.exec(upstream.heads[index] ?? '')?.[1];
  return { upstream, gateway, clientAddress };
}

describe('--proxy-protocol required', () => {
  const required = { proxyProtocol: 'required', trustedProxies: [] } as const;

  test('the client of the header is the one that the service hears of', async (t) => {
    const { gateway, clientAddress } = await start(t, required);
    const cases: readonly (readonly [string, string, string])[] = [
      ['version 1', V1, '192.0.2.7'],
      ['version 1 over IPv6', V1_IPV6, '2001:db8::7'],
      ['version 1, unknown', 'PROXY UNKNOWN\r\n', '127.0.0.1'],
      ['version 2', V2, '192.0.2.7'],
      ['version 2 with a TLV', V2_TLV, '192.0.2.7'],
      ['version 2, a check of the proxy itself', V2_LOCAL, '127.0.0.1'],
    ];
    let asked = 0;
    for (const [name, header, address] of cases) {
      const client = await RawClient.connect(t, gateway.http);
      client.send(header + REQUEST);
      await client.until(/\r\n\r\nok$/);
      assert.equal(clientAddress(asked++), address, name);
      // The header stands once, before everything else.
      client.send(REQUEST);
      await client.until(/ok[\s\S]*ok$/);
      assert.equal(clientAddress(asked++), address, `${name}, second request`);
    }
  });

  test('a header may come byte by byte, and the request long after it', async (t) => {
    const { gateway, clientAddress } = await start(t, required);
    for (const header of [V1, V2]) {
      const client = await RawClient.connect(t, gateway.http);
      for (const byte of header) {
        client.send(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
      client.send(REQUEST);
      await client.until(/\r\n\r\nok$/);
    }
    assert.deepEqual([clientAddress(0), clientAddress(1)], ['192.0.2.7', '192.0.2.7']);
  });

  test('a connection without a sound header is dropped without a word', async (t) => {
    const { upstream, gateway } = await start(t, required);
    const cases: readonly (readonly [string, string])[] = [
      ['no header', REQUEST],
      ['a wrong family', `PROXY TCP5 192.0.2.7 198.51.100.1 40000 443\r\n${REQUEST}`],
      ['an address that is none', `PROXY TCP4 192.0.2.777 198.51.100.1 40000 443\r\n${REQUEST}`],
      ['a wrong length of a TLV', V2_BAD_TLV + REQUEST],
      ['a line without end', 'PROXY TCP4 '.padEnd(200, '1')],
    ];
    for (const [name, text] of cases) {
      const client = await RawClient.connect(t, gateway.http);
      client.send(text);
      assert.equal(await client.untilEnd(), '', name);
    }
    const half = await RawClient.connect(t, gateway.http);
    half.send(V1.slice(0, 10));
    half.socket.end();
    assert.equal(await half.untilEnd(), '');
    assert.deepEqual(upstream.heads, []);
  });

  test('it stands before the handshake of a TLS connection too', async (t) => {
    const { gateway, clientAddress } = await start(t, required);
    for (const [index, header] of [V1, V2].entries()) {
      const { socket } = await RawClient.connect(t, gateway.https);
      socket.write(header, 'latin1');
      socket.removeAllListeners('data').pause();
      const secure = await secureConnect(t, gateway.https, 'web.test', { socket });
      assert.match(await secure.get('web.test'), /^HTTP\/1\.1 200 [\s\S]*ok$/);
      assert.equal(clientAddress(index), '192.0.2.7');
    }
    await assert.rejects(secureConnect(t, gateway.https, 'web.test'), { code: 'ECONNRESET' });
    // Header and ClientHello in one segment, as proxies send them.
    const relay = await rawServer(t, (socket) => {
      const onward = net.connect({ host: '127.0.0.1', port: gateway.https });
      t.after(() => onward.destroy());
      onward.on('error', () => {});
      onward.pipe(socket);
      socket.once('data', (hello) => {
        onward.write(Buffer.concat([Buffer.from(V2_TLV, 'latin1'), hello as Buffer]));
        socket.pipe(onward);
      });
    });
    const secure = await secureConnect(t, relay.port, 'web.test');
    assert.match(await secure.get('web.test'), /^HTTP\/1\.1 200 [\s\S]*ok$/);
    assert.equal(clientAddress(2), '192.0.2.7');
  });
});

test('--trusted-proxies: a header from elsewhere is dropped with its connection', async (t) => {
  const { upstream, gateway } = await start(t, {
    proxyProtocol: 'required',
    trustedProxies: ['192.0.2.0/24'],
  });
  for (const port of [gateway.http, gateway.https]) {
    const client = await RawClient.connect(t, port);
    client.send(V1 + REQUEST);
    assert.equal(await client.untilEnd(), '');
  }
  assert.deepEqual(upstream.heads, []);
  const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  for (const name of ['http', 'https']) {
    assert.match(
      metrics,
      new RegExp(`^sluice_connections_refused_total\\{listener="${name}",reason="untrusted"\\} 1$`, 'm'),
    );
  }
});

test('--trusted-proxies: a header from a listed range is believed', async (t) => {
  const { gateway, clientAddress } = await start(t, {
    proxyProtocol: 'required',
    trustedProxies: ['192.0.2.0/24', '127.0.0.0/8'],
  });
  const client = await RawClient.connect(t, gateway.http);
  client.send(V1 + REQUEST);
  await client.until(/ok$/);
  assert.equal(clientAddress(0), '192.0.2.7');
});

test('--proxy-protocol off: a header is a request that nobody understands', async (t) => {
  const { upstream, gateway } = await start(t, { proxyProtocol: 'off' });
  for (const header of [V1, V2]) {
    const client = await RawClient.connect(t, gateway.http);
    client.send(header + REQUEST);
    assert.match(await client.untilEnd(), /^HTTP\/1\.1 400 [\s\S]*\r\nconnection: close\r\n\r\n$/);
  }
  const secure = await RawClient.connect(t, gateway.https);
  secure.send(V1);
  assert.equal(await secure.untilEnd(), '');
  assert.deepEqual(upstream.heads, []);
});
