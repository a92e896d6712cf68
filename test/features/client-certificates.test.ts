import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, type TestContext, test } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { makeCertificate, makeRevocationList, type TestCertificate } from '../compile/test-certificates.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream } from '../support/raw.ts';
import { certificateFor, secureConnect, tlsProxy, tlsSecret } from '../support/tls.ts';

const VERSIONS = [{}, { maxVersion: 'TLSv1.2' }] as const;
const NAMES = [
  'a.test',
  'b.test',
  'open.test',
  'optional.test',
  'any.test',
  'some.test',
  'crl.test',
  'leaf.test',
  'late.test',
];

let a: TestCertificate;
let b: TestCertificate;
let alice: ConnectionOptions;
let bob: ConnectionOptions;
let revoked: ConnectionOptions;
let below: ConnectionOptions;
let bundles: string;

before(async () => {
  a = await makeCertificate({ subject: 'CN=a', ca: true });
  b = await makeCertificate({ subject: 'CN=b', ca: true });
  const middle = await makeCertificate({ subject: 'CN=middle', ca: true, issuer: a, serial: '05' });
  const client = async (issuer: TestCertificate, serial: string, chain = '') => {
    const made = await makeCertificate({
      subject: 'C=DE,O=Acme \\"Ltd\\",CN=alice',
      dnsNames: ['alice.test', 'al.test'],
      uris: ['spiffe://acme/alice'],
      issuer,
      serial,
    });
    return { cert: made.certPem + chain, key: made.keyPem };
  };
  alice = await client(a, '0a');
  bob = await client(b, '0b');
  revoked = await client(a, '0c');
  below = await client(middle, '0d', middle.certPem);
  bundles = documents(
    secret('a', { 'ca.crt': a.certPem }),
    secret('b', { 'ca.crt': b.certPem }),
    secret('revoked', { 'crl.pem': await makeRevocationList(a, ['0c']) }),
    secret('revoked-below', {
      'crl.pem': (await makeRevocationList(a, ['0c'])) + (await makeRevocationList(middle, ['0e'])),
    }),
    secret('late', {
      'crl.pem': await makeRevocationList(a, ['0c'], { nextUpdate: new Date('2021-01-01T00:00:00Z') }),
    }),
  );
});

function secret(name: string, data: Readonly<Record<string, string>>): string {
  const lines = Object.entries(data).map(
    ([key, value]) => `  ${key}: ${Buffer.from(value).toString('base64')}`,
  );
  return `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: default}\ntype: Opaque\ndata:\n${lines.join('\n')}\n`;
}

/** A gateway with hosts that ask for certificates in every way, all under one server certificate. */
async function gateway(t: TestContext) {
  const upstream = await fixedUpstream(t, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  const asking = (fqdn: string, validation: string) =>
    tlsProxy(fqdn, 'server', `clientValidation: {${validation}}`);
  const { https } = await startTestGateway(t, {
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secrets.yaml': documents(bundles, tlsSecret('server', await certificateFor(...NAMES))),
      'proxies.yaml': documents(
        asking(
          'a.test',
          'caSecret: a, forwardClientCertificate: {subject: true, dns: true, uri: true, cert: true, chain: true}',
        ),
        asking('b.test', 'caSecret: b'),
        tlsProxy('open.test', 'server'),
        asking('optional.test', 'caSecret: a, optionalClientCertificate: true, forwardClientCertificate: {}'),
        asking('any.test', 'caSecret: a, skipClientCertValidation: true'),
        asking('some.test', 'skipClientCertValidation: true'),
        asking('crl.test', 'caSecret: a, crlSecret: revoked'),
        asking('leaf.test', 'caSecret: a, crlSecret: revoked-below, crlOnlyVerifyLeafCert: true'),
        asking('late.test', 'caSecret: a, crlSecret: late, crlOnlyVerifyLeafCert: true'),
      ),
    },
  });
  /** What a client gets: a status, or `refused` when its connection ends without one. */
  const outcome = async (host: string, options: ConnectionOptions): Promise<string> => {
    try {
      const { get } = await secureConnect(t, https, host, options);
      return (await get(host)).slice(9, 12);
    } catch {
      return 'refused';
    }
  };
  return { https, upstream, outcome };
}

