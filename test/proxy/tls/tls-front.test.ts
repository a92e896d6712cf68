import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Certificate, Settings } from '../../../src/snapshot/snapshot.ts';
import type { TlsPolicy } from '../../../src/snapshot/virtual-host.ts';
import { Bench, drain, echo, issue, policy, recordClientHello, SETTINGS } from './fixture.ts';
import { greetTwice } from './two-hellos.ts';

const ALERT = '15030300020270';

let certificates: readonly Certificate[];
before(async () => {
  certificates = [
    await issue('ns/a', ['a.test', 'www.a.test']),
    await issue('ns/strict', ['strict.test', 'old.test', '*.wild.test']),
    await issue('default', ['default.test']),
  ];
});

const HOSTS: ReadonlyMap<string, TlsPolicy> = new Map([
  ['a.test', policy('ns/a')],
  ['strict.test', policy('ns/strict', { minVersion: 'TLSv1.3' })],
  ['old.test', policy('ns/strict', { maxVersion: 'TLSv1.2' })],
  ['*.wild.test', policy('ns/strict')],
  ['gone.test', policy('ns/gone')],
]);

function configure(bench: Bench, settings: Partial<Settings> = {}): void {
  bench.front.update({
    hosts: HOSTS,
    certificates: { set: certificates, remove: [] },
    settings: { ...SETTINGS, ...settings },
  });
}

