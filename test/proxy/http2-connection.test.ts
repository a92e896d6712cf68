import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { FRAME } from '../../src/http2/frame.ts';
import {
  ACK,
  data,
  type Fields,
  FrameTexts,
  frame,
  GET,
  HELLO,
  headers,
  POST,
  rstStream,
  settings,
  windowUpdate,
} from '../http2/frames.ts';
import { startTestDataPlane, type TestDataPlane, type TestDataPlaneOptions } from '../support/data-plane.ts';
import { documents, httpProxy, service, until } from '../support/gateway.ts';
import {
  answerOf,
  type Http1Upstream,
  http1Upstream,
  type UpstreamScript,
} from '../support/http1-upstream.ts';
import { RawClient } from '../support/raw.ts';

const WEBSOCKET: Fields = [
  [':method', 'CONNECT'],
  [':protocol', 'websocket'],
  ...GET.slice(1),
  ['sec-websocket-version', '13'],
];

/** The fields of a WebSocket with another value of one; null: without it. */
function replaced(name: string, value: string | null): Fields {
  return WEBSOCKET.flatMap((field): Fields => {
    if (field[0] !== name) return [field];
    return value === null ? [] : [[name, value]];
  });
}

const OK: UpstreamScript = { onRequest: () => answerOf('ok') };

