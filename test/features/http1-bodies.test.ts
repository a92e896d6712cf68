import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../support/gateway.ts';
import { metric, proxied, statuses } from '../support/http1.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';

const OK = { onRequest: () => answerOf('ok') };
const CHUNKED_POST = 'POST / HTTP/1.1\r\nhost: web.test\r\ntransfer-encoding: chunked\r\n\r\n';

test('a chunked body that breaks the rules is 400 and aborts the upstream request without a last chunk (E)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream);
  const cases: readonly [row: string, status: number, bytes: string][] = [
    ['E1 a prefix of hexadecimal', 400, '0x5\r\nhello\r\n0\r\n\r\n'],
    ['E4 an empty size', 400, '\r\nhello\r\n0\r\n\r\n'],
    ['E5 a size of 17 digits', 400, 'FFFFFFFFFFFFFFFF0\r\nhello\r\n'],
    ['E7 data beyond the size', 400, '5\r\nhello!!\r\n0\r\n\r\n'],
    ['E8 a bare LF behind the size', 400, '5\nhello\r\n0\r\n\r\n'],
    ['E10 a bare LF in an extension', 400, '5;\nhello\r\n0\r\n\r\n'],
    ['E13 a quote that does not close', 400, '5;a="x\r\ny"\r\nhello\r\n0\r\n\r\n'],
    ['E17 one CRLF too many', 400, '5\r\nhello\r\n\r\n0\r\n\r\n'],
    ['E20 no new start at the next line', 400, 'INVALID!!!\r\n'],
    ['F4 a trailer section above 8 KiB', 431, `0\r\n${`x: ${'y'.repeat(100)}\r\n`.repeat(90)}\r\n`],
    ['F4 more than 32 trailers', 431, `0\r\n${'x: y\r\n'.repeat(33)}\r\n`],
  ];
  for (const together of [false, true]) {
    for (const [row, status, bytes] of cases) {
      await t.test(`${row}, ${together ? 'in one segment' : 'behind a good chunk'}`, async () => {
        const client = await connect();
        if (together) {
          client.send(CHUNKED_POST + bytes);
        } else {
          client.send(`${CHUNKED_POST}4\r\ngood\r\n`);
          const before = upstream.requests.length;
          await until(() => upstream.requests.length > before || upstream.requests.at(-1)?.body === 'good');
          client.send(bytes);
        }
        client.send('GET /next HTTP/1.1\r\nhost: web.test\r\n\r\n');
        const received = await client.untilEnd();
        assert.deepEqual(statuses(received), [status]);
        assert.match(received, /\r\nconnection: close\r\n/);
        assert.match(received, /\r\nproxy-status: sluice; error=http_request_error\r\n/);
        client.socket.end();
        await until(() => upstream.connections.every((each) => each.closed));
        assert.doesNotMatch(upstream.connections.at(-1)?.received ?? '', /\r\n0\r\n|next|INVALID|!!/);
      });
    }
  }
});

test('a body that breaks off aborts the upstream request without a last chunk (E19)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream);
  const cases = [
    ['by FIN, chunked', `${CHUNKED_POST}5\r\nhello\r\n`, false],
    ['by FIN, by length', 'POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 50\r\n\r\nhello', false],
    ['by RST, chunked', `${CHUNKED_POST}5\r\nhello\r\n`, true],
  ] as const;
  for (const [name, bytes, reset] of cases) {
    await t.test(name, async () => {
      const client = await connect();
      const before = upstream.requests.length;
      client.send(bytes);
      await until(() => upstream.requests[before]?.body === 'hello');
      if (reset) client.socket.resetAndDestroy();
      else client.socket.end();
      await until(() => upstream.connections.at(-1)?.closed === true);
      assert.match(upstream.connections.at(-1)?.received ?? '', /hello(\r\n)?$/);
      assert.equal(client.received, '');
    });
  }
});

