import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream, RawClient, rawServer } from '../support/raw.ts';
import {
  certificateFor,
  refusedWith,
  secureConnect,
  tlsProxy,
  tlsSecret,
  UNRECOGNIZED_NAME,
} from '../support/tls.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** What a new client sees: the names of the certificate, or the code of the refusal. */
async function shown(t: TestContext, port: number, name: string): Promise<string> {
  try {
    const { socket, names } = await secureConnect(t, port, name);
    socket.destroy();
    return names;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}

/** Status of `GET /` on the plain port. */
async function plainStatus(t: TestContext, port: number, host: string): Promise<string> {
  const client = await RawClient.connect(t, port);
  client.send(`GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  return (await client.untilEnd()).slice(9, 12);
}

test('a new certificate is for new handshakes at once, and open connections go on', async (t) => {
  const held: (() => void)[] = [];
  const upstream = await rawServer(t, (socket) => {
    socket.on('data', (bytes) => {
      if (bytes.toString().startsWith('GET /held ')) held.push(() => socket.write(OK));
      else socket.write(OK);
    });
  });
  const secret = async (...names: readonly string[]) =>
    tlsSecret('web', await certificateFor('web.test', ...names));
  const gateway = await startTestGateway(t, {
    static: { workers: 2 },
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secret.yaml': await secret(),
      'proxy.yaml': tlsProxy('web.test', 'web'),
    },
  });
  const open = await Promise.all(
    Array.from({ length: 16 }, () => secureConnect(t, gateway.https, 'web.test')),
  );
  const [busy, ...idle] = open;
  assert.ok(busy);
  const answer = busy.get('web.test', '/held');
  await gateway.until(() => held.length === 1);

  for (let round = 1; round <= 3; round++) {
    const names = `DNS:web.test, DNS:round-${round}.test`;
    await gateway.write('secret.yaml', await secret(`round-${round}.test`));
    // Workers swap one after the other, within one delta.
    await gateway.until(async () => {
      const seen = await Promise.all(Array.from({ length: 16 }, () => shown(t, gateway.https, 'web.test')));
      return seen.every((each) => each === names);
    });
    for (const each of idle) assert.match(await each.get('web.test'), /^HTTP\/1\.1 200 /);
  }
  held[0]?.();
  assert.match(await answer, /^HTTP\/1\.1 200 /);
  for (const { socket } of open) assert.equal(socket.readable && socket.writable, true);
});

test('a Secret that is bad or gone turns its host off, and a good one heals it', async (t) => {
  const upstream = await fixedUpstream(t, OK);
  const good = await certificateFor('web.test');
  const other = await certificateFor('web.test');
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secrets.yaml': tlsSecret('sound', await certificateFor('sound.test')),
      'secret.yaml': tlsSecret('web', good),
      'proxies.yaml': documents(tlsProxy('web.test', 'web'), tlsProxy('sound.test', 'sound')),
    },
  });
  const bad: readonly (readonly [string, () => Promise<void>])[] = [
    [
      'a key of another certificate',
      () => gateway.write('secret.yaml', tlsSecret('web', { ...good, key: other.key })),
    ],
    ['no certificate', () => gateway.write('secret.yaml', tlsSecret('web', { ...good, chain: 'none' }))],
    ['removed', () => gateway.remove('secret.yaml')],
  ];
  for (const [name, spoil] of bad) {
    assert.equal(await shown(t, gateway.https, 'web.test'), 'DNS:web.test', name);
    assert.equal(await plainStatus(t, gateway.http, 'web.test'), '301', name);
    const open = await secureConnect(t, gateway.https, 'web.test');
    await spoil();
    await gateway.until(async () => (await shown(t, gateway.https, 'web.test')) === UNRECOGNIZED_NAME);
    await gateway.until(async () => (await plainStatus(t, gateway.http, 'web.test')) === '503');
    // The host is off for those that are connected too.
    assert.match(await open.get('web.test'), /^HTTP\/1\.1 421 /, name);
    assert.equal(await shown(t, gateway.https, 'sound.test'), 'DNS:sound.test', name);
    await gateway.write('secret.yaml', tlsSecret('web', good));
    await gateway.until(async () => (await shown(t, gateway.https, 'web.test')) === 'DNS:web.test');
    await gateway.until(async () => (await plainStatus(t, gateway.http, 'web.test')) === '301');
  }
});

test('a certificate of another namespace is served while it is delegated', async (t) => {
  const upstream = await fixedUpstream(t, OK);
  const delegation = (namespaces: string) => `apiVersion: projectcontour.io/v1
kind: TLSCertificateDelegation
metadata: {name: share, namespace: certs}
spec: {delegations: [{secretName: web, targetNamespaces: [${namespaces}]}]}
`;
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test'), 'certs'),
      'proxy.yaml': tlsProxy('web.test', 'certs/web'),
    },
  });
  const served = async () => (await shown(t, gateway.https, 'web.test')) === 'DNS:web.test';
  assert.equal(await refusedWith(secureConnect(t, gateway.https, 'web.test')), UNRECOGNIZED_NAME);
  assert.equal(await plainStatus(t, gateway.http, 'web.test'), '503');
  for (const namespaces of ['default', '"*"', 'elsewhere, default']) {
    await gateway.write('delegation.yaml', delegation(namespaces));
    await gateway.until(served);
    await gateway.until(async () => (await plainStatus(t, gateway.http, 'web.test')) === '301');
    await gateway.write('delegation.yaml', delegation('elsewhere'));
    await gateway.until(async () => !(await served()));
    assert.equal(await plainStatus(t, gateway.http, 'web.test'), '503');
  }
  await gateway.write('delegation.yaml', delegation('default'));
  await gateway.until(served);
  await gateway.remove('delegation.yaml');
  await gateway.until(async () => !(await served()));
});

test('a host that gets TLS while it runs is served by it, and a host that loses it is plain again', async (t) => {
  const upstream = await fixedUpstream(t, OK);
  const plain = httpProxy(
    'web.test',
    '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: web, port: 80}]}]',
  );
  const gateway = await startTestGateway(t, {
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
      'proxy.yaml': plain,
    },
  });
  assert.equal(await plainStatus(t, gateway.http, 'web.test'), '200');
  assert.equal(await shown(t, gateway.https, 'web.test'), UNRECOGNIZED_NAME);
  await gateway.write('proxy.yaml', tlsProxy('web.test', 'web'));
  await gateway.until(async () => (await shown(t, gateway.https, 'web.test')) === 'DNS:web.test');
  assert.equal(await plainStatus(t, gateway.http, 'web.test'), '301');
  const open = await secureConnect(t, gateway.https, 'web.test');
  await gateway.write('proxy.yaml', plain);
  await gateway.until(async () => (await shown(t, gateway.https, 'web.test')) === UNRECOGNIZED_NAME);
  assert.equal(await plainStatus(t, gateway.http, 'web.test'), '200');
  assert.match(await open.get('web.test'), /^HTTP\/1\.1 421 /);
});
