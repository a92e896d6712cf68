import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { type TestContext, test } from 'node:test';
import grpc from '@grpc/grpc-js';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { callUnary, grpcClient } from '../support/grpc.ts';
import { RawClient, rawServer } from '../support/raw.ts';

const { status } = grpc;

/** Routes whose answers are the gateway's own. `silent` takes requests and says nothing. */
async function start(t: TestContext): Promise<TestDataPlane> {
  const silent = await rawServer(t, () => {});
  return startTestDataPlane(t, {
    worker: { accessLog: 'all' },
    manifests: {
      'app.yaml': documents(
        service('silent', [silent.port]),
        service('empty', []),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes:
    - conditions: [{prefix: /no.Endpoints/}]
      services: [{name: empty, port: 80}]
    - conditions: [{prefix: /too.Slow/}]
      timeoutPolicy: {response: 100ms}
      services: [{name: silent, port: 80}]
    - conditions: [{prefix: /not.Now/}]
      directResponsePolicy: {statusCode: 403, body: "nicht für Dich: 100%"}
    - conditions: [{prefix: /all.Well/}]
      directResponsePolicy: {statusCode: 200, body: fine}
    - conditions: [{prefix: /moved.Away/}]
      requestRedirectPolicy: {hostname: other.test, statusCode: 302}
    - conditions: [{prefix: /rate.Limited/}]
      rateLimitPolicy: {local: {requests: 1, unit: hour}}
      directResponsePolicy: {statusCode: 503, body: first}`,
        ),
      ),
    },
  });
}

test('a gRPC client reads the failures of the gateway as statuses of gRPC', async (t) => {
  const site = await start(t);
  const client = grpcClient(t, site.http);
  const cases: [string, grpc.status, string][] = [
    ['/no.Route/Call', status.UNIMPLEMENTED, 'sluice: destination_not_found'],
    ['/no.Endpoints/Call', status.UNAVAILABLE, 'sluice: destination_unavailable'],
    ['/too.Slow/Call', status.DEADLINE_EXCEEDED, 'sluice: http_response_timeout'],
    ['/not.Now/Call', status.PERMISSION_DENIED, 'nicht für Dich: 100%'],
    ['/rate.Limited/Call', status.UNAVAILABLE, 'first'],
  ];
  for (const [path, code, details] of cases) {
    const outcome = await callUnary(client, path, 'hello');
    assert.deepEqual([outcome.code, outcome.details, outcome.reply], [code, details, null], path);
  }
  const limited = await callUnary(client, '/rate.Limited/Call', 'hello');
  assert.equal(limited.code, status.UNAVAILABLE);
  assert.notEqual(limited.details, 'first');
});

/** The head of an answer over HTTP/2, and whether the stream ended with it. */
async function ask(
  t: TestContext,
  port: number,
  fields: http2.OutgoingHttpHeaders,
): Promise<{ head: http2.IncomingHttpHeaders; ends: boolean; body: string }> {
  const session = http2.connect(`http://127.0.0.1:${port}`);
  t.after(() => session.close());
  const stream = session.request({ ':method': 'POST', ':authority': 'web.test', ...fields });
  stream.on('error', () => {});
  let body = '';
  stream.setEncoding('latin1').on('data', (text: string) => {
    body += text;
  });
  stream.end();
  const [head, ends] = await new Promise<[http2.IncomingHttpHeaders, boolean]>((resolve, reject) => {
    stream.once('response', (fields, flags) => resolve([fields, (flags & 1) !== 0]));
    stream.once('close', () => reject(new Error('no answer came')));
  });
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
  return { head, ends, body };
}

test('an answer to gRPC is one head: 200, its type, its status, proxy-status, and no length', async (t) => {
  const site = await start(t);
  const { head, ends } = await ask(t, site.http, {
    ':path': '/no.Endpoints/Call',
    'content-type': 'application/grpc+proto',
  });
  assert.equal(ends, true);
  const { date: _date, ...rest } = head;
  assert.deepEqual(Object.fromEntries(Object.entries(rest)), {
    ':status': 200,
    'content-type': 'application/grpc+proto',
    'grpc-status': '14',
    'grpc-message': 'sluice: destination_unavailable',
    'proxy-status': 'sluice; error=destination_unavailable',
    'retry-after': '1',
    server: 'sluice',
  });
});

test('what is no failure stays what it is for gRPC too, and failures stay for all others', async (t) => {
  const site = await start(t);
  const type = 'application/grpc';
  const redirect = await ask(t, site.http, { ':path': '/moved.Away/Call', 'content-type': type });
  assert.equal(redirect.head[':status'], 302);
  const well = await ask(t, site.http, { ':path': '/all.Well/Call', 'content-type': type });
  assert.deepEqual([well.head[':status'], well.head['content-type'], well.body], [200, 'text/plain', 'fine']);
  for (const other of ['application/json', 'application/grpcx', 'application/grpc-webx']) {
    const { head } = await ask(t, site.http, { ':path': '/no.Route/', 'content-type': other });
    assert.deepEqual([head[':status'], head['grpc-status']], [404, undefined], other);
  }
});

test('a request that is refused before it is one reads its refusal by gRPC as well', async (t) => {
  const site = await start(t);
  const wrongScheme = await ask(t, site.http, {
    ':scheme': 'https',
    ':path': '/a.B/C',
    'content-type': 'application/grpc',
  });
  assert.deepEqual(
    [wrongScheme.head[':status'], wrongScheme.head['grpc-status'], wrongScheme.head['proxy-status']],
    [200, '13', 'sluice; error=http_request_error'],
  );
  const fields = Object.fromEntries(Array.from({ length: 110 }, (_, i) => [`x-${i}`, 'y']));
  const tooMany = await ask(t, site.http, {
    ':path': '/a.B/C',
    'content-type': 'application/grpc',
    ...fields,
  });
  assert.deepEqual([tooMany.head[':status'], tooMany.head['grpc-status']], [200, '2']);
});

test('gRPC-web is told by the head too, over HTTP/1.1 with an empty body', async (t) => {
  const site = await start(t);
  const client = await RawClient.connect(t, site.http);
  client.send(
    'POST /no.Endpoints/Call HTTP/1.1\r\nhost: web.test\r\ncontent-type: application/grpc-web-text\r\ncontent-length: 0\r\n\r\n',
  );
  const answer = await client.until(/\r\n\r\n$/);
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /\r\ncontent-type: application\/grpc-web-text\r\ngrpc-status: 14\r\n/);
  assert.match(answer, /\r\ncontent-length: 0\r\n/);
});

test('the access log keeps the status that the gateway meant, beside that of gRPC', async (t) => {
  const site = await start(t);
  await callUnary(grpcClient(t, site.http), '/no.Endpoints/Call', 'hello');
  await until(() => site.log.length > 0);
  const line = JSON.parse(site.log[0] ?? '') as Record<string, unknown>;
  assert.deepEqual(
    [line.response_code, line.grpc_status, line.grpc_status_number, line.response_flags],
    [503, 'Unavailable', 14, 'UH'],
  );
});
