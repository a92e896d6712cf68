import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { METRIC } from '../../src/telemetry/metric-cells.ts';
import { ask, parseReply } from '../support/ask.ts';
import { closedPort } from '../support/closed-port.ts';
import { startTestDataPlane, type TestDataPlane } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import { answerOf, type Http1Upstream, http1Upstream, type SeenRequest } from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

const WEB = 'default/web/80';

/** @param policy Fields of `retryPolicy`. @param route Further fields of the route. */
function serve(
  t: TestContext,
  ports: readonly number[],
  policy: string,
  options: { readonly route?: string; readonly retries?: number } = {},
): Promise<TestDataPlane> {
  const { route = '', retries = 3 } = options;
  return startTestDataPlane(t, {
    compile: {
      breaker: {
        connections: 1024,
        pendingRequests: 1024,
        requests: 1024,
        retries,
        perEndpointConnections: 0,
      },
    },
    manifests: {
      'app.yaml': documents(
        service('web', ports),
        httpProxy(
          'web',
          `  virtualhost: {fqdn: web.test}
  routes: [{retryPolicy: {${policy}}, ${route} services: [{name: web, port: 80}]}]`,
        ),
      ),
    },
  });
}

/** Fails in some way at first, then answers. */
function failing(
  t: TestContext,
  fail: (request: SeenRequest) => string | undefined,
  times = 1,
): Promise<Http1Upstream> {
  let failed = 0;
  return http1Upstream(t, {
    onRequest: (request) => (failed++ < times ? fail(request) : answerOf(`fine ${request.body}`)),
  });
}

const status = (line: string, fields = '') => answerOf('bad', line, fields);
const drop = ({ socket }: SeenRequest): undefined => void socket.destroy();

const ANSWERS: readonly {
  readonly on: string;
  readonly answer: string;
  readonly retried: boolean;
}[] = [
  { on: '5xx', answer: status('500 Oops'), retried: true },
  { on: '5xx', answer: status('503 Busy'), retried: true },
  { on: '5xx', answer: status('404 Not Found'), retried: false },
  { on: 'gateway-error', answer: status('502 Bad'), retried: true },
  { on: 'gateway-error', answer: status('504 Late'), retried: true },
  { on: 'gateway-error', answer: status('500 Oops'), retried: false },
  { on: 'retriable-4xx', answer: status('409 Conflict'), retried: true },
  { on: 'retriable-4xx', answer: status('408 Timeout'), retried: false },
  { on: 'retriable-status-codes', answer: status('418 Tea'), retried: true },
  { on: 'retriable-status-codes', answer: status('419 Other'), retried: false },
  { on: 'envoy-ratelimited', answer: status('429 Slow', 'x-envoy-ratelimited: true\r\n'), retried: true },
  { on: 'envoy-ratelimited', answer: status('429 Slow'), retried: false },
  { on: 'cancelled', answer: status('200 OK', 'grpc-status: 1\r\n'), retried: true },
  { on: 'deadline-exceeded', answer: status('200 OK', 'grpc-status: 4\r\n'), retried: true },
  { on: 'resource-exhausted', answer: status('200 OK', 'grpc-status: 8\r\n'), retried: true },
  { on: 'internal', answer: status('200 OK', 'grpc-status: 13\r\n'), retried: true },
  { on: 'unavailable', answer: status('200 OK', 'grpc-status: 14\r\n'), retried: true },
  { on: 'unavailable', answer: status('200 OK', 'grpc-status: 0\r\n'), retried: false },
  { on: 'connect-failure', answer: status('503 Busy'), retried: false },
  { on: 'reset', answer: status('503 Busy'), retried: false },
  { on: 'retriable-headers', answer: status('503 Busy'), retried: false },
];

for (const { on, answer, retried } of ANSWERS) {
  const line = answer.slice(0, answer.indexOf('\r\n'));
  test(`retryOn ${on} ${retried ? 'repeats' : 'passes on'} ${line}`, async (t) => {
    const upstream = await failing(t, () => answer);
    const plane = await serve(t, [upstream.port], `retryOn: [${on}], retriableStatusCodes: [418]`);
    const reply = await ask(t, plane.http, {
      host: 'web.test',
      method: 'POST',
      headers: ['content-length: 0'],
    });
    assert.equal(reply.body, retried ? 'fine ' : 'bad');
    assert.equal(upstream.requests.length, retried ? 2 : 1);
    assert.deepEqual(gauges(plane), IDLE);
  });
}

const FAULTS: readonly { readonly on: string; readonly retried: boolean }[] = [
  { on: '5xx', retried: true },
  { on: 'gateway-error', retried: true },
  { on: 'reset', retried: true },
  { on: 'connect-failure', retried: false },
  { on: 'reset-before-request', retried: false },
  { on: 'retriable-4xx', retried: false },
];