async function start(
  t: TestContext,
  script: UpstreamScript = OK,
  options: Partial<TestDataPlaneOptions> = {},
): Promise<{ site: TestDataPlane; upstream: Http1Upstream }> {
  const upstream = await http1Upstream(t, script);
  const site = await startTestDataPlane(t, {
    ...options,
    manifests: {
      'all.yaml': documents(
        service('web', [upstream.port]),
        httpProxy('a', '  virtualhost: {fqdn: a.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
  return { site, upstream };
}

/** A client that speaks frames. */
class FrameClient {
  readonly raw: RawClient;

  private constructor(raw: RawClient) {
    this.raw = raw;
  }

  static async connect(t: TestContext, port: number): Promise<FrameClient> {
    return new FrameClient(await RawClient.connect(t, port));
  }

  send(...frames: readonly Buffer[]): void {
    this.raw.socket.write(Buffer.concat(frames));
  }

  /** All frames so far. */
  get frames(): string[] {
    return new FrameTexts().of(Buffer.from(this.raw.received, 'latin1'));
  }

  async until(pattern: RegExp): Promise<string[]> {
    await until(() => this.frames.some((each) => pattern.test(each)));
    return this.frames;
  }

  /** The frames when the gateway has ended its side. */
  async untilEnd(): Promise<string[]> {
    await this.raw.untilEnd();
    return this.frames;
  }
}

suite('Http2Connection', () => {
  test('begins on a plain listener with the preface, however it is cut', async (t) => {
    const { site } = await start(t);
    const bytes = Buffer.concat([HELLO, headers(1, GET)]);
    for (let cut = 1; cut < bytes.length; cut++) {
      const client = await FrameClient.connect(t, site.http);
      client.send(bytes.subarray(0, cut));
      // A turn of the loop in which the gateway, here in the same thread, reads the first part.
      await new Promise((resolve) => setImmediate(resolve));
      client.send(bytes.subarray(cut));
      const frames = await client.until(/^data 1 2 end$/);
      assert.equal(frames[0], 'settings', `${cut}`);
      client.raw.socket.destroy();
    }
  });

  test('begins behind a PROXY header too', async (t) => {
    const { site } = await start(t, OK, { worker: { trustedProxies: ['127.0.0.0/8'], accessLog: 'all' } });
    const client = await FrameClient.connect(t, site.http);
    const header = Buffer.from('PROXY TCP4 192.0.2.7 192.0.2.1 4711 80\r\n');
    client.send(header, HELLO, headers(1, GET));
    await client.raw.until(/ok$/);
    await until(() => site.log.length > 0);
    assert.match(site.log[0] ?? '', /192\.0\.2\.7/);
  });

  test('leaves what only looks like a preface to HTTP/1.1', async (t) => {
    const { site } = await start(t);
    for (const [text, status] of [
      ['PRI * HTTP/1.1\r\nhost: a.test\r\n\r\n', 501],
      ['PRI / HTTP/2.0\r\n\r\n', 505],
      ['POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 2\r\n\r\nok', 200],
    ] as const) {
      const client = await RawClient.connect(t, site.http);
      client.send(text);
      await client.until(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
    const late = await RawClient.connect(t, site.http);
    late.send('GET / HTTP/1.1\r\nhost: a.test\r\n\r\n');
    await late.until(/ok$/);
    late.send(HELLO.toString('latin1'));
    await late.until(/ok(HTTP\/1\.1 505 )/);
  });

  test('offers its limits and acknowledges settings', async (t) => {
    const { site } = await start(t);
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO);
    await until(() => client.frames.length >= 3);
    assert.deepEqual(client.frames, ['settings', 'windowUpdate 0 983041', 'settings ack']);
  });

  test('offers WebSockets, and refuses them with 403 where the route has none', async (t) => {
    const { site, upstream } = await start(t);
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO, headers(1, WEBSOCKET, false));
    await client.until(/^headers 1 403 end/);
    await client.until(/^rstStream 1 0$/);
    assert.equal(upstream.connections.length, 0);
    // SETTINGS_ENABLE_CONNECT_PROTOCOL
    assert.ok(client.raw.received.includes('\0\x08\0\0\0\x01'));
  });

  for (const [what, fields, expected] of [
    ['another protocol', replaced(':protocol', 'connect-udp'), /^headers 1 501 end/],
    ['another version', replaced('sec-websocket-version', '8'), /^headers 1 426 end/],
    ['no version', replaced('sec-websocket-version', null), /^headers 1 426 end/],
    ['another method', replaced(':method', 'GET'), /^rstStream 1 1$/],
    ['an empty protocol', replaced(':protocol', ''), /^headers 1 501 end/],
    ['no path', replaced(':path', null), /^rstStream 1 1$/],
    ['no scheme', replaced(':scheme', null), /^rstStream 1 1$/],
    ['a field of HTTP/1.1', [...WEBSOCKET, ['upgrade', 'websocket']], /^rstStream 1 1$/],
  ] as const) {
    test(`answers an extended CONNECT with ${what} by ${expected.source}`, async (t) => {
      const { site, upstream } = await start(t);
      const client = await FrameClient.connect(t, site.http);
      client.send(HELLO, headers(1, fields as Fields, false), headers(3, GET));
      await client.until(expected);
      await client.until(/^data 3 2 end$/);
      assert.equal(upstream.requests.length, 1);
    });
  }

  test('drops request trailers and ends the body with them', async (t) => {
    const { site, upstream } = await start(t);
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO, headers(1, POST, false), data(1, 'body'), headers(1, [['x-sum', '1']]));
    await client.until(/^data 1 2 end$/);
    assert.equal(upstream.requests[0]?.body, 'body');
    assert.equal(upstream.connections[0]?.received.includes('x-sum'), false);
  });

  test('gives a request up whose body breaks the rules, and that request alone', async (t) => {
    const { site, upstream } = await start(t, OK, { worker: { accessLog: 'all' } });
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO, headers(1, [...POST, ['content-length', '9']], false), data(1, 'four'));
    await until(() => upstream.connections[0]?.received.endsWith('four') === true);
    client.send(data(1, '', true), headers(3, GET));
    const frames = await client.until(/^data 3 2 end$/);
    assert.ok(frames.includes('rstStream 1 1'), frames.join('\n'));
    await until(() => upstream.connections[0]?.closed === true);
    await until(() => site.log.length > 1);
    assert.match(site.log[0] ?? '', /"DPE"/);
  });

  test('does not credit a body that the upstream does not take', async (t) => {
    const { site, upstream } = await start(t, {});
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO, headers(1, POST, false));
    await until(() => upstream.connections.length === 1);
    upstream.connections[0]?.socket.pause();
    // As much as is credited, until round trips bring no more: the kernel's buffers and our window are full.
    const part = data(1, Buffer.alloc(16_000));
    let allowed = 65_536;
    let sent = 0;
    let seen = 0;
    let pings = 0;
    for (let quiet = 0; quiet < 20; ) {
      for (const each of client.frames.slice(seen)) {
        seen++;
        const [, count] = /^windowUpdate 1 (\d+)$/.exec(each) ?? [];
        if (count !== undefined) allowed += Number(count);
      }
      if (sent + 16_000 <= allowed) {
        client.send(part);
        sent += 16_000;
        quiet = 0;
      } else {
        quiet++;
        client.send(frame(FRAME.ping, 0, 0, '12345678'));
        const acks = ++pings;
        await until(() => client.frames.filter((each) => each === 'ping ack').length === acks);
      }
    }
    assert.ok(sent < 20_000_000, `${sent}`);
    client.send(headers(3, POST));
    await until(() => upstream.connections.length === 2);
    upstream.connections[0]?.socket.resume();
    await client.until(/^windowUpdate 1 /);
  });

  test('closes a connection on which no settings come', async (t) => {
    const { site } = await start(t, OK, { settings: { headTimeoutMs: 50 } });
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO.subarray(0, 24));
    assert.match((await client.untilEnd()).at(-1) ?? '', /^goAway 0 4$/);
    const silent = await RawClient.connect(t, site.http);
    silent.send('PRI * HTTP/2.0\r\n\r\n');
    assert.match(await silent.untilEnd(), /^HTTP\/1\.1 408 /);
  });

  test('says good-bye in two steps and serves what comes between them', async (t) => {
    const { site } = await start(t);
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO, frame(FRAME.settings, ACK, 0), headers(1, GET));
    await client.until(/^data 1 2 end$/);
    const drained = site.plane.drain({ delayMs: 0, timeoutMs: 4000 });
    await client.until(/^goAway 2147483647 0$/);
    client.send(headers(3, GET));
    await client.until(/^data 3 2 end$/);
    client.send(frame(FRAME.ping, ACK, 0, 'sluice/d'), frame(FRAME.ping, ACK, 0, 'sluice/p'));
    const frames = await client.untilEnd();
    assert.equal(frames.at(-1), 'goAway 3 0');
    client.raw.socket.destroy();
    await drained;
  });

  test('says good-bye when it has had its streams', async (t) => {
    const { site } = await start(t, OK, { settings: { maxRequestsPerConnection: 1 } });
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO, ...Array.from({ length: 10 }, (_, i) => headers(2 * i + 1, GET)));
    const frames = await client.until(/^goAway 2147483647 0$/);
    client.send(frame(FRAME.ping, ACK, 0, 'sluice/d'), frame(FRAME.ping, ACK, 0, 'sluice/p'));
    const all = await client.untilEnd();
    assert.ok(frames.length <= all.length);
    assert.equal(all.filter((each) => /^data \d+ 2 end$/.test(each)).length, 10);
  });

  test('closes behind the GOAWAY of a client when its streams are through', async (t) => {
    const { site } = await start(t);
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO, headers(1, GET), frame(FRAME.goAway, 0, 0, Buffer.alloc(8)));
    assert.ok((await client.untilEnd()).includes('data 1 2 end'));
  });

  test('closes behind a GOAWAY only when all of a long answer has left', async (t) => {
    const body = 'x'.repeat(700_000);
    const { site } = await start(t, { onRequest: () => answerOf(body) });
    for (let round = 0; round < 5; round++) {
      const client = await FrameClient.connect(t, site.http);
      client.send(
        HELLO,
        settings([4, 1 << 24]),
        windowUpdate(0, 1 << 24),
        headers(1, GET),
        frame(FRAME.goAway, 0, 0, Buffer.alloc(8)),
      );
      const frames = await client.untilEnd();
      const sizes = frames.map((each) => Number(/^data 1 (\d+)/.exec(each)?.[1] ?? 0));
      assert.equal(
        sizes.reduce((sum, size) => sum + size, 0),
        body.length,
      );
      assert.ok(frames.some((each) => /^data 1 \d+ end$/.test(each)));
    }
  });

  test('gives everything up when the client goes away', async (t) => {
    const { site, upstream } = await start(t, {});
    const client = await FrameClient.connect(t, site.http);
    client.send(HELLO, headers(1, GET), headers(3, POST, false), data(3, 'begun'));
    await until(() => upstream.connections.length === 2);
    client.raw.socket.end();
    await until(() => upstream.connections.every(({ closed }) => closed));
    await until(() => site.upstream('default/web/80').active === 0);
  });

  for (const [what, flood] of [
    [
      'opened and reset at once',
      Buffer.concat(
        Array.from({ length: 150 }, (_, i) => [headers(2 * i + 1, GET), rstStream(2 * i + 1, 8)]).flat(),
      ),
    ],
    [
      'that break the rules',
      Buffer.concat(Array.from({ length: 150 }, (_, i) => headers(2 * i + 1, [...GET, ['connection', 'x']]))),
    ],
    ['of settings without end', Buffer.concat(Array.from({ length: 1100 }, () => settings()))],
    [
      'of pings without end',
      Buffer.concat(Array.from({ length: 1100 }, () => frame(FRAME.ping, 0, 0, '12345678'))),
    ],
  ] as const) {
    test(`cuts a flood of frames ${what}`, async (t) => {
      const { site } = await start(t);
      const client = await FrameClient.connect(t, site.http);
      client.send(HELLO, flood);
      const frames = await client.untilEnd();
      assert.match(frames.at(-1) ?? '', /^goAway \d+ 11$/);
      // Others are served on.
      const other = await FrameClient.connect(t, site.http);
      other.send(HELLO, headers(1, GET));
      await other.until(/^data 1 2 end$/);
    });
  }

  test('ends the connections of an address that resets over and over', async (t) => {
    const { site } = await start(t);
    let calm = 0;
    for (let connection = 0; connection < 15 && calm === 0; connection++) {
      const client = await FrameClient.connect(t, site.http);
      const resets = Array.from({ length: 90 }, (_, i) => [
        headers(2 * i + 1, GET),
        rstStream(2 * i + 1, 8),
      ]).flat();
      client.send(HELLO, ...resets, frame(FRAME.ping, 0, 0, '12345678'));
      const frames = await client.until(/^(ping ack|goAway)/);
      if (frames.some((each) => / 11$/.test(each) && each.startsWith('goAway'))) calm = connection;
      client.raw.socket.destroy();
    }
    assert.ok(calm >= 10, `${calm}`);
  });
});
