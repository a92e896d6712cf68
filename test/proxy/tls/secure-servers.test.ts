import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../../src/lib/logger.ts';
import { CertificateIndex } from '../../../src/proxy/tls/certificate-index.ts';
import { SecureServers, type ServerKind } from '../../../src/proxy/tls/secure-servers.ts';
import { deriveTicketKeys } from '../../../src/proxy/tls/ticket-keys.ts';
import { issue, SETTINGS } from './fixture.ts';

const SECRET = new Uint8Array(32).fill(7);

const KIND: ServerKind = {
  domain: 'anybody',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  tls12Ciphers: SETTINGS.tls12Ciphers,
  alpn: ['http/1.1'],
};

function setUp(): SecureServers {
  return new SecureServers({
    ticketSecret: SECRET,
    ticketEpoch: 1,
    contextFor: () => null,
    onSecure: () => {},
    onFailed: () => {},
  });
}

test('SecureServers.serverFor() keeps one object for each kind', () => {
  const servers = setUp();
  const first = servers.serverFor(KIND, null);
  assert.equal(servers.serverFor({ ...KIND }, null), first);
  const others: readonly Partial<ServerKind>[] = [
    { domain: 'members' },
    { minVersion: 'TLSv1.3' },
    { maxVersion: 'TLSv1.2' },
    { tls12Ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
    { alpn: [] },
    { alpn: ['http/1.1', 'http/1.0'] },
  ];
  const seen = new Set([first, ...others.map((other) => servers.serverFor({ ...KIND, ...other }, null))]);
  assert.equal(seen.size, others.length + 1);
  servers.clear();
  assert.notEqual(servers.serverFor(KIND, null), first);
});

test('SecureServers.serverFor() throws when the suites do not parse', () => {
  assert.throws(() => setUp().serverFor({ ...KIND, tls12Ciphers: 'NONSENSE' }, null));
});

test('SecureServers keeps its ticket keys when the certificate of the nameless changes, until a new epoch', async () => {
  const servers = setUp();
  const keysOf = (domain: string, epoch: number) => deriveTicketKeys({ secret: SECRET, epoch, domain });
  const index = new CertificateIndex(silentLogger);
  const server = servers.serverFor(KIND, null);
  const members = servers.serverFor({ ...KIND, domain: 'members' }, null);
  for (const names of [['a.test'], ['b.test']]) {
    index.change({ set: [await issue('default', names)], remove: [] });
    assert.equal(servers.serverFor(KIND, index.certificate('default')), server);
    assert.deepEqual(server.getTicketKeys(), keysOf('anybody', 1));
  }
  servers.setTicketEpoch(2);
  assert.deepEqual(server.getTicketKeys(), keysOf('anybody', 2));
  assert.deepEqual(members.getTicketKeys(), keysOf('members', 2));
  // One that is made later begins with the epoch in force.
  const late = servers.serverFor({ ...KIND, domain: 'late' }, null);
  assert.deepEqual(late.getTicketKeys(), keysOf('late', 2));
});