test('chunks are coalesced, their extensions and trailers dropped (E16, F1, F2)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  const count = 20_000;
  const trailers =
    'Content-Length: 50\r\nTransfer-Encoding: chunked\r\nHost: evil\r\nAuthorization: evil\r\nCookie: evil\r\n' +
    'Content-Type: evil\r\nConnection: evil\r\nX:POST / HTTP/1.1\r\n';
  const received = await exchange(
    `POST / HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\nte: trailers\r\ntransfer-encoding: chunked\r\n\r\n` +
      `${'1;a="b;c"\r\na\r\n'.repeat(count)}0\r\n${trailers}\r\n`,
  );
  assert.deepEqual(statuses(received), [200]);
  assert.equal(upstream.requests[0]?.body, 'a'.repeat(count));
  const sent = upstream.connections[0]?.received ?? '';
  assert.doesNotMatch(sent, /evil|X:POST|a=/);
  assert.match(sent, /\r\n0\r\n\r\n$/);
  assert.equal(sent.length < count + 2000, true);
});

test('a body goes to the upstream by the framing it came with, and the connection lives on', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  const big = 'y'.repeat(100_000);
  const rounds: readonly [bytes: string, body: string][] = [
    ['content-length: 5\r\n\r\nhello', 'hello'],
    ['transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n', 'hello!'],
    ['content-length: 0\r\n\r\n', ''],
    ['transfer-encoding: chunked\r\n\r\n0\r\n\r\n', ''],
    [`content-length: ${big.length}\r\n\r\n${big}`, big],
    [`transfer-encoding: chunked\r\n\r\n${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`, big],
  ];
  for (const [index, [bytes, body]] of rounds.entries()) {
    client.send(`POST / HTTP/1.1\r\nhost: web.test\r\n${bytes}`);
    await until(() => statuses(client.received).length === index + 1);
    const request = upstream.requests.at(-1);
    assert.equal(request?.body, body);
    assert.equal(request?.head.includes('chunked'), bytes.startsWith('transfer'));
  }
  assert.equal(upstream.connections.length, 1);
  assert.deepEqual(new Set(statuses(client.received)), new Set([200]));
});

test('Expect: 100-continue is answered once by the gateway and not forwarded (H11)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: () => `HTTP/1.1 100 Continue\r\n\r\n${answerOf('ok')}`,
  });
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.send(
    'POST / HTTP/1.1\r\nhost: web.test\r\nexpect: 100-continue\r\ncontent-length: 5\r\nconnection: close\r\n\r\n',
  );
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  client.send('hello');
  assert.deepEqual(statuses(await client.untilEnd()), [100, 200]);
  assert.doesNotMatch(upstream.requests[0]?.head ?? '', /expect/);
  assert.equal(upstream.requests[0]?.body, 'hello');
});

test('Expect is not for HTTP/1.0, nor for a request that no route takes (H11, H13)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { exchange } = await proxied(t, upstream);
  const fields = 'expect: 100-continue\r\ncontent-length: 5\r\n\r\n';
  assert.deepEqual(statuses(await exchange(`POST / HTTP/1.0\r\nhost: web.test\r\n${fields}hello`)), [200]);
  // The answer is final: what follows is the body that nobody asked for, or nothing.
  const received = await exchange(
    `POST / HTTP/1.1\r\nhost: unknown.test\r\n${fields}GET / HTTP/1.1\r\nhost: web.test\r\n\r\n`,
  );
  assert.deepEqual(statuses(received), [404]);
  assert.match(received, /\r\nconnection: close\r\n/);
  assert.deepEqual(statuses(await exchange('GET / HTTP/1.1\r\nhost: web.test\r\nexpect: x\r\n\r\n')), [417]);
  assert.equal(upstream.requests.length, 1);
});

test('a final status of the upstream before the body was read closes after it (H13)', async (t) => {
  const upstream = await http1Upstream(t, { onHead: () => answerOf('no', '401 Unauthorized') });
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\nexpect: 100-continue\r\ncontent-length: 99\r\n\r\n');
  await client.until(/no$/);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  const received = await client.untilEnd();
  assert.deepEqual(statuses(received), [100, 401]);
  assert.match(received, /\r\nconnection: close\r\n/);
  assert.equal(upstream.requests.length, 1);
});

