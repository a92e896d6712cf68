import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/gateway.ts';
import { proxied, statuses } from '../support/http1.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';

const OK = { onRequest: () => answerOf('ok') };

test('a request that breaks the rules is answered, ends the connection and never reaches the upstream', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  const get = 'GET / HTTP/1.1\r\nhost: web.test\r\n';
  const post = 'POST / HTTP/1.1\r\nhost: web.test\r\n';
  const cases: readonly [row: string, status: number, bytes: string][] = [
    ['A1 a bare LF ends the request line', 400, 'GET / HTTP/1.1\nhost: web.test\r\n\r\n'],
    ['A5 three empty lines stand before it', 400, `\r\n\r\n\r\n${get}\r\n`],
    ['A7 HTTP/0.9', 400, 'GET /\r\n\r\n'],
    ['A11 an HTTP version of the future', 505, 'GET / HTTP/9.9\r\nhost: web.test\r\n\r\n'],
    ['A16 a method in lower case', 501, 'get / HTTP/1.1\r\nhost: web.test\r\n\r\n'],
    ['B1 no host', 400, 'GET / HTTP/1.1\r\n\r\n'],
    ['B2 two hosts', 400, `${get}host: web.test\r\n\r\n`],
    ['B10 a host with bytes above ASCII', 400, 'GET / HTTP/1.1\r\nhost: \xffweb.test\xff\r\n\r\n'],
    ['B14 a target for another host', 400, 'GET http://other.test/ HTTP/1.1\r\nhost: web.test\r\n\r\n'],
    ['C1 a space before the colon', 400, `${get}x : y\r\n\r\n`],
    ['C4 a folded field', 400, `${get}x: y\r\n z\r\n\r\n`],
    ['C17 a bare CR that ends the head', 400, `${get}\rZGET /evil: HTTP/1.1\r\n\r\n`],
    ['C23 two of authorization', 400, `${get}authorization: a\r\nauthorization: b\r\n\r\n`],
    ['C23 two of if-match', 400, `${get}if-match: a\r\nif-match: b\r\n\r\n`],
    ['C25 more than 100 fields', 431, `${get}${'x: y\r\n'.repeat(100)}\r\n`],
    ['C25 a head above 32 KiB', 431, `${get}${`x: ${'y'.repeat(1000)}\r\n`.repeat(33)}\r\n`],
    ['C26 a name of 64 KiB', 431, `${get}${'x'.repeat(65_536)}: y\r\n\r\n`],
    ['C31 a PROXY header while it is off', 400, `PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n${get}\r\n`],
    ['D1 both framings', 400, `${post}content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nX`],
    ['D4 two equal lengths', 400, `${post}content-length: 1\r\ncontent-length: 1\r\n\r\nX`],
    ['D5 a list of lengths', 400, `${post}content-length: 5, 10\r\n\r\nhello`],
    ['D8 a signed length', 400, `${post}content-length: +5\r\n\r\nhello`],
    ['D10 a length with a rest', 400, `${post}content-length: 5;a\r\n\r\nhello`],
    ['D13 a length beyond 2^53-1', 400, `${post}content-length: 9007199254740993\r\n\r\nX`],
    ['D14 an unknown coding', 501, `${post}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['D16 a coding before chunked', 501, `${post}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['D17 chunked twice', 400, `${post}transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
    ['D20 chunked behind a no-break space', 400, `${post}transfer-encoding: \xa0chunked\r\n\r\n0\r\n\r\n`],
    ['D22 a framing field behind a space', 400, `${post}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['D23 a framing field behind a bare CR', 400, `${post}x: X\rtransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    [
      'D25 chunks in HTTP/1.0',
      400,
      'POST / HTTP/1.0\r\nhost: web.test\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['G2 connection names host', 400, `${get}connection: host\r\n\r\n`],
    ['G2 connection names cookie', 400, `${get}cookie: a\r\nconnection: close, Cookie\r\n\r\n`],
    ['H8 CONNECT', 405, 'CONNECT web.test:443 HTTP/1.1\r\nhost: web.test:443\r\n\r\nbody'],
    ['H10 TRACE', 405, 'TRACE / HTTP/1.1\r\nhost: web.test\r\nauthorization: secret\r\n\r\n'],
    ['I8 malformed percent-encoding', 400, 'GET /%zz HTTP/1.1\r\nhost: web.test\r\n\r\n'],
    ['I9 a NUL in the path', 400, 'GET /a%00 HTTP/1.1\r\nhost: web.test\r\n\r\n'],
  ];
  for (const [row, status, bytes] of cases) {
    await t.test(row, async () => {
      const received = await exchange(`${bytes}GET /next HTTP/1.1\r\nhost: web.test\r\n\r\n`);
      assert.deepEqual(statuses(received), [status]);
      assert.match(received, /\r\nconnection: close\r\n/);
      assert.match(received, /\r\nproxy-status: sluice; error=http_request_error\r\n/);
      assert.match(received, /\r\ncontent-length: 0\r\n/);
      assert.doesNotMatch(received, /secret/);
    });
  }
  assert.deepEqual(upstream.requests, []);
  assert.equal(upstream.connections.length, 0);
});

test('a request is forwarded in canonical form', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  const cases: readonly [row: string, bytes: string, line: string][] = [
    ['A5 behind two empty lines', '\r\n\r\nGET /a HTTP/1.1\r\nhost: web.test\r\n', 'GET /a HTTP/1.1'],
    ['A16 any upper-case method', 'PURGE /a HTTP/1.1\r\nhost: web.test\r\n', 'PURGE /a HTTP/1.1'],
    [
      'B16 a target without a path',
      'GET http://web.test?x HTTP/1.1\r\nhost: web.test\r\n',
      'GET /?x HTTP/1.1',
    ],
    ['G8 HTTP/1.0 as HTTP/1.1', 'GET /a HTTP/1.0\r\nhost: web.test\r\n', 'GET /a HTTP/1.1'],
    ['I1 dot segments', 'GET /a/../b/./c HTTP/1.1\r\nhost: web.test\r\n', 'GET /b/c HTTP/1.1'],
    ['I1 above the root', 'GET /../../x HTTP/1.1\r\nhost: web.test\r\n', 'GET /x HTTP/1.1'],
    ['I2 encoded dots', 'GET /a/%2e%2e/b HTTP/1.1\r\nhost: web.test\r\n', 'GET /b HTTP/1.1'],
    ['I4 an encoded slash stays', 'GET /a%2fb HTTP/1.1\r\nhost: web.test\r\n', 'GET /a%2fb HTTP/1.1'],
    ['I5 a semicolon is data', 'GET /..;/x HTTP/1.1\r\nhost: web.test\r\n', 'GET /..;/x HTTP/1.1'],
    ['I7 decoded once only', 'GET /%252e%252e HTTP/1.1\r\nhost: web.test\r\n', 'GET /%252e%252e HTTP/1.1'],
  ];
  for (const [row, bytes, line] of cases) {
    await t.test(row, async () => {
      const before = upstream.requests.length;
      const received = await exchange(`${bytes}connection: close\r\n\r\n`);
      assert.deepEqual(statuses(received), [200]);
      assert.equal(upstream.requests.length, before + 1);
      assert.equal(upstream.requests[before]?.head.split('\r\n')[0], line);
    });
  }
});

test('the host is matched and forwarded lower-case, without its dot and default port (B11)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  await exchange('GET / HTTP/1.1\r\nHost: Web.TEST.:80\r\nConnection: close\r\n\r\n');
  assert.match(upstream.requests[0]?.head ?? '', /^GET \/ HTTP\/1\.1\r\nhost: web\.test\r\n/);
});

test('OPTIONS * is answered by the gateway (A25)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  const received = await exchange('OPTIONS * HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n');
  assert.match(received, /^HTTP\/1\.1 204 No Content\r\n/);
  assert.doesNotMatch(received, /content-length/);
  assert.deepEqual(upstream.requests, []);
});

test('forwarding fields of an untrusted client are replaced, x-forwarded-for is appended to (B20)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  await exchange(
    'GET / HTTP/1.1\r\nhost: web.test\r\nX-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\n' +
      'X-Forwarded-Proto: https\r\nX_Forwarded_Proto: https\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: 1\r\n' +
      'Forwarded: for=evil\r\nX-Real-IP: 6.6.6.6\r\nX-Client-Cert: evil\r\nX_Real-IP: 6.6.6.6\r\n' +
      'x-envoy-original-path: /evil\r\nx-other: kept\r\nconnection: close\r\n\r\n',
  );
  const head = upstream.requests[0]?.head ?? '';
  assert.match(head, /\r\nx-forwarded-for: 1\.1\.1\.1, 2\.2\.2\.2, 127\.0\.0\.1\r\n/);
  assert.match(head, /\r\nx-forwarded-proto: http\r\n/);
  assert.match(head, /\r\nx-forwarded-host: web\.test\r\n/);
  assert.match(head, /\r\nx-other: kept\r\n/);
  assert.doesNotMatch(head, /evil|6\.6\.6\.6|https|_|x-forwarded-port/);
});

test('what connection names is removed first, then the own fields are added (G1)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  await exchange(
    'GET / HTTP/1.1\r\nhost: web.test\r\nx-forwarded-for: 1.1.1.1\r\nx-mine: a\r\nkeep-alive: timeout=1\r\n' +
      'Connection: close, X-Forwarded-For\r\nconnection: x-mine\r\n\r\n',
  );
  const head = upstream.requests[0]?.head ?? '';
  assert.match(head, /\r\nx-forwarded-for: 127\.0\.0\.1\r\n/);
  assert.doesNotMatch(head, /x-mine|1\.1\.1\.1|keep-alive|connection/);
});

test('only te: trailers goes on (G7)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  await exchange(
    'GET / HTTP/1.1\r\nhost: web.test\r\nte: trailers, gzip;q=1\r\nconnection: te, close\r\n\r\n',
  );
  const head = upstream.requests[0]?.head ?? '';
  assert.match(head, /\r\nconnection: te\r\nte: trailers\r\n\r\n$/);
});

test('latin1 values pass byte for byte in both directions (C20)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: () => answerOf('ok', '200 OK', 'x-back: \x85\xe9\xa0\r\n'),
  });
  const { exchange } = await proxied(t, upstream);
  const received = await exchange(
    'GET / HTTP/1.1\r\nhost: web.test\r\nx-there: \x85\xff\xa0\r\nconnection: close\r\n\r\n',
  );
  assert.match(upstream.requests[0]?.head ?? '', /\r\nx-there: \x85\xff\xa0\r\n/);
  assert.match(received, /\r\nx-back: \x85\xe9\xa0\r\n/);
});

test('a length is written anew in canonical form, and what follows it is the next request (D11, D28)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  const received = await exchange(
    'POST /1 HTTP/1.1\r\nhost: web.test\r\ncontent-length: 005\r\n\r\nhello' +
      'POST /2 HTTP/1.1\r\nhost: web.test\r\ncontent-length: 0\r\n\r\nX' +
      'GET /3 HTTP/1.1\r\nhost: web.test\r\n\r\n' +
      'get /4 HTTP/1.1\r\nhost: web.test\r\n\r\n',
  );
  assert.deepEqual(statuses(received), [200, 200, 200, 501]);
  assert.match(upstream.requests[0]?.head ?? '', /\r\ncontent-length: 5\r\n/);
  assert.equal(upstream.requests[0]?.body, 'hello');
  assert.match(upstream.requests[2]?.head ?? '', /^XGET \/3 /);
});

test('a body of HTTP/1.0 without a length is empty (D26)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  const received = await exchange('POST / HTTP/1.0\r\nhost: web.test\r\n\r\nbody');
  assert.deepEqual(statuses(received), [200]);
  assert.match(received, /\r\nconnection: close\r\n/);
  assert.match(upstream.connections[0]?.received ?? '', /\r\ncontent-length: 0\r\n\r\n$/);
});

test('a POST without framing has no body and the connection stays (D29)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  const received = await exchange(
    'POST / HTTP/1.1\r\nhost: web.test\r\n\r\nGET / HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n',
  );
  assert.deepEqual(statuses(received), [200, 200]);
});

test('a head that drips gets 408 at a deadline for all of it (C28)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream, { settings: { headTimeoutMs: 200 } });
  const client = await connect();
  const head = 'GET / HTTP/1.1\r\nhost: web.test\r\nx: ';
  client.send(head.slice(0, 10));
  let at = 10;
  const drip = setInterval(() => client.send(head[at++] ?? 'y'), 10);
  t.after(() => clearInterval(drip));
  const received = await client.untilEnd();
  clearInterval(drip);
  assert.deepEqual(statuses(received), [408]);
  assert.match(received, /\r\nconnection: close\r\n/);
  assert.deepEqual(upstream.requests, []);
});

test('the head deadline runs on through empty lines (A5)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream, { settings: { headTimeoutMs: 100 } });
  assert.deepEqual(statuses(await exchange('\r\n')), [408]);
});

test('a head that breaks off is closed without an answer (C29)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.socket.end('GET / HTTP/1.1\r\nhost: web.test');
  assert.equal(await client.untilEnd(), '');
  assert.deepEqual(upstream.requests, []);
});

test('a head that comes byte by byte is served, with its body and what follows', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  const bytes =
    'POST / HTTP/1.1\r\nhost: web.test\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nx: y\r\n\r\n' +
    'GET /next HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n';
  for (const byte of bytes) {
    client.send(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(statuses(await client.untilEnd()), [200, 200]);
  assert.equal(upstream.requests[0]?.body, 'hello');
  assert.doesNotMatch(upstream.connections[0]?.received ?? '', /a=b|x: y/);
});

test('a client that ends its side behind its requests gets all answers', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.socket.end('GET /1 HTTP/1.1\r\nhost: web.test\r\n\r\n'.repeat(3));
  assert.deepEqual(statuses(await client.untilEnd()), [200, 200, 200]);
  await until(() => upstream.requests.length === 3);
});
