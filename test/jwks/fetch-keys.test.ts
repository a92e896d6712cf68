import assert from 'node:assert/strict';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fetchKeys, MAX_BODY_BYTES } from '../../src/jwks/fetch-keys.ts';
import type { RemoteKeySource } from '../../src/snapshot/key-set.ts';
import { closedPort } from '../support/closed-port.ts';
import { certificateFor, testAuthority } from '../support/tls.ts';

const KEY = { kty: 'RSA', kid: '1', n: 'bg', e: 'AQAB' };
const KEYS = JSON.stringify({ keys: [KEY] });

/** A provider on loopback. @param names Of its certificate; none: plain HTTP. */
async function provider(
  context: TestContext,
  listener: RequestListener,
  names: readonly string[] = [],
): Promise<number> {
  const pair = names.length === 0 ? null : await certificateFor(...names);
  const server =
    pair === null
      ? http.createServer(listener)
      : https.createServer({ cert: pair.chain, key: pair.key.reveal() }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function get(uri: string, changes: Partial<RemoteKeySource> = {}, signal = new AbortController().signal) {
  const source: RemoteKeySource = {
    kind: 'remote',
    name: 'a',
    uri,
    timeoutMs: 5000,
    cacheMs: 1000,
    family: 0,
    verify: null,
    ...changes,
  };
  return fetchKeys(source, signal);
}

test('fetchKeys() reads the keys of a server', async (t) => {
  const seen: string[] = [];
  const port = await provider(t, (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host} ${request.headers.authorization}`);
    response.end(KEYS);
  });
  const result = await get(`http://me:secret@127.0.0.1:${port}/keys?a=1`, { family: 4 });
  assert.deepEqual(result, { ok: true, value: [KEY] });
  assert.deepEqual(seen, [`GET /keys?a=1 127.0.0.1:${port} undefined`]);
});

test('fetchKeys() refuses', async (t) => {
  const cases: [string, RequestListener, RegExp][] = [
    ['another status', (_, response) => response.writeHead(503).end(KEYS), /^the answer is 503$/],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: '/other' }).end(KEYS),
      /^the answer is 302: redirects are not followed$/,
    ],
    ['no key set', (_, response) => response.end('<html>'), /^it is no JSON$/],
    ['too much', (_, response) => response.end(' '.repeat(MAX_BODY_BYTES + 1)), /more than 1048576 bytes/],
    [
      'half an answer',
      (_, response) =>
        response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy()),
      /aborted|hang up/,
    ],
    ['no answer', (request) => request.socket.destroy(), /hang up|ECONNRESET/],
  ];
  for (const [name, listener, problem] of cases) {
    const result = await get(`http://127.0.0.1:${await provider(t, listener)}/`);
    assert.equal(result.ok, false, name);
    if (!result.ok) assert.match(result.error, problem, name);
  }
  const away = await get(`http://127.0.0.1:${await closedPort()}/`);
  assert.match(away.ok ? '' : away.error, /ECONNREFUSED/);
});

test('fetchKeys() waits no longer than its timeout, also for a server that drips', async (t) => {
  const port = await provider(t, (_, response) => {
    response.writeHead(200).write('{');
    const timer = setInterval(() => response.write(' '), 5);
    response.on('close', () => clearInterval(timer));
  });
  const result = await get(`http://127.0.0.1:${port}/`, { timeoutMs: 60 });
  assert.deepEqual(result, { ok: false, error: 'no whole answer within 60 ms' });
});

test('fetchKeys() ends when it is told to', async (t) => {
  const abort = new AbortController();
  const port = await provider(t, () => abort.abort());
  assert.equal((await get(`http://127.0.0.1:${port}/`, {}, abort.signal)).ok, false);
});

test('fetchKeys() verifies a server as its source says', async (t) => {
  const { certificate } = await testAuthority();
  const port = await provider(t, (_, response) => response.end(KEYS), ['keys.test', '*.wild.test']);
  const uri = `https://127.0.0.1:${port}/`;
  const good = { caPem: certificate, names: ['other.test', 'keys.test'] };
  assert.equal((await get(uri, { verify: good })).ok, true);
  assert.equal((await get(uri)).ok, true, 'without validation');
  const cases: [string, RemoteKeySource['verify'], RegExp][] = [
    ['another name', { ...good, names: ['other.test'] }, /none of the names other.test/],
    ['a wildcard', { ...good, names: ['a.wild.test'] }, /none of the names/],
    [
      'another authority',
      { caPem: (await certificateFor('x.test')).chain, names: ['keys.test'] },
      /certificate/,
    ],
  ];
  for (const [name, verify, problem] of cases) {
    const result = await get(uri, { verify });
    assert.match(result.ok ? 'ok' : result.error, problem, name);
  }
});
