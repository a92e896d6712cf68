import assert from 'node:assert/strict';
import type net from 'node:net';
import { type TestContext, test } from 'node:test';
import { CHUNKED } from '../../src/http1/message.ts';
import { OWNED } from '../../src/lib/wire.ts';
import type { Upstream } from '../../src/snapshot/upstream.ts';
import type { LiveEndpoint } from '../../src/upstream/endpoint.ts';
import { UpstreamPool, type UpstreamRuntime } from '../../src/upstream/pool.ts';
import { ENDPOINT_CELL, UPSTREAM_CELL } from '../../src/workers/cells.ts';
import { closedPort } from '../support/closed-port.ts';
import { until } from '../support/gateway.ts';
import { type RawServer, rawServer } from '../support/raw.ts';
import { begun, Collector, requestOf, runtimeOf, turnTo, upstreamOf } from './support.ts';

interface Site {
  readonly pool: UpstreamPool;
  readonly endpoint: LiveEndpoint;
  readonly runtime: UpstreamRuntime & { readonly told: string[] };
  readonly connections: () => number;
}

/** A pool with one endpoint. */
function site(t: TestContext, port: number, changes: Partial<Upstream> = {}): Site {
  const runtime = runtimeOf();
  const pool = new UpstreamPool(upstreamOf(changes), runtime);
  pool.setEndpoints({ name: 'set', endpoints: [{ address: '127.0.0.1', port }] });
  t.after(() => pool.close());
  const endpoint = pool.endpoints[0] ?? assert.fail('there is an endpoint');
  return {
    pool,
    endpoint,
    runtime,
    connections: () => runtime.cells.sum(pool.slot, UPSTREAM_CELL.connections),
  };
}

/** A server that writes each text of the script when it has read a request head. */
async function scripted(
  t: TestContext,
  ...script: readonly string[]
): Promise<RawServer & { text: () => string }> {
  let text = '';
  let next = 0;
  const server = await rawServer(t, (socket) => {
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      const answer = script[next];
      if (answer !== undefined && text.endsWith('\r\n\r\n')) {
        next++;
        socket.write(answer, 'latin1');
      }
    });
    socket.on('end', () => socket.end());
  });
  return { ...server, text: () => text };
}

