import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { openServer, type RunningServer, type ServerOptions } from '../../src/admin/server.ts';
import { type LogFields, silentLogger } from '../../src/lib/logger.ts';
import { rawRequest } from './raw-request.ts';

const LOOPBACK = { address: '127.0.0.1', port: 0 };
const errors: (LogFields | undefined)[] = [];

const OPTIONS: ServerOptions = {
  bind: LOOPBACK,
  hosts: ['ops.test'],
  logger: { ...silentLogger, error: (_text, fields) => errors.push(fields) },
  routes: (app) => {
    app.get('/hello', () => ({ hello: 1 }));
    app.get('/bug', () => {
      throw new Error('a secret of the inside');
    });
  },
};

let server: RunningServer;
before(async () => {
  server = await openServer(OPTIONS);
});
after(() => server.close());

const CASES: readonly {
  readonly name: string;
  readonly lines: readonly string[];
  readonly status: number;
}[] = [
  { name: 'answers a GET', lines: ['GET /hello HTTP/1.1', 'host: 127.0.0.1'], status: 200 },
  { name: 'answers a HEAD', lines: ['HEAD /hello HTTP/1.1', 'host: localhost'], status: 200 },
  { name: 'answers an allowed name', lines: ['GET /hello HTTP/1.1', 'host: ops.test:9901'], status: 200 },
  { name: 'refuses another name', lines: ['GET /hello HTTP/1.1', 'host: evil.test'], status: 403 },
  {
    name: 'refuses another name where nothing is',
    lines: ['GET /x HTTP/1.1', 'host: evil.test'],
    status: 403,
  },
  { name: 'refuses a request without host', lines: ['GET /hello HTTP/1.0'], status: 403 },
  {
    name: 'refuses a second host',
    lines: ['GET /hello HTTP/1.1', 'host: localhost', 'Host: evil.test'],
    status: 403,
  },
  {
    name: 'refuses a target that brings its own host',
    lines: ['GET http://evil.test/hello HTTP/1.1', 'host: localhost'],
    status: 400,
  },
  { name: 'refuses a POST', lines: ['POST /hello HTTP/1.1', 'host: localhost'], status: 405 },
  { name: 'refuses a PROPFIND', lines: ['PROPFIND /apis HTTP/1.1', 'host: localhost'], status: 405 },
  { name: 'knows nothing elsewhere', lines: ['GET /nothing HTTP/1.1', 'host: localhost'], status: 404 },
  { name: 'refuses a bad escape', lines: ['GET /%zz HTTP/1.1', 'host: localhost'], status: 400 },
];

for (const { name, lines, status } of CASES) {
  test(`openServer() ${name}: ${status}, with security headers`, async () => {
    const answer = await rawRequest(server.port, lines);
    assert.equal(answer.status, status);
    assert.match(answer.head, /\r\nx-content-type-options: nosniff/);
    assert.match(answer.head, /\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'/);
    assert.match(answer.head, /\r\ncache-control: no-store/);
    if (status === 405) assert.match(answer.head, /\r\nallow: get, head/);
    if (status === 403) assert.match(answer.body, /--admin-host/);
  });
}

test('openServer() allows every host when it is told no names', async () => {
  const open = await openServer({ ...OPTIONS, hosts: null });
  try {
    const answer = await rawRequest(open.port, ['GET /hello HTTP/1.1', 'host: sluice.system.svc:8002']);
    assert.equal(answer.status, 200);
  } finally {
    await open.close();
  }
});

test('openServer() answers 500 without a word of the exception, which is logged', async () => {
  const answer = await rawRequest(server.port, ['GET /bug HTTP/1.1', 'host: localhost']);
  assert.equal(answer.status, 500);
  assert.equal(answer.body, '{"error":"Internal Server Error"}');
  assert.match(String(errors.at(-1)?.stack), /a secret of the inside/);
});

test('openServer() tells a URL that works', async () => {
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  assert.deepEqual(await (await fetch(`${server.url}/hello`)).json(), { hello: 1 });
});

test('openServer() tells loopback for an unspecified address', async () => {
  const open = await openServer({ ...OPTIONS, bind: { address: '0.0.0.0', port: 0 } });
  await open.close();
  assert.equal(open.url, `http://127.0.0.1:${open.port}`);
});

test('openServer() rejects when the address is taken', async () => {
  const bind = { address: '127.0.0.1', port: server.port };
  await assert.rejects(openServer({ ...OPTIONS, bind }), { code: 'EADDRINUSE' });
});

test('close() ends connections that are idle', async () => {
  const open = await openServer(OPTIONS);
  const socket = connect(open.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET /hello HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await open.close();
  await closed;
});
