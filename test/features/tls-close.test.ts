import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { service, startTestGateway } from '../support/gateway.ts';
import { rawServer } from '../support/raw.ts';
import { certificateFor, type SecureClient, secureConnect, tlsProxy, tlsSecret } from '../support/tls.ts';

/** Type of a TLS record that holds an alert: in TLS 1.2 it can be seen from outside. */
const ALERT = 0x15;

/** Types of the records in a stream of whole ones. */
function recordTypes(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 5 <= bytes.length; at += 5 + bytes.readUInt16BE(at + 3))
    types.push(bytes.readUInt8(at));
  return types;
}

const LENGTH = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nwell';
const UNTIL_CLOSE = 'HTTP/1.1 200 OK\r\n\r\nwell';

interface Case {
  readonly name: string;
  /** What the service writes before it ends its side. */
  readonly answer: string;
  readonly act: (client: SecureClient) => void;
  /** The last of what the client reads. */
  readonly ends: RegExp;
  readonly announced: boolean;
}

const cases: readonly Case[] = [
  {
    name: 'after an answer with `connection: close`',
    answer: LENGTH,
    act: ({ client }) => client.send('GET / HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n'),
    ends: /\r\n\r\nwell$/,
    announced: true,
  },
  {
    name: 'after an answer to a client that had ended its side',
    answer: LENGTH,
    act: ({ socket }) => socket.end('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n'),
    ends: /\r\n\r\nwell$/,
    announced: true,
  },
  {
    name: 'after a body that only its end delimits',
    answer: UNTIL_CLOSE,
    act: ({ client }) => client.send('GET / HTTP/1.0\r\nhost: web.test\r\n\r\n'),
    ends: /\r\n\r\nwell$/,
    announced: true,
  },
  {
    name: 'after a refusal',
    answer: LENGTH,
    act: ({ client }) => client.send('GET / HTTP/1.1\r\n\r\n'),
    ends: /^HTTP\/1\.1 400 /,
    announced: true,
  },
  {
    name: 'to an idle client that ends its side',
    answer: LENGTH,
    act: ({ socket }) => socket.end(),
    ends: /^$/,
    announced: true,
  },
  {
    name: 'not after a body that broke off',
    answer: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nwell\r\n',
    act: ({ client }) => client.send('GET / HTTP/1.0\r\nhost: web.test\r\n\r\n'),
    ends: /\r\n\r\nwell$/,
    announced: false,
  },
];

/** A relay that keeps what the gateway sends. */
async function listenIn(t: TestContext, port: number) {
  const parts: Buffer[] = [];
  const relay = await rawServer(t, (socket) => {
    const onward = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    t.after(() => onward.destroy());
    onward.on('error', () => {});
    onward.on('data', (bytes) => parts.push(bytes as Buffer));
    onward.pipe(socket).pipe(onward);
  });
  return { port: relay.port, sent: () => Buffer.concat(parts) };
}

for (const { name, answer, act, ends, announced } of cases) {
  test(`the end of a connection is announced by close_notify: ${name}`, async (t) => {
    const upstream = await rawServer(t, (socket) => {
      socket.once('data', () => socket.end(answer));
    });
    const gateway = await startTestGateway(t, {
      manifests: {
        'services.yaml': service('web', [upstream.port]),
        'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
        'proxy.yaml': tlsProxy('web.test', 'web'),
      },
    });
    const relay = await listenIn(t, gateway.https);
    const secure = await secureConnect(t, relay.port, 'web.test', { maxVersion: 'TLSv1.2' });
    act(secure);
    assert.match(await secure.client.untilEnd(), ends);
    assert.equal(recordTypes(relay.sent()).at(-1) === ALERT, announced);
    secure.socket.end();
    if (!secure.socket.destroyed) await once(secure.socket, 'close');
  });
}