async function ask({ endpoint }: Site, changes: Parameters<typeof requestOf>[0] = {}): Promise<Collector> {
  const listener = new Collector();
  (endpoint.takeIdle() ?? endpoint.open()).begin(listener, requestOf(changes));
  await listener.over;
  return listener;
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

const ANSWERS: readonly {
  readonly name: string;
  readonly text: string;
  readonly method?: string;
  readonly body: string;
  readonly pooled: boolean;
  readonly interim?: readonly number[];
}[] = [
  { name: 'a known length', text: OK, body: 'ok', pooled: true },
  { name: 'no body', text: 'HTTP/1.1 204 No Content\r\n\r\n', body: '', pooled: true },
  {
    name: 'a length to HEAD',
    text: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n',
    method: 'HEAD',
    body: '',
    pooled: true,
  },
  {
    name: 'chunks',
    text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;x=y\r\na\r\n2\r\nbc\r\n0\r\nt: v\r\n\r\n',
    body: 'abc',
    pooled: true,
  },
  {
    name: 'interim answers before it',
    text: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}`,
    body: 'ok',
    pooled: true,
    interim: [100, 103],
  },
  {
    name: 'close',
    text: 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok',
    body: 'ok',
    pooled: false,
  },
  { name: 'bytes behind it', text: `${OK}x`, body: 'ok', pooled: false },
  {
    name: 'bytes behind its last chunk',
    text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nx',
    body: 'a',
    pooled: false,
  },
  { name: 'a body to HEAD', text: `${OK}`, method: 'HEAD', body: '', pooled: false },
];

for (const { name, text, method = 'GET', body, pooled, interim = [] } of ANSWERS) {
  test(`begin() reads an answer with ${name}${pooled ? '' : ', and the connection is not used again'}`, async (t) => {
    const server = await scripted(t, text);
    const at = site(t, server.port);
    const answer = await ask(at, { method });
    assert.equal(answer.error, null);
    assert.equal(answer.body, body);
    assert.deepEqual(answer.interim, interim);
    assert.equal(at.endpoint.hasIdle, pooled);
    if (!pooled) await until(() => at.connections() === 0);
  });

  test(`begin() reads an answer with ${name} that comes byte by byte`, async (t) => {
    const server = await rawServer(t, (socket) => {
      socket.once('data', () => void drip(socket, text));
      socket.on('end', () => socket.end());
    });
    const at = site(t, server.port);
    const answer = await ask(at, { method });
    assert.equal(answer.error, null);
    assert.equal(answer.body, body);
    assert.deepEqual(answer.interim, interim);
  });
}

async function drip(socket: net.Socket, text: string): Promise<void> {
  for (const character of text) {
    if (socket.destroyed) return;
    socket.write(character, 'latin1');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('begin() takes what ends with the connection', async (t) => {
  const server = await rawServer(t, (socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'));
  });
  const at = site(t, server.port);
  const answer = await ask(at);
  assert.equal(answer.body, 'to the end');
  await until(() => at.connections() === 0);
});

const FAULTS: readonly {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly retry: string;
}[] = [
  { name: 'nothing', text: '', code: 'connection_terminated', retry: 'never' },
  { name: 'half a head', text: 'HTTP/1.1 200 O', code: 'http_response_incomplete', retry: 'never' },
  {
    name: 'half a body',
    text: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab',
    code: 'http_response_incomplete',
    retry: 'never',
  },
  {
    name: 'chunks without the last one',
    text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n',
    code: 'http_response_incomplete',
    retry: 'never',
  },
  { name: 'nonsense', text: 'SSH-2.0-x\r\n\r\n', code: 'http_protocol_error', retry: 'never' },
  {
    name: 'two lengths',
    text: 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    code: 'http_protocol_error',
    retry: 'never',
  },
  {
    name: 'a bad chunk',
    text: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    code: 'http_protocol_error',
    retry: 'never',
  },
  {
    name: 'a 101 that nobody asked for',
    text: 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    code: 'http_upgrade_failed',
    retry: 'never',
  },
];

for (const { name, text, code, retry } of FAULTS) {
  test(`onFailure() tells of ${name}, then an end: ${code}`, async (t) => {
    const server = await rawServer(t, (socket) => {
      socket.once('data', () => socket.end(text, 'latin1'));
    });
    const at = site(t, server.port);
    const answer = await ask(at);
    assert.deepEqual([answer.error?.code, answer.error?.retry], [code, retry]);
    assert.equal(at.endpoint.hasIdle, false);
    await until(() => at.connections() === 0);
  });
}

test('onFailure() tells a stale connection from a new one', async (t) => {
  const server = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.write(OK);
      socket.once('data', () => socket.destroy());
    });
  });
  const at = site(t, server.port);
  assert.equal((await ask(at)).body, 'ok');
  const stale = await ask(at);
  assert.deepEqual([stale.error?.code, stale.error?.retry], ['connection_terminated', 'idempotent']);
  assert.deepEqual(at.runtime.told, ['connect ok', 'reuse']);
});

test('onFailure() tells that a connection was refused, and counts it', async (t) => {
  const at = site(t, await closedPort());
  const answer = await ask(at);
  assert.deepEqual([answer.error?.code, answer.error?.retry], ['connection_refused', 'safe']);
  assert.deepEqual(at.runtime.told, ['connect refused']);
  assert.equal(at.runtime.cells.sum(at.endpoint.slot, ENDPOINT_CELL.connectFailures), 1);
  assert.equal(at.connections(), 0);
});

test('onFailure() tells that connecting took too long', async (t) => {
  const server = await rawServer(t, () => {});
  const tls = { verify: null, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
  const at = site(t, server.port, { tls, connectTimeoutMs: 2000 });
  const listener = new Collector();
  at.endpoint.open().begin(listener, requestOf());
  await until(() => server.sockets.length === 1);
  turnTo(at.runtime, 1980);
  assert.equal(listener.failed, false);
  turnTo(at.runtime, 2020);
  assert.deepEqual([listener.error?.code, listener.error?.retry], ['connection_timeout', 'safe']);
  assert.deepEqual(at.runtime.told, ['connect timeout']);
  await until(() => at.connections() === 0);
});

test('write() and finish() frame a body as its head said', async (t) => {
  for (const [bodyLength, expected] of [
    [5, 'hello'],
    [CHUNKED, '2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'],
  ] as const) {
    let received = '';
    const server = await rawServer(t, (socket) => {
      socket.on('data', (bytes) => {
        received += bytes.toString('latin1');
        if (received.endsWith(expected)) socket.write(OK);
      });
    });
    const at = site(t, server.port);
    const listener = new Collector();
    const request = requestOf({ method: 'POST', head: 'POST / HTTP/1.1\r\n\r\n', bodyLength });
    const connection = begun(at.endpoint.open().begin(listener, request));
    const body = Buffer.from('xhellox');
    connection.write(body, 1, 3, OWNED);
    connection.write(body, 3, 3, OWNED);
    connection.write(body, 3, 6, OWNED);
    connection.finish(null);
    await listener.over;
    assert.equal(received, `POST / HTTP/1.1\r\n\r\n${expected}`);
    assert.equal(at.endpoint.hasIdle, true);
  }
});

test('write() says when the upstream cannot keep up, and onWritable() when it can again', async (t) => {
  const server = await rawServer(t, (socket) => socket.pause());
  const at = site(t, server.port);
  const listener = new Collector();
  const connection = begun(at.endpoint.open().begin(listener, requestOf({ bodyLength: CHUNKED })));
  const part = Buffer.alloc(64 << 20);
  assert.equal(connection.write(part, 0, part.length, OWNED), false);
  await until(() => server.sockets.length === 1);
  assert.equal(listener.writable, 0);
  server.sockets[0]?.resume();
  await until(() => listener.writable > 0);
  connection.abort();
});

test('a connection whose request was not sent whole is not used again', async (t) => {
  const server = await scripted(t, 'HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
  const at = site(t, server.port);
  const answer = await ask(at, { method: 'POST', bodyLength: 10 });
  assert.equal(answer.head?.status, 413);
  assert.equal(at.endpoint.hasIdle, false);
  await until(() => at.connections() === 0);
});

test('onSwitch() gives the wire away with the bytes behind the head', async (t) => {
  const server = await scripted(
    t,
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nfirst',
  );
  const at = site(t, server.port);
  const answer = await ask(at, { upgrade: true });
  assert.equal(answer.switched?.rest, 'first');
  const received: string[] = [];
  let closed = 0;
  answer.tunnel.onBytes = (bytes, start, end) => received.push(bytes.toString('latin1', start, end));
  answer.tunnel.onClose = () => {
    closed++;
  };
  server.sockets[0]?.write('second');
  await until(() => received.join('') === 'second');
  turnTo(at.runtime, 60_000);
  assert.equal(closed, 0, 'no deadline of the pool holds for a tunnel');
  server.sockets[0]?.resetAndDestroy();
  await until(() => closed === 1);
  assert.equal(at.connections(), 0);
});

test('abort() gives an attempt up: the listener hears nothing more', async (t) => {
  const server = await scripted(t, 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab');
  const at = site(t, server.port);
  const listener = new Collector();
  const connection = begun(at.endpoint.open().begin(listener, requestOf()));
  await listener.begun;
  connection.abort();
  await until(() => at.connections() === 0);
  assert.equal(listener.error, null);
  assert.equal(listener.done, false);
});

const IDLE: readonly { readonly name: string; readonly fields: string; readonly keptMs: number }[] = [
  { name: 'four seconds', fields: '', keptMs: 4000 },
  { name: 'a second less than the upstream', fields: 'keep-alive: timeout=3\r\n', keptMs: 2000 },
  { name: 'no longer than its own time', fields: 'keep-alive: timeout=75\r\n', keptMs: 4000 },
];

for (const { name, fields, keptMs } of IDLE) {
  test(`an idle connection is kept for ${name}`, async (t) => {
    const answer = `HTTP/1.1 200 OK\r\n${fields}content-length: 2\r\n\r\nok`;
    const server = await scripted(t, answer, answer);
    const at = site(t, server.port);
    assert.equal((await ask(at)).body, 'ok');
    turnTo(at.runtime, 1000);
    assert.equal((await ask(at)).body, 'ok');
    assert.equal(server.sockets.length, 1);
    turnTo(at.runtime, 1000 + keptMs - 40);
    assert.equal(at.endpoint.hasIdle, true);
    turnTo(at.runtime, 1000 + keptMs + 60);
    assert.equal(at.endpoint.hasIdle, false);
    await until(() => at.connections() === 0);
  });
}

test('an idle connection that says anything, or ends, is gone', async (t) => {
  for (const end of [false, true]) {
    const server = await scripted(t, OK);
    const at = site(t, server.port);
    await ask(at);
    assert.equal(at.endpoint.hasIdle, true);
    if (end) server.sockets[0]?.end();
    else server.sockets[0]?.write(OK);
    await until(() => !at.endpoint.hasIdle);
    await until(() => at.connections() === 0);
    assert.equal(
      at.runtime.told.some((text) => text.startsWith('surplus')),
      !end,
    );
  }
});
