import assert from 'node:assert/strict';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { recordClientHello } from '../proxy/tls/fixture.ts';
import { service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream, RawClient, rawServer } from '../support/raw.ts';
import { certificateFor, secureConnect, tlsProxy, tlsSecret } from '../support/tls.ts';

async function start(t: TestContext) {
  const upstream = await fixedUpstream(t, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  return startTestGateway(t, {
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
      'proxy.yaml': tlsProxy('web.test', 'web'),
    },
  });
}

/** Passes each byte to the gateway on its own, and answers back as they come. */
async function byteByByte(t: TestContext, port: number): Promise<number> {
  const relay = await rawServer(t, (socket) => {
    const onward = net.connect({ host: '127.0.0.1', port, noDelay: true });
    t.after(() => onward.destroy());
    onward.on('error', () => {});
    onward.pipe(socket);
    let turn = Promise.resolve();
    socket.on('data', (bytes: Buffer) => {
      turn = turn.then(async () => {
        for (let at = 0; at < bytes.length; at++) {
          onward.write(bytes.subarray(at, at + 1));
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
    });
  });
  return relay.port;
}

test('a handshake that comes byte by byte is a handshake', async (t) => {
  const port = await byteByByte(t, (await start(t)).https);
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { get, socket } = await secureConnect(t, port, 'web.test', { maxVersion });
    assert.match(await get('web.test'), /^HTTP\/1\.1 200 /);
    socket.destroy();
  }
});

test('what is no TLS is closed without a word, and those beside it are served', async (t) => {
  const gateway = await start(t);
  // One that never says anything stands by meanwhile.
  const silent = await RawClient.connect(t, gateway.https);
  for (const text of ['GET / HTTP/1.1\r\nhost: web.test\r\n\r\n', '\x16\x03\x01\0\0', '\x80\x2e\x01\0\x02']) {
    const client = await RawClient.connect(t, gateway.https);
    client.send(text);
    assert.equal(await client.untilEnd(), '');
  }
  const { get } = await secureConnect(t, gateway.https, 'web.test');
  assert.match(await get('web.test'), /^HTTP\/1\.1 200 /);
  assert.equal(silent.received, '');
});

test('connections that break off at any stage are counted, and counted off again', async (t) => {
  const gateway = await start(t);
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  };
  const hello = await recordClientHello({ servername: 'web.test' });
  const stranger = await recordClientHello({ servername: 'nobody.test' });
  const sent: readonly (readonly [string, Buffer, 'end' | 'reset'])[] = [
    ['nothing', Buffer.alloc(0), 'end'],
    ['nothing', Buffer.alloc(0), 'reset'],
    ['half a hello', hello.subarray(0, 100), 'end'],
    ['half a hello', hello.subarray(0, 100), 'reset'],
    ['a hello', hello, 'end'],
    ['a hello', hello, 'reset'],
    ['a hello and nonsense', Buffer.concat([hello, Buffer.alloc(100, 'x')]), 'reset'],
    ['an unknown name', stranger, 'end'],
    ['an unknown name', stranger, 'reset'],
  ];
  for (const [, bytes, how] of sent) {
    const { socket } = await RawClient.connect(t, gateway.https);
    socket.write(bytes);
    await new Promise((resolve) => setImmediate(resolve));
    if (how === 'end') socket.end();
    else socket.resetAndDestroy();
  }
  const { get, socket } = await secureConnect(t, gateway.https, 'web.test');
  await get('web.test');
  const open = 'sluice_connections{listener="https"}';
  await gateway.until(async () => (await metric(open)) === 1);
  assert.equal(await metric('sluice_connections_accepted_total{listener="https"}'), sent.length + 1);
  assert.equal(await metric('sluice_tls_handshakes_total{outcome="full"}'), 1);
  socket.destroy();
  await gateway.until(async () => (await metric(open)) === 0);
});

test('a TLS listener that drains finishes its connections and leaves nobody waiting', async (t) => {
  const gateway = await start(t);
  const { client, get } = await secureConnect(t, gateway.https, 'web.test');
  await get('web.test');
  const silent = await RawClient.connect(t, gateway.https);
  await gateway.drain();
  await client.untilEnd();
  await silent.untilEnd();
});
