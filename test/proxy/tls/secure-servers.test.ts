import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { before, type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { silentLogger } from '../../../src/lib/logger.ts';
import { CertificateIndex, type LoadedCertificate } from '../../../src/proxy/tls/certificate-index.ts';
import { SecureServers, type ServerKind } from '../../../src/proxy/tls/secure-servers.ts';
import { deriveTicketKeys } from '../../../src/proxy/tls/ticket-keys.ts';
import { testAuthority } from '../../support/tls.ts';
import { issue, SETTINGS } from './fixture.ts';

const SECRET = new Uint8Array(32).fill(7);
const KIND: ServerKind = {
  domain: 'a',
  clients: null,
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  tls12Ciphers: SETTINGS.tls12Ciphers,
  alpn: ['http/1.1'],
};

let first: LoadedCertificate;
let second: LoadedCertificate;
before(async () => {
  const index = new CertificateIndex(silentLogger);
  index.change({ set: [await issue('one', ['one.test']), await issue('two', ['two.test'])], remove: [] });
  [first, second] = [
    index.certificate('one') as LoadedCertificate,
    index.certificate('two') as LoadedCertificate,
  ];
});

function makeServers(contextFor: (name: string) => tls.SecureContext | null = () => null) {
  const failures: string[] = [];
  const servers = new SecureServers({
    ticketSecret: SECRET,
    ticketEpoch: 5,
    contextFor,
    onSecure: (socket) => socket.on('error', () => {}).end('hello'),
    onFailed: (error, socket) => {
      failures.push(error.message);
      socket.destroy();
    },
  });
  return { servers, failures };
}

/** Subject names of the certificate that a client gets from a server object, or the code of its error. */
async function shown(context: TestContext, server: tls.Server, servername: string | null): Promise<string> {
  const listener = net.createServer((socket) => {
    socket.on('error', () => {});
    server.emit('connection', socket);
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  context.after(() => listener.close());
  const client = tls.connect({
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    ca: (await testAuthority()).certificate,
    checkServerIdentity: () => undefined,
    ...(servername === null ? {} : { servername }),
  });
  context.after(() => client.destroy());
  return new Promise((resolve) => {
    client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    client.once('secureConnect', () => resolve(client.getPeerX509Certificate()?.subjectAltName ?? ''));
  });
}

test('serverFor() has one server object for each kind', () => {
  const { servers } = makeServers();
  const server = servers.serverFor(KIND, null);
  assert.equal(servers.serverFor({ ...KIND, alpn: [...KIND.alpn] }, null), server);
  const others: readonly ServerKind[] = [
    { ...KIND, domain: 'b' },
    { ...KIND, minVersion: 'TLSv1.3' },
    { ...KIND, maxVersion: 'TLSv1.2' },
    { ...KIND, tls12Ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
    { ...KIND, alpn: [] },
    { ...KIND, alpn: ['h2', 'http/1.1'] },
  ];
  const made = new Set(others.map((kind) => servers.serverFor(kind, null)));
  assert.equal(made.size, others.length);
  assert.equal(made.has(server), false);
});

test('serverFor() throws for suites that OpenSSL does not know, and keeps nothing of it', () => {
  const { servers } = makeServers();
  const kind = { ...KIND, tls12Ciphers: 'NO-SUCH-SUITE' };
  for (let i = 0; i < 2; i++) assert.throws(() => servers.serverFor(kind, null), /cipher/i);
  assert.ok(servers.serverFor(KIND, null));
});

test('serverFor() chooses the certificate by name, and by default the one given last', async (context) => {
  const { servers, failures } = makeServers((name) => (name === 'two.test' ? second.context : null));
  const server = servers.serverFor(KIND, first);
  assert.equal(await shown(context, server, null), 'DNS:one.test');
  assert.equal(await shown(context, server, 'two.test'), 'DNS:two.test');
  assert.equal(servers.serverFor(KIND, null), server);
  assert.equal(await shown(context, server, null), 'DNS:one.test', 'a client with a name changes nothing');
  servers.serverFor(KIND, second);
  assert.equal(await shown(context, server, null), 'DNS:two.test');
  assert.deepEqual(failures, []);
});

test('serverFor() refuses a name without a context, also when looking it up throws', async (context) => {
  const { servers, failures } = makeServers((name) => {
    if (name === 'bug.test') throw new Error('a bug of ours');
    return null;
  });
  const server = servers.serverFor(KIND, first);
  for (const name of ['bug.test', 'other.test']) {
    assert.match(await shown(context, server, name), /^E/, name);
  }
  assert.deepEqual(failures, ['a bug of ours', 'The name is not served']);
});

test('setTicketEpoch() changes the ticket keys of all server objects, each domain its own', () => {
  const { servers } = makeServers();
  const domains = ['a', 'b'];
  const keys = () => domains.map((domain) => servers.serverFor({ ...KIND, domain }, null).getTicketKeys());
  const derived = (epoch: number) =>
    domains.map((domain) => deriveTicketKeys({ secret: SECRET, epoch, domain }));
  assert.deepEqual(keys(), derived(5));
  servers.setTicketEpoch(6);
  assert.deepEqual(keys(), derived(6));
  assert.deepEqual(
    servers.serverFor({ ...KIND, domain: 'c' }, null).getTicketKeys(),
    deriveTicketKeys({ secret: SECRET, epoch: 6, domain: 'c' }),
    'also of one that is made later',
  );
  servers.serverFor({ ...KIND, domain: 'a' }, first);
  assert.deepEqual(keys(), derived(6), 'another certificate for clients without a name keeps them');
});

test('clear() lets new server objects be made, and the old ones serve what is up', async (context) => {
  const { servers } = makeServers();
  const old = servers.serverFor(KIND, first);
  servers.clear();
  assert.notEqual(servers.serverFor(KIND, second), old);
  assert.equal(await shown(context, old, null), 'DNS:one.test');
});
