import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { type TestContext, test } from 'node:test';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { type EchoService, echoService } from '../support/grpc.ts';

async function start(t: TestContext): Promise<{ site: TestDataPlane; echo: EchoService }> {
  const echo = await echoService(t);
  const site = await startTestDataPlane(t, {
    worker: { accessLog: 'all' },
    manifests: {
      'app.yaml': documents(
        service('echo', [echo.port]),
        httpProxy(
          'web',
          '  virtualhost: {fqdn: web.test}\n  routes: [{services: [{name: echo, port: 80, protocol: h2c}]}]',
        ),
      ),
    },
  });
  return { site, echo };
}

function frameOf(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** The frames of a body, as flag and content. */
function framesOf(body: Buffer): [number, string][] {
  const frames: [number, string][] = [];
  for (let at = 0; at < body.length; ) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    frames.push([body[at] as number, body.toString('latin1', at + 5, end)]);
    at = end;
  }
  return frames;
}

/** As base64 by parts: each group of four stands for itself. */
function fromText(body: Buffer): Buffer {
  const groups = body.toString('latin1').match(/[\s\S]{1,4}/g) ?? [];
  return Buffer.concat(groups.map((group) => Buffer.from(group, 'base64')));
}

interface WebCall {
  readonly head: http.IncomingMessage;
  /** What came so far. */
  body(): Buffer;
  /** All of it. */
  readonly ended: Promise<Buffer>;
  /** Sends more of the request, when it was left open. */
  readonly request: http.ClientRequest;
}

/** A call as a browser makes it, over HTTP/1.1. Resolves with the head of the answer. */
async function callWeb(
  port: number,
  path: string,
  options: {
    readonly type?: string;
    readonly headers?: Record<string, string>;
    readonly parts: readonly (Buffer | string)[];
  },
): Promise<WebCall> {
  const { type = 'application/grpc-web+proto', headers, parts } = options;
  const request = http.request({
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    agent: false,
    headers: { host: 'web.test', 'content-type': type, 'x-grpc-web': '1', ...headers },
  });
  for (const part of parts) request.write(part);
  request.end();
  const [head] = (await once(request, 'response')) as [http.IncomingMessage];
  const received: Buffer[] = [];
  head.on('data', (bytes: Buffer) => received.push(bytes));
  const body = () => Buffer.concat(received);
  const ended = once(head, 'end').then(body);
  return { head, body, ended, request };
}

const OK = [0x80, 'grpc-status: 0\r\ngrpc-message: OK\r\nx-trailer: behind\r\n'];

test('a browser calls a gRPC service by gRPC-web: the trailers are the last frame', async (t) => {
  const { site, echo } = await start(t);
  const { head, ended } = await callWeb(site.http, '/test.Echo/Unary', { parts: [frameOf('hello')] });
  assert.equal(head.statusCode, 200);
  assert.equal(head.headers['content-type'], 'application/grpc-web+proto');
  assert.deepEqual(framesOf(await ended), [[0, 'hello'], OK]);
  assert.deepEqual(echo.calls[0]?.get('x-grpc-web'), ['1']);
  await until(() => site.log.length > 0);
  const line = JSON.parse(site.log[0] ?? '') as Record<string, unknown>;
  assert.deepEqual(
    [line.response_code, line.grpc_status, line.bytes_sent],
    [200, 'OK', (await ended).length],
  );
});

test('the text form is base64 both ways, in whatever parts it comes', async (t) => {
  const { site } = await start(t);
  const message = 'x'.repeat(70_000);
  const bytes = frameOf(message);
  const text = [bytes.subarray(0, 4), bytes.subarray(4, 30_000), bytes.subarray(30_000)]
    .map((part) => part.toString('base64'))
    .join('');
  const { head, ended } = await callWeb(site.http, '/test.Echo/Unary', {
    type: 'application/grpc-web-text',
    parts: [text.slice(0, 3), text.slice(3, 8), text.slice(8)],
  });
  assert.equal(head.headers['content-type'], 'application/grpc-web-text+proto');
  assert.deepEqual(framesOf(fromText(await ended)), [[0, message], OK]);
});

test('accept chooses the form of the answer', async (t) => {
  const { site } = await start(t);
  const { head, ended } = await callWeb(site.http, '/test.Echo/Unary', {
    headers: { accept: 'application/grpc-web-text' },
    parts: [frameOf('hello')],
  });
  assert.equal(head.headers['content-type'], 'application/grpc-web-text+proto');
  assert.deepEqual(framesOf(fromText(await ended)), [[0, 'hello'], OK]);
});

test('each message of a stream comes when it is there', async (t) => {
  const { site } = await start(t);
  for (const type of ['application/grpc-web', 'application/grpc-web-text']) {
    const decoded = (body: Buffer) => framesOf(type.endsWith('text') ? fromText(body) : body);
    const sent = type.endsWith('text') ? frameOf('x').toString('base64') : frameOf('x');
    const stuck = await callWeb(site.http, '/test.Echo/Stuck', { type, parts: [sent] });
    await until(() => stuck.body().length > 0);
    assert.deepEqual(decoded(stuck.body()), [[0, 'one']]);
    stuck.ended.catch(() => {});
    stuck.request.destroy();
  }
});

test('many messages and large ones pass whole', async (t) => {
  const { site } = await start(t);
  const { ended } = await callWeb(site.http, '/test.Echo/Numbers', {
    type: 'application/grpc-web-text',
    parts: [frameOf('3000').toString('base64')],
  });
  const frames = framesOf(fromText(await ended));
  assert.deepEqual(
    frames.slice(0, -1).map(([flag, content]) => `${flag} ${content}`),
    Array.from({ length: 3000 }, (_, i) => `0 ${i}`),
  );
  assert.deepEqual(frames.at(-1), OK);
});

test('a failure of the service is told in the head or in the last frame, as the service did', async (t) => {
  const { site } = await start(t);
  const { head, ended } = await callWeb(site.http, '/test.Echo/Fail', { parts: [frameOf('no such thing')] });
  const body = await ended;
  const trailers =
    body.length === 0 ? [`grpc-status: ${head.headers['grpc-status']}`] : [framesOf(body)[0]?.[1]];
  assert.match(trailers[0] ?? '', /^grpc-status: 5/);
});

test('a text that is no base64 is refused by gRPC', async (t) => {
  const { site } = await start(t);
  const { head, ended } = await callWeb(site.http, '/test.Echo/Unary', {
    type: 'application/grpc-web-text',
    parts: ['AAAA', '!!!!'],
  });
  assert.deepEqual(
    [head.statusCode, head.headers['content-type'], head.headers['grpc-status'], (await ended).length],
    [200, 'application/grpc-web-text', '13', 0],
  );
});

test('gRPC-web has deadlines too', async (t) => {
  const { site, echo } = await start(t);
  const { head } = await callWeb(site.http, '/test.Echo/Silent', {
    headers: { 'grpc-timeout': '100m' },
    parts: [frameOf('x')],
  });
  assert.deepEqual([head.statusCode, head.headers['grpc-status']], [200, '4']);
  await until(() => echo.cancelled.length === 1);
});
