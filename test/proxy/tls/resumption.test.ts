import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import tls from 'node:tls';
import { TICKET_EPOCH_MS } from '../../../src/proxy/tls/ticket-keys.ts';
import type { Certificate } from '../../../src/snapshot/snapshot.ts';
import { Bench, echo, issue, policy, SETTINGS } from './fixture.ts';

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;
type Version = (typeof VERSIONS)[number];

let certificates: readonly Certificate[];
before(async () => {
  certificates = [
    await issue('ns/a', ['a.test']),
    await issue('ns/b', ['b.test']),
    await issue('ns/strict', ['strict.test']),
  ];
});

function configure(bench: Bench): void {
  const hosts = new Map([
    ['a.test', policy('ns/a')],
    ['b.test', policy('ns/b')],
    ['strict.test', policy('ns/strict', { minVersion: 'TLSv1.3' })],
  ]);
  bench.front.update({ hosts, certificates: { set: certificates, remove: [] }, settings: SETTINGS });
}

/** A session made in a full handshake; TLS 1.3 sends its ticket after it. */
async function fullHandshake(bench: Bench, version: Version): Promise<Buffer> {
  const client = await bench.connect('a.test', { minVersion: version, maxVersion: version });
  const session = new Promise<Buffer>((resolve) => client.once('session', resolve));
  await echo(client, 'x');
  const made = version === 'TLSv1.2' ? client.getSession() : await session;
  client.destroy();
  assert.ok(made);
  return made;
}

/** Node's client drops a session of another name; setting the name late gets round that. */
function resumeUnder(bench: Bench, name: string, options: tls.ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const client = tls.connect({
      host: '127.0.0.1',
      port: bench.port,
      rejectUnauthorized: false,
      servername: 'a.test',
      ...options,
    });
    (client as TLSSocket & { setServername(name: string): void }).setServername(name);
    client.once('error', reject);
    client.once('secureConnect', () => resolve(client));
  });
}

for (const version of VERSIONS) {
  describe(`resumption in ${version}`, () => {
    const only = { minVersion: version, maxVersion: version };
    let first: Bench;
    let second: Bench;
    let stranger: Bench;
    before(async () => {
      first = await Bench.start();
      second = await Bench.start();
      stranger = await Bench.start({ secret: new Uint8Array(32).fill(8) });
      for (const bench of [first, second, stranger]) configure(bench);
    });
    after(async () => {
      for (const bench of [first, second, stranger]) await bench.close();
    });

    test('succeeds at another instance with the same secret, which knows the name', async () => {
      const session = await fullHandshake(first, version);
      const { client, info } = await second.secure('a.test', { ...only, session });
      assert.equal(client.isSessionReused(), true);
      assert.equal(info.resumed, true);
      assert.equal(info.serverName, 'a.test');
      assert.equal(await echo(client, 'again'), 'again');
    });

    test('is a full handshake at an instance with another secret', async () => {
      const session = await fullHandshake(first, version);
      const { client, info } = await stranger.secure('a.test', { ...only, session });
      assert.equal(info.resumed, false);
      assert.equal(client.authorized, true);
    });

    test('under another name is recorded, and judged, as that name', async () => {
      const session = await fullHandshake(first, version);
      const client = await resumeUnder(first, 'b.test', { ...only, session });
      await echo(client, 'x');
      const info = first.accepted.find(({ remotePort }) => remotePort === client.localPort)?.info;
      assert.ok(info);
      assert.equal(info.resumed, true);
      assert.equal(info.serverName, 'b.test');
      assert.equal(info.certificate, 'ns/b');
      assert.equal(first.front.misdirected(info, 'a.test'), true);
      assert.equal(first.front.misdirected(info, 'b.test'), false);
      client.destroy();
    });

    test('under a name with other versions meets those versions', async () => {
      const session = await fullHandshake(first, version);
      const resumed = resumeUnder(first, 'strict.test', { ...only, session });
      if (version === 'TLSv1.2') {
        await assert.rejects(resumed, { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
      } else {
        (await resumed).destroy();
      }
    });

    test('is a full handshake, without any failure, after the keys were rotated', async () => {
      const session = await fullHandshake(first, version);
      first.timers.advance(TICKET_EPOCH_MS);
      const { client, info } = await first.secure('a.test', { ...only, session });
      assert.equal(info.resumed, false);
      assert.equal(client.authorized, true);
      assert.equal(await echo(client, 'x'), 'x');
      const fresh = await fullHandshake(first, version);
      const returning = await first.secure('a.test', { ...only, session: fresh });
      assert.equal(returning.info.resumed, true);
      // Another instance whose clock is behind does not know the new key yet: a full handshake again.
      const behind = await second.secure('a.test', { ...only, session: fresh });
      assert.equal(behind.info.resumed, false);
    });
  });
}

test('resumption works for a client without a server name, also after its certificate was replaced', async () => {
  const bench = await Bench.start();
  const set = [await issue('default', ['default.test'])];
  const settings = { ...SETTINGS, defaultCertificate: 'default' };
  bench.front.update({ hosts: new Map(), certificates: { set, remove: [] }, settings });
  const client = await bench.connect(null);
  const session = new Promise<Buffer>((resolve) => client.once('session', resolve));
  await echo(client, 'x');
  const other = [await issue('default', ['other.test'])];
  bench.front.update({ hosts: new Map(), certificates: { set: other, remove: [] }, settings });
  const { info } = await bench.secure(null, { session: await session });
  assert.equal(info.resumed, true);
  assert.equal(info.serverName, null);
  await bench.close();
});
