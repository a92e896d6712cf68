import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { startAdmin } from '../../src/admin/admin.ts';
import type { RunningServer } from '../../src/admin/server.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { missingPrograms, needProgram } from '../support/programs.ts';
import { fakeGateway, KEY_TEXT, NOW_MS } from './fake-gateway.ts';

const LIMIT_MS = 30_000;

suite('kubectl', { skip: missingPrograms('kubectl') }, () => {
  let admin: RunningServer;
  let home: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'sluice-kubectl-'));
    admin = await startAdmin({
      view: fakeGateway(),
      address: { address: '127.0.0.1', port: 0 },
      adminHosts: [],
      logger: silentLogger,
      wall: () => NOW_MS,
    });
  });
  after(async () => {
    await admin.close();
    await rm(home, { recursive: true, force: true });
  });

  /** Runs a command line against the fake gateway, with a home of its own. */
  function kubectl(line: string): Promise<{ readonly out: string; readonly error: string }> {
    const args = ['--server', admin.url, '--cache-dir', join(home, 'cache'), ...line.split(' ')];
    // Of the environment only PATH: no proxy, no kubeconfig of whoever runs this.
    const env = { PATH: process.env.PATH, HOME: home };
    return new Promise((resolve) => {
      execFile(needProgram('kubectl'), args, { env, timeout: LIMIT_MS }, (_error, out, error) =>
        resolve({ out, error }),
      );
    });
  }

  async function rows(line: string): Promise<readonly (readonly string[])[]> {
    const { out, error } = await kubectl(line);
    assert.equal(error, '');
    return out
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/ {2,}/).map((cell) => cell.trim()));
  }

  const PROXIES = [
    ['NAMESPACE', 'NAME', 'FQDN', 'TLS SECRET', 'STATUS', 'STATUS DESCRIPTION'],
    ['shop', 'web', 'shop.test', 'shop-tls', 'valid', 'Valid HTTPProxy'],
    ['team', 'api', 'orphaned', 'nobody <includes> it'],
  ];

  for (const name of ['httpproxies', 'httpproxy', 'proxies']) {
    test(`get ${name} -A prints the columns of the CRD`, async () => {
      assert.deepEqual(await rows(`get ${name} -A`), PROXIES);
    });
  }

  test('get in chunks prints everything', async () => {
    assert.deepEqual(await rows('get httpproxies -A --chunk-size=1'), PROXIES);
  });

  test('get -l and --field-selector select', async () => {
    const line = 'get httpproxies -A -o name';
    assert.deepEqual(await rows(`${line} -l app=api`), [['httpproxy.projectcontour.io/api']]);
    assert.deepEqual(await rows(`${line} --field-selector metadata.name=web`), [
      ['httpproxy.projectcontour.io/web'],
    ]);
  });

  test('get -o yaml prints the object with its status', async () => {
    const { out } = await kubectl('get httpproxy web -n shop -o yaml');
    assert.match(out, /^kind: HTTPProxy$/m);
    assert.match(out, /^ {2}currentStatus: valid$/m);
  });

  test('get ingress prints what people know', async () => {
    assert.deepEqual(await rows('get ingress -n shop'), [
      ['NAME', 'CLASS', 'HOSTS', 'ADDRESS', 'PORTS', 'AGE'],
      ['plain', 'sluice', 'a.test,b.test,c.test + 1 more...', '80, 443', '36h'],
    ]);
  });

  test('describe prints an HTTPProxy, an Ingress and a Service', async () => {
    assert.match((await kubectl('describe httpproxy web -n shop')).out, /Current Status: +valid/);
    assert.match((await kubectl('describe ingress plain -n shop')).out, /Ingress Class: +sluice/);
    assert.match((await kubectl('describe service web -n shop')).out, /IPs?: +10\.0\.0\.7/);
  });

  test('get secret prints no value', async () => {
    const { out } = await kubectl('get secret shop-tls -n shop -o yaml');
    assert.match(out, /tls\.key: W3JlZGFjdGVkXQ==/);
    assert.ok(!out.includes(KEY_TEXT) && !out.includes(btoa(KEY_TEXT)));
  });

  test('api-resources prints every kind', async () => {
    const kinds = (await rows('api-resources --no-headers')).map((row) => row.at(-1)).sort();
    assert.deepEqual(kinds, [
      'ConfigMap',
      'EndpointSlice',
      'ExtensionService',
      'HTTPProxy',
      'Ingress',
      'IngressClass',
      'Namespace',
      'Secret',
      'Service',
      'TLSCertificateDelegation',
    ]);
  });

  test('explain prints the manual of a field', async () => {
    const { out } = await kubectl('explain httpproxy.spec.virtualhost.fqdn');
    assert.match(out, /FIELD: fqdn/);
  });

  test('get of what is not there, and writes, fail in plain words', async () => {
    assert.match(
      (await kubectl('get httpproxy nope -n shop')).error,
      /\(NotFound\): httpproxies\.projectcontour\.io "nope" not found/,
    );
    assert.match((await kubectl('delete httpproxy web -n shop')).error, /this address is read-only/);
  });
});
