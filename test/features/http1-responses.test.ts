import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/gateway.ts';
import { proxied, statuses } from '../support/http1.ts';
import { answerOf, http1Upstream } from '../support/http1-upstream.ts';

const GET = 'GET / HTTP/1.1\r\nhost: web.test\r\n\r\n';
const LAST = 'GET /last HTTP/1.1\r\nhost: web.test\r\nconnection: close\r\n\r\n';

test('an answer that breaks the rules is 502, and its connection is not used again', async (t) => {
  let bytes = '';
  const upstream = await http1Upstream(t, { onRequest: () => bytes });
  const { connect } = await proxied(t, upstream);
  const cases: readonly [row: string, bytes: string][] = [
    [
      'K1 both framings',
      'HTTP/1.1 200 OK\r\ncontent-length: 0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['K2 two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n'],
    ['K2 a length that is no number', 'HTTP/1.1 200 OK\r\ncontent-length: abc\r\n\r\n'],
    ['K2 a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5, 6\r\n\r\nhello'],
    ['K4 chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['K5 a folded field', 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n'],
    ['K7 a bare LF', 'HTTP/1.1 200 OK\ncontent-length: 0\r\n\r\n'],
    ['K7 a bare CR', 'HTTP/1.1 200 OK\rcontent-length: 0\r\n\r\n'],
    ['K8 a status of one digit', 'HTTP/1.1 2 OK\r\ncontent-length: 0\r\n\r\n'],
    ['K8 another protocol', 'HTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['K8 another version', 'HTTP/5.6 200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['K8 two spaces', 'HTTP/1.1  200 OK\r\ncontent-length: 0\r\n\r\n'],
    ['K19 a head above 64 KiB', `HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(1000)}\r\n`.repeat(66)}\r\n`],
    ['an unknown coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n'],
    ['H5 a 101 that nobody asked for', 'HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'],
    ['a first chunk that is malformed', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZ\r\n'],
  ];
  const client = await connect();
  let count = 0;
  for (const [row, answer] of cases) {
    await t.test(row, async () => {
      bytes = answer;
      client.send(GET);
      count++;
      await until(() => statuses(client.received).length === count);
      assert.equal(statuses(client.received).at(-1), 502);
      const last = upstream.connections.at(-1);
      await until(() => last?.closed === true);
      assert.equal(upstream.connections.length, count);
    });
  }
  assert.match(client.received, /\r\nproxy-status: sluice; error=http_protocol_error\r\n/);
  assert.match(client.received, /\r\nproxy-status: sluice; error=http_response_header_section_size\r\n/);
  assert.match(client.received, /\r\nproxy-status: sluice; error=http_response_transfer_coding\r\n/);
  assert.match(client.received, /\r\nproxy-status: sluice; error=http_upgrade_failed\r\n/);
});

test('an answer without a body delivers none, whatever its framing fields say (K11, K13)', async (t) => {
  const cases: readonly {
    readonly row: string;
    readonly method: string;
    readonly bytes: string;
    readonly head: RegExp;
    readonly reused: boolean;
  }[] = [
    {
      row: 'HEAD with a length',
      method: 'HEAD',
      bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n',
      head: /\r\ncontent-length: 5\r\n/,
      reused: true,
    },
    {
      row: 'HEAD without a length',
      method: 'HEAD',
      bytes: 'HTTP/1.1 200 OK\r\nx: y\r\n\r\n',
      head: /^(?!.*content-length)/s,
      reused: true,
    },
    {
      row: 'HEAD with chunks announced',
      method: 'HEAD',
      bytes: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
      head: /^(?!.*content-length)/s,
      reused: true,
    },
    {
      row: 'HEAD with a body',
      method: 'HEAD',
      bytes: answerOf('hello'),
      head: /\r\ncontent-length: 5\r\n/,
      reused: false,
    },
    {
      row: '204',
      method: 'GET',
      bytes: 'HTTP/1.1 204 No Content\r\n\r\n',
      head: /^(?!.*(content-length|transfer-encoding))/s,
      reused: true,
    },
    {
      row: '204 with a body',
      method: 'GET',
      bytes: answerOf('hello', '204 No Content'),
      head: /^(?!.*(content-length|transfer-encoding))/s,
      reused: false,
    },
    {
      row: '204 with chunks',
      method: 'GET',
      bytes: 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      head: /^(?!.*(content-length|transfer-encoding))/s,
      reused: false,
    },
    {
      row: '205 with a body',
      method: 'GET',
      bytes: answerOf('hello', '205 Reset Content'),
      head: /\r\ncontent-length: 0\r\n/,
      reused: false,
    },
    {
      row: '304 with a length',
      method: 'GET',
      bytes: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n',
      head: /\r\ncontent-length: 5\r\n/,
      reused: true,
    },
    {
      row: '304 without a length',
      method: 'GET',
      bytes: 'HTTP/1.1 304 Not Modified\r\netag: "a"\r\n\r\n',
      head: /^(?!.*(content-length|transfer-encoding))/s,
      reused: true,
    },
    {
      row: '304 with a body',
      method: 'GET',
      bytes: answerOf('hello', '304 Not Modified'),
      head: /\r\ncontent-length: 5\r\n/,
      reused: false,
    },
  ];
  let bytes = '';
  const upstream = await http1Upstream(t, {
    onRequest: (request) => (request.head.includes(' /last ') ? answerOf('last') : bytes),
  });
  const { exchange } = await proxied(t, upstream);
  for (const { row, method, bytes: answer, head, reused } of cases) {
    await t.test(row, async () => {
      bytes = answer;
      const before = upstream.requests.length;
      const received = await exchange(`${method} / HTTP/1.1\r\nhost: web.test\r\n\r\n${LAST}`);
      const end = received.indexOf('\r\n\r\n') + 4;
      assert.match(received.slice(0, end), head);
      assert.match(received.slice(end), /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nlast$/s);
      const [first, second] = upstream.requests.slice(before);
      assert.equal(first?.connection === second?.connection, reused);
    });
  }
});

test('a body of the upstream goes on with framing that the client understands', async (t) => {
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n';
  const lastChunk = '0\r\nx: y\r\n\r\n';
  const cases: readonly [name: string, request: string, answer: string, received: RegExp][] = [
    ['length as length', 'GET / HTTP/1.1', answerOf('hello'), /\r\ncontent-length: 5\r\n.*\r\n\r\nhello$/s],
    ['an empty body', 'GET / HTTP/1.1', answerOf(''), /\r\ncontent-length: 0\r\n.*\r\n\r\n$/s],
    [
      'chunks that came whole as a length',
      'GET / HTTP/1.1',
      chunked + lastChunk,
      /\r\ncontent-length: 11\r\n.*\r\n\r\nhello world$/s,
    ],
    [
      'chunks as chunks of our own, without extensions and trailers (F1)',
      'GET / HTTP/1.1',
      chunked,
      /\r\ntransfer-encoding: chunked\r\n.*\r\n\r\nb\r\nhello world\r\n0\r\n\r\n$/s,
    ],
    [
      'a body until the close as chunks',
      'GET / HTTP/1.1',
      'HTTP/1.1 200 OK\r\nx-end: close\r\n\r\nhello',
      /\r\ntransfer-encoding: chunked\r\n.*\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/s,
    ],
    [
      'chunks as a body until the close for HTTP/1.0 (G8)',
      'GET / HTTP/1.0\r\nconnection: keep-alive',
      chunked,
      /^HTTP\/1\.1 200 OK\r\n(?!.*transfer-encoding).*\r\nconnection: close\r\n\r\nhello world$/s,
    ],
  ];
  let bytes = '';
  const upstream = await http1Upstream(t, {
    onRequest: () => bytes,
  });
  const { connect } = await proxied(t, upstream);
  for (const [name, request, answer, pattern] of cases) {
    await t.test(name, async () => {
      bytes = answer;
      const client = await connect();
      const close = request.includes('connection') ? '' : '\r\nconnection: close';
      client.send(`${request}${close}\r\nhost: web.test\r\n\r\n`);
      await client.until(/\r\n\r\n/);
      const socket = upstream.sockets.at(-1);
      if (answer === chunked) socket?.write(lastChunk);
      else if (answer.includes('x-end: close')) socket?.end();
      assert.match(await client.untilEnd(), pattern);
    });
  }
});

test('HTTP/1.0 closes by default and stays open with keep-alive, which the answer says (G8)', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const { exchange } = await proxied(t, upstream);
  const received = await exchange(
    'GET / HTTP/1.0\r\nhost: web.test\r\nConnection: Keep-Alive\r\n\r\nHEAD / HTTP/1.0\r\nhost: web.test\r\n\r\nGET / HTTP/1.0\r\n',
  );
  assert.match(received, /^HTTP.*\r\nconnection: keep-alive\r\n\r\nokHTTP.*\r\nconnection: close\r\n\r\n$/s);
  assert.equal(upstream.requests.length, 2);
});

test('set-cookie fields are never joined (K20)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: () => answerOf('', '200 OK', 'set-cookie: a=1, b\r\nx: y\r\nset-cookie: c=2\r\n'),
  });
  const { exchange } = await proxied(t, upstream);
  const received = await exchange(LAST);
  assert.match(received, /\r\nset-cookie: a=1, b\r\nx: y\r\nset-cookie: c=2\r\n/);
});

test('bytes beyond the length of an answer never reach a client, are counted and cost the connection (K13)', async (t) => {
  const evil = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil';
  const answers = [
    answerOf('good') + evil,
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n${evil}`,
    answerOf('last'),
  ];
  const upstream = await http1Upstream(t, { onRequest: () => answers.shift() });
  const { exchange, gateway } = await proxied(t, upstream);
  const received = await exchange(`${GET}${GET}${LAST}`);
  assert.deepEqual(received.match(/good|evil|last/g), ['good', 'good', 'last']);
  assert.equal(upstream.connections.length, 3);
  const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  assert.match(metrics, new RegExp(`^sluice_upstream_surplus_bytes_total ${2 * evil.length}$`, 'm'));
});

test('a body that breaks off is cut where the client can see it (K14)', async (t) => {
  const cases: readonly [name: string, bytes: string, reset: boolean][] = [
    ['FIN inside a length', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello', false],
    [
      'FIN before the last chunk',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
      false,
    ],
    ['RST inside a length', 'HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhello', true],
    ['RST of a body until the close', 'HTTP/1.1 200 OK\r\n\r\nhello', true],
    [
      'a bad chunk behind a good one',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
      false,
    ],
  ];
  let cut: (() => void) | null = null;
  let script: readonly [name: string, bytes: string, reset: boolean] = ['', '', false];
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket }) => {
      const [name, bytes, reset] = script;
      cut = () => {
        if (name.startsWith('a bad chunk')) socket.write('Z\r\n');
        else if (reset) socket.resetAndDestroy();
        else socket.end();
      };
      return bytes;
    },
  });
  const { connect } = await proxied(t, upstream);
  for (const each of cases) {
    await t.test(each[0], async () => {
      script = each;
      const client = await connect();
      client.send(GET);
      await client.until(/hello/);
      cut?.();
      const received = await client.untilEnd();
      assert.match(received, /hello(\r\n)?$/);
      assert.deepEqual(statuses(received), [200]);
    });
  }
});

