import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import grpc from '@grpc/grpc-js';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { callUnary, echoService, grpcClient } from '../support/grpc.ts';

/** A data plane with one route. @param timeouts Its `timeoutPolicy`, in flow style. */
function serve(t: TestContext, port: number, timeouts: string): Promise<TestDataPlane> {
  return startTestDataPlane(t, {
    manifests: {
      'app.yaml': documents(
        service('web', [port]),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes:
    - timeoutPolicy: ${timeouts}
      services: [{name: web, port: 80, protocol: h2c}]`,
        ),
      ),
    },
  });
}

interface CarelessService {
  readonly port: number;
  /** The heads of the requests. */
  readonly heads: readonly http2.IncomingHttpHeaders[];
  /** The codes with which their streams ended. */
  readonly ends: readonly number[];
}

/** A service that knows no deadlines: it begins an answer on `/begin`, and never ends any. */
async function carelessService(t: TestContext): Promise<CarelessService> {
  const heads: http2.IncomingHttpHeaders[] = [];
  const ends: number[] = [];
  const sessions: http2.ServerHttp2Session[] = [];
  const server = http2.createServer();
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream: http2.ServerHttp2Stream, head: http2.IncomingHttpHeaders) => {
    heads.push(head);
    stream.on('error', () => {});
    stream.on('close', () => ends.push(stream.rstCode ?? -1));
    if (head[':path'] !== '/begin') return;
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.write(frameOf('one'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heads, ends };
}

function frameOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 0, text.length]), Buffer.from(text)]);
}

/** A call whose client lets the deadline pass without a word of its own, as those of gRPC do not. */
function patientCall(
  t: TestContext,
  port: number,
  path: string,
  timeout: string | null,
): http2.ClientHttp2Stream {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  t.after(() => session.destroy());
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    ':authority': 'web.test',
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(timeout === null ? {} : { 'grpc-timeout': timeout }),
  });
  stream.on('error', () => {});
  return stream;
}

const CANCEL = http2.constants.NGHTTP2_CANCEL;
const NO_LIMITS = '{response: infinity, idle: infinity}';

test('grpc-timeout ends a call that is not answered, also one whose request is still open', async (t) => {
  const upstream = await carelessService(t);
  const site = await serve(t, upstream.port, NO_LIMITS);
  for (const open of [false, true]) {
    const stream = patientCall(t, site.http, '/silent', '100m');
    stream.write(frameOf('x'));
    if (!open) stream.end();
    const [head, flags] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders, number];
    assert.deepEqual([head[':status'], head['grpc-status'], flags & 1], [200, '4', 1]);
    assert.equal(head['proxy-status'], 'sluice; error=http_response_timeout');
  }
  await until(() => upstream.ends.length === 2);
  assert.deepEqual(upstream.ends, [CANCEL, CANCEL]);
});

test('grpc-timeout resets a call whose answer has begun with CANCEL, on both sides', async (t) => {
  const upstream = await carelessService(t);
  const site = await serve(t, upstream.port, NO_LIMITS);
  const stream = patientCall(t, site.http, '/begin', '150m');
  stream.end(frameOf('x'));
  stream.resume();
  const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  assert.equal(head['grpc-status'], undefined);
  await once(stream, 'close');
  assert.equal(stream.rstCode, CANCEL);
  await until(() => upstream.ends.length === 1);
  assert.deepEqual(upstream.ends, [CANCEL]);
});

test('the nearer of the caller and the route ends a call', async (t) => {
  const upstream = await carelessService(t);
  const site = await serve(t, upstream.port, '{response: 100ms, idle: infinity}');
  const stream = patientCall(t, site.http, '/silent', '1H');
  stream.end(frameOf('x'));
  const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  assert.equal(head['grpc-status'], '4');
});

test('grpc-timeout goes on as it came; one that is malformed bounds nothing here', async (t) => {
  const upstream = await carelessService(t);
  const site = await serve(t, upstream.port, NO_LIMITS);
  for (const timeout of ['99999999H', '0m', '1 fortnight']) {
    const stream = patientCall(t, site.http, '/begin', timeout);
    stream.end(frameOf('x'));
    await once(stream, 'data');
    assert.equal(upstream.heads.at(-1)?.['grpc-timeout'], timeout);
    stream.close();
  }
});

test('a client of gRPC passes the gateway: messages, failures, trailers, streams both ways', async (t) => {
  const echo = await echoService(t);
  const site = await serve(t, echo.port, NO_LIMITS);
  const client = grpcClient(t, site.http);
  const unary = await callUnary(client, '/test.Echo/Unary', 'hello', { metadata: { 'x-mine': 'kept' } });
  assert.deepEqual(
    [unary.code, unary.reply, unary.trailers.get('x-trailer')],
    [grpc.status.OK, 'hello', ['behind']],
  );
  assert.deepEqual(echo.calls[0]?.get('x-mine'), ['kept']);
  const failed = await callUnary(client, '/test.Echo/Fail', 'no ünicorns');
  assert.deepEqual([failed.code, failed.details], [grpc.status.NOT_FOUND, 'no ünicorns']);
  const slow = await callUnary(client, '/test.Echo/Silent', 'x', { deadlineMs: 100 });
  assert.equal(slow.code, grpc.status.DEADLINE_EXCEEDED);
  const text = (bytes: Buffer): string => bytes.toString();
  const chat = client.makeBidiStreamRequest('/test.Echo/Chat', (said: string) => Buffer.from(said), text);
  for (const word of ['one', 'two']) {
    chat.write(word);
    assert.deepEqual(await once(chat, 'data'), [`re: ${word}`]);
  }
  chat.end();
  const [{ code, metadata }] = (await once(chat.resume(), 'status')) as [grpc.StatusObject];
  assert.deepEqual([code, metadata.get('x-trailer')], [grpc.status.OK, ['behind']]);
});