describe('createTlsFront()', () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.start();
    configure(bench);
  });
  after(() => bench.close());

  test('serves a configured name with its certificate and records the connection', async () => {
    const { client, info: all } = await bench.secure('a.test', { ALPNProtocols: ['h2', 'http/1.1'] });
    assert.equal(await echo(client, 'hello'), 'hello');
    assert.equal(client.authorized, true);
    assert.equal(client.alpnProtocol, 'h2');
    const { subject, ...info } = all;
    assert.deepEqual(subject.names, ['a.test', 'www.a.test']);
    assert.deepEqual(info, {
      serverName: 'a.test',
      policyKey: 'no-client-certificates|TLSv1.2|TLSv1.3',
      certificate: 'ns/a',
      byDefault: false,
      tlsVersion: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      alpn: 'h2',
      resumed: false,
      clientCertificate: null,
    });
    assert.equal(bench.front.pending, 0);
  });

  test('serves a name in other case and one label under a wildcard', async () => {
    const upper = await bench.secure('A.Test', { checkServerIdentity: () => undefined });
    assert.equal(upper.info.serverName, 'a.test');
    const below = await bench.secure('x.wild.test');
    assert.equal(below.info.certificate, 'ns/strict');
  });

  for (const [what, name] of [
    ['a name nobody configured', 'b.test'],
    ['two labels under a wildcard', 'y.x.wild.test'],
    ['the bare name of a wildcard', 'wild.test'],
    ['a name whose certificate is not there', 'gone.test'],
    ['no name', null],
  ] as const) {
    test(`refuses ${what} with the alert unrecognized_name and an orderly close`, async () => {
      bench.refused.length = 0;
      const hello = await recordClientHello(name === null ? {} : { servername: name });
      const client = await bench.dial();
      const answer = drain(client);
      client.write(hello);
      assert.equal((await answer).toString('hex'), ALERT);
      client.destroy();
      assert.deepEqual(bench.refused, [name === null ? 'no-name' : 'unknown-name']);
      await assert.rejects(bench.connect(name), { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' });
    });
  }

  for (const [name, maxVersion, expected] of [
    ['a.test', 'TLSv1.2', 'TLSv1.2'],
    ['a.test', 'TLSv1.3', 'TLSv1.3'],
    ['strict.test', 'TLSv1.2', null],
    ['strict.test', 'TLSv1.3', 'TLSv1.3'],
    ['old.test', 'TLSv1.3', 'TLSv1.2'],
  ] as const) {
    test(`holds the versions of ${name} against a client up to ${maxVersion}`, async () => {
      const connected = bench.secure(name, { maxVersion });
      if (expected === null) {
        await assert.rejects(connected, { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
      } else {
        const { client, info } = await connected;
        assert.equal(client.getProtocol(), expected);
        assert.equal(info.tlsVersion, expected);
      }
    });
  }

  test('refuses TLS 1.1 and suites without forward secrecy', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await assert.rejects(bench.connect('a.test', old), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    for (const ciphers of ['ECDHE-ECDSA-AES128-SHA256', 'AES128-GCM-SHA256']) {
      const weak = { maxVersion: 'TLSv1.2', ciphers } as const;
      await assert.rejects(bench.connect('a.test', weak), { code: /HANDSHAKE_FAILURE/ });
    }
  });

  test('agrees on X25519MLKEM768 with a client that offers it', async () => {
    const client = await bench.connect('a.test', { ecdhCurve: 'X25519MLKEM768' });
    assert.equal(client.getProtocol(), 'TLSv1.3');
  });

  test('serves a client whose first key share fits no group, after a HelloRetryRequest', async () => {
    const { client, info } = await bench.secure('a.test', { ecdhCurve: 'P-521:P-384' });
    assert.equal(await echo(client, 'x'), 'x');
    assert.equal(info.serverName, 'a.test');
  });

  for (const [what, ALPNProtocols, expected] of [
    ['without ALPN', undefined, null],
    ['with http/1.1', ['http/1.1'], 'http/1.1'],
    ['with both, whatever their order', ['http/1.1', 'h2'], 'h2'],
    ['with an unknown protocol first', ['spdy/3', 'http/1.1'], 'http/1.1'],
  ] as const) {
    test(`serves a client ${what}`, async () => {
      const offer = ALPNProtocols ? { ALPNProtocols: [...ALPNProtocols] } : {};
      const { client, info } = await bench.secure('a.test', offer);
      assert.equal(await echo(client, 'x'), 'x');
      assert.equal(info.alpn, expected);
    });
  }

  test('answers a client that offers only unknown protocols with no_application_protocol', async () => {
    bench.refused.length = 0;
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const offer = { ALPNProtocols: ['acme-tls/1'], maxVersion };
      await assert.rejects(bench.connect('a.test', offer), { code: /NO_APPLICATION_PROTOCOL/ });
    }
    assert.deepEqual(bench.refused, ['handshake-failed', 'handshake-failed']);
  });

  test('closes a connection that speaks no TLS, without a word', async () => {
    bench.refused.length = 0;
    const client = await bench.dial();
    const answer = drain(client);
    client.write('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    assert.equal((await answer).length, 0);
    client.destroy();
    assert.deepEqual(bench.refused, ['not-tls']);
  });

  test('counts a client that goes away before its hello is whole', async () => {
    bench.refused.length = 0;
    const client = await bench.dial();
    client.end(Buffer.from([22, 3, 1]));
    await bench.until(() => bench.refused.length === 1);
    assert.deepEqual(bench.refused, ['closed']);
    assert.equal(bench.front.pending, 0);
    client.destroy();
  });

  test('reads a hello that comes in two segments, wherever it is cut', async () => {
    const hello = await recordClientHello({ servername: 'a.test' });
    for (let cut = 1; cut < hello.length; cut += 97) {
      const client = await bench.dial();
      client.setNoDelay(true);
      const answer = new Promise<Buffer>((resolve) => client.once('data', resolve));
      client.write(hello.subarray(0, cut));
      await bench.until(() => bench.front.pending === 1);
      client.write(hello.subarray(cut));
      // A ServerHello: a handshake record.
      assert.equal((await answer)[0], 22);
      client.destroy();
      bench.refused.length = 0;
      await bench.until(() => bench.refused.length === 1);
    }
  });

  for (const [what, bytes] of [
    ['a client that sends nothing', 0],
    ['a hello that stalls', 100],
    ['a handshake that stalls', 1e6],
  ] as const) {
    test(`ends ${what} at the deadline`, async () => {
      bench.refused.length = 0;
      const hello = await recordClientHello({ servername: 'a.test' });
      const client = await bench.dial();
      await bench.until(() => bench.front.pending === 1);
      bench.timers.advance(9_999);
      const answer = drain(client);
      if (bytes > 0) client.write(hello.subarray(0, bytes));
      if (bytes >= hello.length) await new Promise((resolve) => client.once('data', resolve));
      assert.equal(bench.front.pending, 1);
      bench.timers.advance(1);
      await answer;
      client.destroy();
      assert.deepEqual(bench.refused, ['deadline']);
      assert.equal(bench.front.pending, 0);
    });
  }

  test('fails a connection that sends plain bytes before its handshake has ended', async () => {
    bench.refused.length = 0;
    const client = await bench.dial();
    client.write(await recordClientHello({ servername: 'a.test' }));
    await new Promise((resolve) => client.once('data', resolve));
    const rest = drain(client);
    client.write('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await rest;
    client.destroy();
    assert.deepEqual(bench.refused, ['handshake-failed']);
  });

  test('ends a client that ends its side in the middle of a handshake', async () => {
    bench.refused.length = 0;
    const client = await bench.dial();
    client.write(await recordClientHello({ servername: 'a.test' }));
    await new Promise((resolve) => client.once('data', resolve));
    client.end();
    await bench.until(() => bench.refused.length === 1);
    assert.deepEqual(bench.refused, ['closed']);
    client.destroy();
  });

  test('leaves a connection as half-open as the listener made it', async () => {
    const { client, socket } = await bench.secure('a.test');
    assert.equal(socket.allowHalfOpen, true);
    assert.equal(await echo(client, 'x'), 'x');
    const ended = new Promise((resolve) => client.once('end', resolve));
    client.end();
    await ended;
  });

  test('closes a connection whose second ClientHello names another host than the first', async () => {
    const hellos = [
      ['a.test', 'www.wild.test', 'renamed'],
      ['a.test', 'A.test', null],
      ['a.test', 'a.test', null],
    ] as const;
    for (const [first, second, refusal] of hellos) {
      const [accepted, refused] = [bench.accepted.length, bench.refused.length];
      const client = await bench.dial();
      await greetTwice(client, first, second);
      await bench.until(() => bench.accepted.length > accepted || bench.refused.length > refused);
      assert.deepEqual(bench.refused.slice(refused), refusal === null ? [] : [refusal], second);
      if (refusal === null) assert.equal(bench.accepted.at(-1)?.info.serverName, first);
      else await drain(client);
      client.destroy();
    }
  });

  test('ignores renegotiation by a TLS 1.2 client', async () => {
    const client = await bench.connect('a.test', { maxVersion: 'TLSv1.2' });
    const refused = new Promise<Error | null>((resolve) => {
      client.on('error', resolve);
      client.renegotiate({}, (error) => resolve(error));
    });
    assert.match(String(await refused), /renegotiation|closed|reset/i);
  });

  test('finishes 300 handshakes at once', async () => {
    bench.refused.length = 0;
    const before = bench.accepted.length;
    const names = ['a.test', 'strict.test', 'x.wild.test'];
    const clients = await Promise.all(
      Array.from({ length: 300 }, (_, i) => bench.secure(names[i % 3] ?? 'a.test')),
    );
    assert.equal(bench.accepted.length - before, 300);
    assert.deepEqual(bench.refused, []);
    assert.equal(bench.front.pending, 0);
    for (const { client } of clients) client.destroy();
  });
});

test('TlsFront.accept() takes bytes that were read behind a PROXY header', async () => {
  const bench = await Bench.start({ proxyProtocol: true });
  configure(bench);
  const hello = await recordClientHello({ servername: 'a.test' });
  const header = Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n');
  for (const cut of [0, 1, 6, hello.length - 1, hello.length]) {
    const client = await bench.dial();
    const answer = new Promise<Buffer>((resolve) => client.once('data', resolve));
    client.write(Buffer.concat([header, hello.subarray(0, cut)]));
    await bench.until(() => bench.front.pending === 1);
    client.write(hello.subarray(cut));
    assert.equal((await answer)[0], 22);
    client.destroy();
    await bench.until(() => bench.front.pending === 0);
  }
  await bench.close();
});

describe('TlsFront.update()', () => {
  test('gives new handshakes the new certificate and leaves open connections alone', async () => {
    const bench = await Bench.start();
    configure(bench);
    const serial = async (): Promise<string> => {
      const client = await bench.connect('a.test');
      return client.getPeerX509Certificate()?.serialNumber ?? '';
    };
    const open = await bench.connect('a.test');
    const first = await serial();
    const replacement = await issue('ns/a', ['a.test']);
    bench.front.update({
      hosts: HOSTS,
      certificates: { set: [replacement], remove: [] },
      settings: SETTINGS,
    });
    assert.notEqual(await serial(), first);
    assert.equal(await echo(open, 'still here'), 'still here');
    await bench.close();
  });

  test('keeps the certificate before when the new one is broken', async () => {
    const bench = await Bench.start();
    configure(bench);
    const [a, other] = certificates;
    assert.ok(a && other);
    await bench.connect('a.test');
    for (const broken of [
      { ...a, chain: 'nonsense' },
      { ...a, key: other.key },
    ]) {
      bench.front.update({ hosts: HOSTS, certificates: { set: [broken], remove: [] }, settings: SETTINGS });
      await bench.connect('a.test');
    }
    await bench.close();
  });

  test('refuses a name that was removed', async () => {
    const bench = await Bench.start();
    configure(bench);
    await bench.connect('a.test');
    bench.front.update({ hosts: new Map(), certificates: { set: [], remove: ['ns/a'] }, settings: SETTINGS });
    await assert.rejects(bench.connect('a.test'), { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' });
    await bench.close();
  });

  test('serves the default certificate, once declared, to other names and to clients without one', async () => {
    const bench = await Bench.start();
    configure(bench, { defaultCertificate: 'default' });
    const other = { checkServerIdentity: () => undefined };
    for (const name of [null, 'b.test', 'gone.test', 'a.test']) {
      const { client, info } = await bench.secure(name, other);
      const expected = name === 'a.test' ? 'a.test' : 'default.test';
      assert.equal(client.getPeerX509Certificate()?.subject, `CN=${expected}`);
      assert.equal(info.serverName, name);
      assert.equal(info.byDefault, name !== 'a.test');
    }
    const replacement = await issue('default', ['other-default.test']);
    bench.front.update({
      hosts: HOSTS,
      certificates: { set: [replacement], remove: [] },
      settings: { ...SETTINGS, defaultCertificate: 'default' },
    });
    const client = await bench.connect(null, other);
    assert.equal(client.getPeerX509Certificate()?.subject, 'CN=other-default.test');
    configure(bench);
    await assert.rejects(bench.connect(null), { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' });
    await bench.close();
  });

  test('refuses handshakes, and lives, when the suites do not parse', async () => {
    const bench = await Bench.start();
    configure(bench, { tls12Ciphers: 'NONSENSE' });
    await assert.rejects(bench.connect('a.test', { maxVersion: 'TLSv1.2' }));
    configure(bench);
    await bench.connect('a.test');
    await bench.close();
  });
});