test('an upstream that ends before its answer is 503 for a new connection (K14)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket }) => {
      socket.end();
      return undefined;
    },
  });
  const { exchange } = await proxied(t, upstream);
  const received = await exchange(LAST);
  assert.deepEqual(statuses(received), [503]);
  assert.match(received, /\r\nproxy-status: sluice; error=connection_terminated\r\n/);
  assert.equal(upstream.requests.length, 1);
});

test('an upstream that ends inside its head is 502 (K14)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ socket }) => {
      socket.end('HTTP/1.1 200');
      return undefined;
    },
  });
  const { exchange } = await proxied(t, upstream);
  assert.deepEqual(statuses(await exchange(LAST)), [502]);
});

test('a head that drips is 504 at the response timeout (K19)', async (t) => {
  let drip: NodeJS.Timeout | undefined;
  const upstream = await http1Upstream(t, {
    onRequest: () => {
      drip = setInterval(() => upstream.sockets[0]?.write('y'), 10);
      return 'HTTP/1.1 200 OK\r\nx: ';
    },
  });
  t.after(() => clearInterval(drip));
  const { exchange } = await proxied(t, upstream, { route: 'timeoutPolicy: {response: 100ms}' });
  const received = await exchange(LAST);
  clearInterval(drip);
  assert.deepEqual(statuses(received), [504]);
  assert.match(received, /\r\nproxy-status: sluice; error=http_response_timeout\r\n/);
  await until(() => upstream.connections[0]?.closed === true);
});