test('a host that asks for certificates serves those of its authority, and nobody else', async (t) => {
  const { outcome } = await gateway(t);
  const none = {};
  const cases: readonly (readonly [host: string, client: ConnectionOptions, expected: string])[] = [
    ['a.test', alice, '200'],
    ['a.test', below, '200'],
    ['a.test', bob, 'refused'],
    ['a.test', none, 'refused'],
    ['b.test', bob, '200'],
    ['b.test', alice, 'refused'],
    ['open.test', none, '200'],
    ['open.test', alice, '200'],
    ['optional.test', none, '200'],
    ['optional.test', alice, '200'],
    ['optional.test', bob, 'refused'],
    ['any.test', none, 'refused'],
    ['any.test', bob, '200'],
    ['some.test', none, '200'],
    ['some.test', bob, '200'],
    ['crl.test', alice, '200'],
    ['crl.test', revoked, 'refused'],
    // No list of the authority between.
    ['crl.test', below, 'refused'],
    ['leaf.test', alice, '200'],
    ['leaf.test', revoked, 'refused'],
    ['leaf.test', below, '200'],
    ['late.test', alice, 'refused'],
  ];
  for (const version of VERSIONS) {
    for (const [host, client, expected] of cases) {
      const who = [alice, bob, revoked, below, none].indexOf(client);
      assert.equal(
        await outcome(host, { ...client, ...version }),
        expected,
        `${host} ${who} ${JSON.stringify(version)}`,
      );
    }
  }
});

test('a connection made for one authority is worth nothing for the host of another', async (t) => {
  const { https, upstream } = await gateway(t);
  for (const version of VERSIONS) {
    for (const [made, asked] of [
      ['a.test', 'b.test'],
      ['open.test', 'a.test'],
      ['a.test', 'open.test'],
      ['optional.test', 'a.test'],
      ['a.test', 'crl.test'],
    ] as const) {
      const { get } = await secureConnect(t, https, made, { ...alice, ...version });
      assert.match(await get(asked, '/misdirected'), /^HTTP\/1\.1 421 /, `${made} → ${asked}`);
    }
  }
  for (const head of upstream.heads) assert.doesNotMatch(head, /misdirected/);
});

test('a session made under one name is not resumed under the name of another authority', async (t) => {
  const { https } = await gateway(t);
  for (const version of VERSIONS) {
    const first = await secureConnect(t, https, 'a.test', { ...alice, ...version });
    const session = first.socket.isSessionReused()
      ? first.socket.getSession()
      : await Promise.race([
          once(first.socket, 'session').then(([ticket]) => ticket as Buffer),
          first.get('a.test').then(() => first.socket.getSession()),
        ]);
    assert.ok(session);
    // Where it was made it is taken, certificate and all.
    const again = await secureConnect(t, https, 'a.test', { ...alice, ...version, session });
    assert.match(await again.get('a.test'), /^HTTP\/1\.1 200 /);
    // A hostile client offers it under another name, without a certificate of that one.
    for (const name of ['b.test', 'crl.test', 'optional.test']) {
      const options = { ...version, session, ...(name === 'b.test' ? alice : {}) };
      const taken: unknown = await secureConnect(t, https, name, options)
        .then(async (second) => [second.socket.isSessionReused(), (await second.get(name)).slice(9, 12)])
        .catch(() => 'refused');
      assert.deepEqual(taken, name === 'optional.test' ? [false, '200'] : 'refused', name);
    }
  }
});

test('x-forwarded-client-cert says what was asked for, and never what the client said', async (t) => {
  const { https, upstream } = await gateway(t);
  const field = async (host: string, options: ConnectionOptions) => {
    const { client } = await secureConnect(t, https, host, options);
    client.send(`GET / HTTP/1.1\r\nhost: ${host}\r\nx-forwarded-client-cert: Hash=forged\r\n\r\n`);
    await client.until(/\r\n\r\nok$/);
    return /\r\nx-forwarded-client-cert: (.*)\r\n/.exec(upstream.heads.at(-1) ?? '')?.[1];
  };
  const whole = (await field('a.test', alice)) ?? '';
  const [hash = '', cert = '', chain = '', ...rest] = whole.split(';');
  assert.match(hash, /^Hash=[0-9a-f]{64}$/);
  const pem = (text: string) => decodeURIComponent(/="(.*)"$/.exec(text)?.[1] ?? '').replace(/\s/g, '');
  assert.equal(pem(cert), String(alice.cert).replace(/\s/g, ''));
  assert.ok(pem(chain).startsWith(pem(cert)));
  assert.deepEqual(rest, [
    'Subject="CN=alice,O=Acme \\\\\\"Ltd\\\\\\",C=DE"',
    'URI=spiffe://acme/alice',
    'DNS=alice.test',
    'DNS=al.test',
  ]);
  assert.match((await field('optional.test', alice)) ?? '', /^Hash=[0-9a-f]{64}$/);
  assert.equal(await field('optional.test', {}), undefined);
  assert.equal(await field('open.test', alice), undefined);
  assert.equal(await field('some.test', alice), undefined);
});