for (const { on, retried } of FAULTS) {
  test(`retryOn ${on} ${retried ? 'repeats' : 'gives up on'} a request whose connection broke`, async (t) => {
    const upstream = await failing(t, drop);
    const plane = await serve(t, [upstream.port], `retryOn: [${on}]`);
    const reply = await ask(t, plane.http, {
      host: 'web.test',
      method: 'POST',
      headers: ['content-length: 0'],
    });
    assert.equal(reply.status, retried ? 200 : 503);
    assert.deepEqual(gauges(plane), IDLE);
  });
}

test('retryOn connect-failure goes on where the try of our own accord ends', async (t) => {
  const ports = [await closedPort(), await closedPort()];
  const plane = await serve(t, ports, 'count: 2, retryOn: [connect-failure]');
  assert.equal((await ask(t, plane.http, { host: 'web.test' })).status, 503);
  const tries = ports.reduce((sum, port) => sum + plane.endpoint(port).connectFailures, 0);
  assert.equal(tries, 4, 'the first, one of our own accord, two by the policy');
});

test('count bounds the retries, and the last answer is passed on', async (t) => {
  for (const [count, tries] of [
    [0, 2],
    [1, 2],
    [3, 4],
    [-1, 1],
  ] as const) {
    const upstream = await failing(t, () => status('503 Busy'), 100);
    const plane = await serve(t, [upstream.port], `count: ${count}`);
    const reply = await ask(t, plane.http, { host: 'web.test' });
    assert.equal(reply.status, 503);
    assert.equal(reply.body, 'bad');
    assert.equal(upstream.requests.length, tries, `count: ${count}`);
    assert.equal(plane.upstream(WEB).retries, tries - 1);
  }
});

test('a retry by policy goes to another endpoint where there is one', async (t) => {
  const bad = await http1Upstream(t, { onRequest: () => status('503 Busy') });
  const good = await http1Upstream(t, { onRequest: () => answerOf('fine ') });
  const plane = await serve(t, [bad.port, good.port], 'count: 1');
  for (let i = 0; i < 6; i++) {
    assert.equal((await ask(t, plane.http, { host: 'web.test' })).body, 'fine ');
  }
});

for (const on of ['5xx', 'gateway-error', 'reset']) {
  test(`perTryTimeout ends a try that hangs; retryOn ${on} makes another`, async (t) => {
    const upstream = await failing(t, () => undefined);
    const plane = await serve(t, [upstream.port], `perTryTimeout: 150ms, retryOn: [${on}]`);
    const reply = await ask(t, plane.http, { host: 'web.test' });
    assert.equal(reply.body, 'fine ');
    assert.equal(upstream.requests.length, 2);
    assert.deepEqual(gauges(plane), IDLE);
  });
}

test('perTryTimeout of the last try is a 504, and the response timeout holds over all tries', async (t) => {
  const upstream = await http1Upstream(t, {});
  const plane = await serve(t, [upstream.port], 'count: 2, perTryTimeout: 40ms');
  assert.equal((await ask(t, plane.http, { host: 'web.test' })).status, 504);
  assert.equal(upstream.requests.length, 3);
  const slow = await serve(t, [upstream.port], 'count: 2, perTryTimeout: 80ms', {
    route: 'timeoutPolicy: {response: 100ms},',
  });
  const reply = await ask(t, slow.http, { host: 'web.test' });
  assert.equal(reply.status, 504);
  assert.equal(reply.headers.get('proxy-status'), 'sluice; error=http_response_timeout');
  assert.equal(upstream.requests.length <= 5, true);
  assert.deepEqual(gauges(slow), IDLE);
});

test('a try that has begun to answer is not cut by perTryTimeout', async (t) => {
  let finish = () => {};
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket, head }) => {
      if (head.startsWith('GET /hang')) return undefined;
      finish = () => void socket.write('lo');
      return 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel';
    },
  });
  const plane = await serve(t, [upstream.port], 'perTryTimeout: 150ms');
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await client.until(/hel$/);
  // One that hangs for two tries proves that the time has passed.
  assert.equal((await ask(t, plane.http, { host: 'web.test', path: '/hang' })).status, 504);
  finish();
  await client.until(/hello$/);
});

/** Bodies by size: repeated up to 64 KiB. */
const BODIES: readonly { readonly bytes: number; readonly chunked: boolean; readonly repeated: boolean }[] = [
  { bytes: 1, chunked: false, repeated: true },
  { bytes: 64 * 1024, chunked: false, repeated: true },
  { bytes: 64 * 1024, chunked: true, repeated: true },
  { bytes: 64 * 1024 + 1, chunked: false, repeated: false },
  { bytes: 64 * 1024 + 1, chunked: true, repeated: false },
  { bytes: 300 * 1024, chunked: false, repeated: false },
];