test('bytes on an idle upstream connection destroy it and are never an answer (K17)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ head }) => answerOf(head.includes('/last') ? 'last' : 'ok'),
  });
  const { connect, gateway } = await proxied(t, upstream);
  const client = await connect();
  client.send(GET);
  await client.until(/ok$/);
  upstream.sockets[0]?.write(answerOf('evil'));
  await until(() => upstream.connections[0]?.closed === true);
  client.send(LAST);
  const received = await client.untilEnd();
  assert.deepEqual(received.match(/ok$|evil|last/g), ['last']);
  assert.equal(upstream.connections.length, 2);
  const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  assert.match(metrics, new RegExp(`^sluice_upstream_surplus_bytes_total ${answerOf('evil').length}$`, 'm'));
});

test('bytes that race with the next request never become its answer (K17)', async (t) => {
  const upstream = await http1Upstream(t, {
    onRequest: ({ head }) => answerOf(/ \/(\w+) /.exec(head)?.[1] ?? ''),
  });
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  for (let round = 0; round < 100; round++) {
    client.send(`GET /first${round} HTTP/1.1\r\nhost: web.test\r\n\r\n`);
    await client.until(new RegExp(`first${round}$`));
    // Unasked bytes and the next request leave in the same turn, the bytes first.
    upstream.sockets.at(-1)?.write(answerOf('evil'));
    client.send(`GET /second${round} HTTP/1.1\r\nhost: web.test\r\n\r\n`);
    await client.until(new RegExp(`second${round}$`));
  }
  assert.doesNotMatch(client.received, /evil/);
});

test('an idle upstream connection that ends is not used again', async (t) => {
  const upstream = await http1Upstream(t, { onRequest: () => answerOf('ok') });
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.send(GET);
  await client.until(/ok$/);
  upstream.sockets[0]?.end();
  await until(() => upstream.connections[0]?.closed === true);
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx');
  assert.deepEqual(statuses(await client.untilEnd()), [200, 200]);
  assert.equal(upstream.connections.length, 2);
});

test('a whole answer before the request body was sent is relayed, then both connections end (J8, K16)', async (t) => {
  const upstream = await http1Upstream(t, { onHead: () => answerOf('no', '413 Content Too Large') });
  const { connect } = await proxied(t, upstream);
  const client = await connect();
  client.send('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 30000\r\n\r\n');
  await client.until(/no$/);
  // Still sending: within 64 KiB nothing is reset, and nothing of it is a request.
  client.send('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n'.repeat(500));
  const received = await client.untilEnd();
  assert.deepEqual(statuses(received), [413]);
  await until(() => upstream.connections[0]?.closed === true);
  assert.equal(upstream.connections[0]?.received.endsWith('\r\n\r\n'), true);
  client.socket.end();
});