test('a client that never sends the body it announced gets 408 (H14, J4)', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream, { settings: { requestTimeoutMs: 100 } });
  const client = await connect();
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n');
  const received = await client.untilEnd();
  assert.deepEqual(statuses(received), [100, 408]);
  await until(() => upstream.connections[0]?.closed === true);
});

test('an answer of our own to a request whose body is there does not end the connection', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.send('POST / HTTP/1.1\r\nhost: unknown.test\r\ncontent-length: 5\r\n\r\nhello');
  await client.until(/ 404 /);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
  assert.doesNotMatch(await client.until(/ok$/), /connection: close/);
});

test('an answer of our own to a request whose body is on its way ends the connection and reaches the client', async (t) => {
  const upstream = await http1Upstream(t, OK);
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.send('POST / HTTP/1.1\r\nhost: unknown.test\r\ncontent-length: 50000\r\n\r\n');
  await client.until(/ 404 /);
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n'.repeat(500));
  assert.deepEqual(statuses(await client.untilEnd()), [404]);
  assert.deepEqual(upstream.requests, []);
});

test('requests are counted and logged as they ended', async (t) => {
  const upstream = await http1Upstream(t, {
    onHead: ({ head }) => (head.includes('/early') ? answerOf('early', '413 Content Too Large') : undefined),
    onRequest: ({ head }) =>
      head.includes('/early') || head.includes('/gone') ? undefined : answerOf('hello'),
  });
  const path = join(tmpdir(), `sluice-test-${process.pid}-${Date.now()}.log`);
  t.after(() => rm(path, { force: true }));
  const { connect, exchange, gateway } = await proxied(t, upstream, {
    static: { accessLog: { kind: 'file', path } },
  });
  await exchange(
    'POST /whole HTTP/1.1\r\nhost: web.test\r\nuser-agent: me\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc',
  );
  await exchange('BAD\r\n\r\n');
  await exchange(`${CHUNKED_POST.replace('/', '/chunks')}Z\r\n`);
  const early = await connect();
  early.send('POST /early HTTP/1.1\r\nhost: web.test\r\ncontent-length: 9\r\n\r\n');
  await early.untilEnd();
  const gone = await connect();
  gone.send('GET /gone HTTP/1.1\r\nhost: web.test\r\n\r\n');
  await until(() => upstream.requests.some(({ head }) => head.includes('/gone')));
  gone.socket.resetAndDestroy();
  // Breaks off inside its head: no request at all (C29).
  const half = await connect();
  half.socket.end('GET /half HT');
  await half.untilEnd();
  const lines = async () =>
    (await readFile(path, 'latin1').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await until(async () => (await lines()).length >= 5);
  const logged = (await lines()).map((line) => [
    line.method,
    line.path,
    line.response_code,
    line.response_flags,
    line.bytes_received,
    line.bytes_sent,
  ]);
  assert.deepEqual(logged, [
    ['POST', '/whole', 200, undefined, 3, 5],
    [undefined, undefined, 400, 'DPE', 0, 0],
    ['POST', '/chunks', 400, 'DPE', 0, 0],
    ['POST', '/early', 413, undefined, 0, 5],
    ['GET', '/gone', 0, 'DC', 0, 0],
  ]);
  assert.match(String((await lines())[0]?.upstream_local_address), /^127\.0\.0\.1:\d+$/);
  const counted = (code: number) => metric(gateway, `sluice_requests_total{listener="http",code="${code}"}`);
  assert.deepEqual(await Promise.all([200, 400, 413, 0].map(counted)), [1, 2, 1, 1]);
  assert.equal(await metric(gateway, 'sluice_errors_total{error="http_request_error"}'), 2);
  assert.equal(await metric(gateway, 'sluice_errors_total{error="client_disconnected"}'), 1);
});
