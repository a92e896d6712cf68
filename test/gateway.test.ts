import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS, DEFAULT_STATIC, type GatewayOptions } from '../src/config.ts';
import { type Gateway, startGateway } from '../src/gateway.ts';
import { createLogger, silentLogger } from '../src/lib/logger.ts';
import { ask } from './support/ask.ts';
import { closedPort } from './support/closed-port.ts';
import { httpProxy, startTestGateway, until } from './support/gateway.ts';
import { secureConnect } from './support/tls.ts';

const ANY = { address: '127.0.0.1', port: 0 };

/** A direct response needs no Service. */
const HELLO = httpProxy(
  'hello',
  '  virtualhost: {fqdn: hello.test}\n  routes: [{directResponsePolicy: {statusCode: 200, body: hi}}]',
);

function emptyDirectory(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-gateway-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** Starts a gateway that is expected not to come up. */
function start(fixed: Partial<GatewayOptions['static']>): Promise<Gateway> {
  return startGateway({
    static: {
      ...DEFAULT_STATIC,
      http: ANY,
      https: null,
      admin: ANY,
      workers: 1,
      accessLog: { kind: 'off' },
      ...fixed,
    },
    settings: DEFAULT_SETTINGS,
    compile: DEFAULT_COMPILE,
    log: silentLogger,
  });
}

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.status;
}

test('startGateway() names every address in use, and is ready when it resolves', async (context) => {
  const gateway = await startTestGateway(context, {
    manifests: { 'a.yaml': HELLO },
    static: { health: ANY },
  });
  const listeners = gateway.listeners();
  assert.deepEqual(
    listeners.map(({ name }) => name),
    ['http', 'https', 'admin', 'health'],
  );
  assert.equal(new Set(listeners.map(({ port }) => port)).size, 4);
  assert.ok(listeners.every(({ port }) => port > 0));
  const health = listeners.find(({ name }) => name === 'health');
  assert.equal(await statusOf(`${gateway.adminUrl}/readyz`), 200);
  assert.equal(await statusOf(`http://127.0.0.1:${health?.port}/readyz`), 200);
});

test('startGateway() leaves out listeners that are off', async (context) => {
  const gateway = await startTestGateway(context, { manifests: {}, static: { https: null } });
  assert.deepEqual(
    gateway.listeners().map(({ name }) => name),
    ['http', 'admin'],
  );
});

test('startGateway() rejects what it cannot do, and leaves nothing running', async (context) => {
  const directory = emptyDirectory(context);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  context.after(() => taken.close());
  const used = { address: '127.0.0.1', port: (taken.address() as AddressInfo).port };
  const free = { address: '127.0.0.1', port: await closedPort() };
  const cases: readonly [what: Partial<GatewayOptions['static']>, error: RegExp][] = [
    [{ manifests: [join(directory, 'missing')] }, /missing/],
    [{ manifests: [directory], http: used }, /EADDRINUSE/],
    [{ manifests: [directory], http: free, admin: used }, /EADDRINUSE/],
    [{ manifests: [directory], http: free, health: used }, /EADDRINUSE/],
    [{ manifests: [], cluster: { kind: 'in-cluster' } }, /not in this release/],
  ];
  for (const [what, error] of cases) await assert.rejects(start(what), error);
  // The port of the gateways that failed late can be bound alone: nobody is left on it.
  const alone = createServer().listen(free);
  await once(alone, 'listening');
  alone.close();
});

test('startGateway() names options that have no effect', async (context) => {
  const lines: string[] = [];
  const log = createLogger({
    level: 'warn',
    format: 'text',
    write: (line) => lines.push(line),
    wall: () => 0,
  });
  const state = { redisUrl: 'redis://127.0.0.1', stateDir: '/nowhere' };
  await startTestGateway(context, { manifests: {}, static: state, log });
  assert.match(lines.join(''), /--redis has no effect/);
  assert.match(lines.join(''), /--state has no effect/);
});

test('startGateway() serves a certificate of its own where one is declared', async (context) => {
  const gateway = await startTestGateway(context, {
    manifests: {},
    static: { defaultCertificate: { kind: 'self-signed' } },
  });
  const { names } = await secureConnect(context, gateway.https, 'any.test', { rejectUnauthorized: false });
  assert.equal(names, 'DNS:localhost');
});

test('reconfigure() takes effect without a restart, and keeps the default certificate', async (context) => {
  const gateway = await startTestGateway(context, {
    manifests: { 'a.yaml': HELLO },
    static: { defaultCertificate: { kind: 'self-signed' } },
  });
  const status = async () => (await ask(context, gateway.http, { host: 'hello.test' })).status;
  assert.equal(await status(), 200);
  gateway.reconfigure({ ...DEFAULT_SETTINGS, requestHeaders: 1 }, DEFAULT_COMPILE);
  await until(async () => (await status()) === 431);
  gateway.reconfigure(DEFAULT_SETTINGS, { ...DEFAULT_COMPILE, rootNamespaces: ['other'] });
  await until(async () => (await status()) === 404);
  const { names } = await secureConnect(context, gateway.https, 'any.test', { rejectUnauthorized: false });
  assert.equal(names, 'DNS:localhost');
});

test('drain() ends readiness at once and resolves when connections are done; close() ends all', async (context) => {
  const gateway = await startTestGateway(context, { manifests: { 'a.yaml': HELLO } });
  const draining = gateway.drain();
  assert.equal(await statusOf(`${gateway.adminUrl}/readyz`), 503);
  await draining;
  assert.equal(await statusOf(`${gateway.adminUrl}/livez`), 200, 'the admin address stays until close');
  await gateway.close();
  for (const { port } of gateway.listeners()) {
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`), TypeError);
  }
  await gateway.close();
});

test('close() writes what is left of the access log', async (context) => {
  const path = join(emptyDirectory(context), 'access.log');
  const gateway = await startTestGateway(context, {
    manifests: { 'a.yaml': HELLO },
    static: { accessLog: { kind: 'file', path } },
  });
  assert.equal(await statusOf(`http://127.0.0.1:${gateway.http}/last`), 404);
  await gateway.close();
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  assert.equal(lines.length, 1);
  assert.equal(JSON.parse(lines[0] ?? '').path, '/last');
});