for (const { bytes, chunked, repeated } of BODIES) {
  const how = chunked ? 'in chunks' : 'of known length';
  test(`a body of ${bytes} bytes ${how} is ${repeated ? 'sent again whole' : 'not sent again'}`, async (t) => {
    const upstream = await failing(t, () => status('503 Busy'));
    const plane = await serve(t, [upstream.port], 'count: 1');
    const body = Buffer.alloc(bytes, 'abcdefghij').toString('latin1');
    const client = await RawClient.connect(t, plane.http);
    const fields = chunked ? 'transfer-encoding: chunked' : `content-length: ${bytes}`;
    client.send(`POST / HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n${fields}\r\n\r\n`);
    client.send(chunked ? `${bytes.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body);
    const reply = parseReply(await client.untilEnd());
    assert.equal(reply.body, repeated ? `fine ${body}` : 'bad');
    assert.equal(upstream.requests.length, repeated ? 2 : 1);
    assert.deepEqual(gauges(plane), IDLE);
  });
}

test('a body that is still on its way is repeated as far as it came, and goes on', async (t) => {
  let failed = false;
  const upstream = await http1Upstream(t, {
    onHead: (request) => {
      if (failed) return undefined;
      failed = true;
      request.socket.destroy();
      return undefined;
    },
    onRequest: ({ body }) => answerOf(`fine ${body}`),
  });
  const plane = await serve(t, [upstream.port], 'retryOn: [reset]');
  const client = await RawClient.connect(t, plane.http);
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 10\r\n\r\nhello');
  await until(() => upstream.requests.length === 2);
  client.send('world');
  await client.until(/fine helloworld$/);
});

test('retries at once are bounded by the circuit breaker: one beyond it gets the first failure', async (t) => {
  const held: SeenRequest[] = [];
  const upstream = await http1Upstream(t, {
    onRequest: (request) => {
      if (request.head.includes('/hold') && held.push(request) > 1) return undefined;
      return status('503 Busy');
    },
  });
  const plane = await serve(t, [upstream.port], 'count: 1', { retries: 1 });
  const holding = await RawClient.connect(t, plane.http);
  holding.send('GET /hold HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => held.length === 2);
  assert.equal(plane.upstream(WEB).activeRetries, 1);
  assert.equal((await ask(t, plane.http, { host: 'web.test', path: '/other' })).status, 503);
  assert.equal(upstream.requests.filter(({ head }) => head.startsWith('GET /other')).length, 1);
  assert.equal(plane.metric(METRIC.retriesRefused), 1);
  held[1]?.socket.write(answerOf('done'));
  await holding.until(/done$/);
  assert.deepEqual(gauges(plane), IDLE);
});

test('retries stay below a fifth of the requests and three a second', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => status('503 Busy') });
  const plane = await serve(t, [upstream.port], 'count: 1', { retries: 100 });
  const before = performance.now();
  const requests = 60;
  for (let i = 0; i < requests; i++) await ask(t, plane.http, { host: 'web.test' });
  const windows = Math.ceil((performance.now() - before) / 1000) + 1;
  const retries = upstream.requests.length - requests;
  assert.equal(retries >= 3, true, `${retries} retries`);
  assert.equal(retries <= 0.2 * requests + 3 * windows, true, `${retries} retries in ${windows} s`);
  assert.equal(plane.metric(METRIC.retriesRefused), requests - retries);
});

test('no retry once the client has a byte of the response', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket }) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf');
      return undefined;
    },
  });
  const plane = await serve(t, [upstream.port], 'count: 3, retryOn: [5xx, reset]');
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  assert.match(await client.untilEnd(), /half$/);
  assert.equal(upstream.requests.length, 1);
  assert.deepEqual(gauges(plane), IDLE);
});

test('a client that leaves while a retry waits ends it', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => status('503 Busy') });
  const plane = await serve(t, [upstream.port], 'count: 100', { retries: 100 });
  const client = await RawClient.connect(t, plane.http);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => upstream.requests.length > 0);
  client.socket.resetAndDestroy();
  await until(() => plane.upstream(WEB).active === 0);
  assert.deepEqual(gauges(plane), IDLE);
});

const IDLE = { active: 0, activeRetries: 0, pending: 0 };

function gauges(plane: TestDataPlane): typeof IDLE {
  const { active, activeRetries, pending } = plane.upstream(WEB);
  return { active, activeRetries, pending };
}
