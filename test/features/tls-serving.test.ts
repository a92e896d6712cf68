import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { GatewayOptions } from '../../src/config.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { documents, httpProxy, service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream, RawClient } from '../support/raw.ts';
import { certificateFor, refusedWith, secureConnect, tlsSecret, UNRECOGNIZED_NAME } from '../support/tls.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const SERVED = /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/;

/** `web.test` with a certificate of its own, `plain.test` without one. */
async function start(
  t: TestContext,
  fixed: Partial<GatewayOptions['static']> = {},
  log: GatewayOptions['log'] = silentLogger,
) {
  const upstream = await fixedUpstream(t, OK);
  const gateway = await startTestGateway(t, {
    static: fixed,
    log,
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secret.yaml': tlsSecret('web', await certificateFor('web.test')),
      'proxies.yaml': documents(
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test, tls: {secretName: web}}
  routes:
    - services: [{name: web, port: 80}]
    - conditions: [{prefix: /open}]
      permitInsecure: true
      services: [{name: web, port: 80}]
    - conditions: [{prefix: /moved}]
      requestRedirectPolicy: {hostname: elsewhere.test}`,
        ),
        httpProxy(
          'plain',
          '  virtualhost: {fqdn: plain.test}\n  routes: [{services: [{name: web, port: 80}]}]',
        ),
      ),
    },
  });
  return { upstream, gateway };
}

test('a host with a certificate is served over TLS, and the service hears of it', async (t) => {
  const { upstream, gateway } = await start(t);
  const { names, get } = await secureConnect(t, gateway.https, 'web.test');
  assert.equal(names, 'DNS:web.test');
  assert.match(await get('web.test'), SERVED);
  assert.match(await get('WEB.test.:8443', '/x?y'), SERVED);
  assert.match(upstream.heads[0] ?? '', /\r\nx-forwarded-proto: https\r\n/);
  assert.match(upstream.heads[0] ?? '', /\r\nx-forwarded-for: 127\.0\.0\.1\r\n/);
  assert.match(upstream.heads[1] ?? '', /^GET \/x\?y HTTP\/1\.1\r\n/);
});

test('a host with a certificate answers plain HTTP with 301 to the same place', async (t) => {
  const { upstream, gateway } = await start(t);
  const client = await RawClient.connect(t, gateway.http);
  const cases: readonly (readonly [host: string, path: string, location: string])[] = [
    ['web.test', '/', 'https://web.test/'],
    ['web.test', '/a/b?c=d&e=%20f', 'https://web.test/a/b?c=d&e=%20f'],
    ['WEB.test', '/a', 'https://web.test/a'],
    ['web.test:80', '/a', 'https://web.test/a'],
    ['web.test:8080', '/a?b', 'https://web.test:8080/a?b'],
    ['web.test', '/moved', 'https://web.test/moved'],
  ];
  for (const [host, path, location] of cases) {
    const before = client.received.length;
    client.send(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    const text = await client.until(new RegExp(`^[\\s\\S]{${before}}HTTP[\\s\\S]*?\\r\\n\\r\\n`));
    assert.match(text.slice(before), /^HTTP\/1\.1 301 /);
    assert.equal(/\r\nlocation: (.*)\r\n/.exec(text.slice(before))?.[1], location);
  }
  assert.deepEqual(upstream.heads, []);
});

test('a route with permitInsecure is served on both ports', async (t) => {
  const { gateway } = await start(t);
  const client = await RawClient.connect(t, gateway.http);
  client.send('GET /open/x HTTP/1.1\r\nhost: web.test\r\n\r\n');
  assert.match(await client.until(/\r\n\r\nok$/), SERVED);
  assert.match(await (await secureConnect(t, gateway.https, 'web.test')).get('web.test', '/open'), SERVED);
});

describe('without a default certificate', () => {
  test('a name that nobody configured, one without a certificate and none at all are refused', async (t) => {
    const { gateway } = await start(t);
    for (const name of ['unknown.test', 'plain.test', 'a.web.test', null]) {
      assert.equal(await refusedWith(secureConnect(t, gateway.https, name)), UNRECOGNIZED_NAME, String(name));
    }
    assert.equal((await secureConnect(t, gateway.https, 'WEB.test')).names, 'DNS:web.test');
  });
});

describe('--default-certificate self-signed', () => {
  const fixed = { defaultCertificate: { kind: 'self-signed' } } as const;
  const anyone = { rejectUnauthorized: false };

  test('serves names without a certificate and clients without a name', async (t) => {
    const { gateway } = await start(t, fixed);
    for (const name of ['unknown.test', null]) {
      const { names, get } = await secureConnect(t, gateway.https, name, anyone);
      assert.equal(names, 'DNS:localhost');
      assert.match(await get('unknown.test'), /^HTTP\/1\.1 404 /);
      // Its own certificate is asked for by its name.
      assert.match(await get('web.test'), /^HTTP\/1\.1 421 /);
    }
    assert.equal((await secureConnect(t, gateway.https, 'web.test')).names, 'DNS:web.test');
  });
});

describe('--default-certificate self-signed, a host whose own Secret is bad', () => {
  test('is off: the default certificate, and 503', async (t) => {
    const { gateway } = await start(t, { defaultCertificate: { kind: 'self-signed' } });
    await gateway.remove('secret.yaml');
    const anyone = { rejectUnauthorized: false };
    await gateway.until(
      async () => (await secureConnect(t, gateway.https, 'web.test', anyone)).names === 'DNS:localhost',
    );
    const { get } = await secureConnect(t, gateway.https, 'web.test', anyone);
    assert.match(await get('web.test'), /^HTTP\/1\.1 503 /);
  });
});

describe('--default-certificate NAMESPACE/NAME', () => {
  const fixed = { defaultCertificate: { kind: 'secret', namespace: 'default', name: 'spare' } } as const;

  test('serves the Secret as soon as it is there, follows it, and refuses again without it', async (t) => {
    const warnings: unknown[] = [];
    const warn = (...said: readonly unknown[]) => void warnings.push(said);
    const { gateway } = await start(t, fixed, { ...silentLogger, warn });
    const missing = [
      'no default certificate: TLS names without one of their own are refused',
      { cause: 'Secret default/spare does not exist' },
    ];
    assert.deepEqual(warnings, [missing]);
    const shown = async () => {
      try {
        return (await secureConnect(t, gateway.https, 'a.spare.test')).names;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? '';
      }
    };
    assert.equal(await shown(), UNRECOGNIZED_NAME);
    await gateway.write('spare.yaml', tlsSecret('spare', await certificateFor('*.spare.test')));
    await gateway.until(async () => (await shown()) === 'DNS:*.spare.test');
    assert.equal((await secureConnect(t, gateway.https, null)).names, 'DNS:*.spare.test');
    await gateway.write('spare.yaml', tlsSecret('spare', await certificateFor('*.spare.test', 'more.test')));
    await gateway.until(async () => (await shown()) === 'DNS:*.spare.test, DNS:more.test');
    assert.equal((await secureConnect(t, gateway.https, null)).names, 'DNS:*.spare.test, DNS:more.test');
    await gateway.remove('spare.yaml');
    await gateway.until(async () => (await shown()) === UNRECOGNIZED_NAME);
    assert.equal(await refusedWith(secureConnect(t, gateway.https, null)), UNRECOGNIZED_NAME);
    assert.deepEqual(warnings, [missing, missing]);
    assert.equal((await secureConnect(t, gateway.https, 'web.test')).names, 'DNS:web.test');
  });
});
