import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { FRAME, PREFACE } from '../../src/http2/frame.ts';
import {
  block,
  data,
  END_HEADERS,
  END_STREAM,
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
import {
  documents,
  httpProxy,
  service,
  startTestGateway,
  type TestGateway,
  until,
} from '../support/gateway.ts';
import { RawClient } from '../support/raw.ts';

/** How long each flood is repeated, on one connection after the other; the figures are printed then. */
const SECONDS = Number(process.env.SLUICE_FLOOD_SECONDS ?? 0);
const CUT_WITHIN_MS = 20_000;
/** What one connection sends at most: each flood is cut long before. */
const MOST_FRAMES = 400_000;
const FRAMES_PER_WRITE = 200;
const GIVEN_UP_MS = 400;

interface Flood {
  readonly name: string;
  readonly before?: Buffer;
  readonly one: (index: number) => Buffer;
  /** It never reads what it is answered. */
  readonly deaf?: boolean;
}

const BAD: Fields = [...GET, ['connection', 'close']];
const odd = (index: number): number => 2 * index + 1;
const open = (index: number): Buffer => headers(odd(index), POST, false);
const opened = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, (_, i) => open(i)));
const unfinished = frame(FRAME.headers, END_STREAM, 1, block(GET));

/** A field whose value fills the table of HPACK, put into it; then one byte names it again. */
const FILL = Buffer.concat([Buffer.from([0x40]), block([['x', 'y'.repeat(4000)]]).subarray(1)]);
const named = (times: number): Buffer => Buffer.alloc(times, 0x80 | 62);
const NEVER: Fields = [...GET.slice(0, 3), [':path', '/never']];
const wholeHead = (id: number, ...parts: readonly Buffer[]): Buffer =>
  frame(FRAME.headers, END_HEADERS | END_STREAM, id, Buffer.concat([block(NEVER), ...parts]));

/** Each ends its own connection with ENHANCE_YOUR_CALM (http2.md, Limits). */
const FLOODS: readonly Flood[] = [
  { name: 'rapid reset', one: (i) => Buffer.concat([open(i), rstStream(odd(i), 8)]) },
  {
    name: 'rapid reset of whole requests',
    one: (i) => Buffer.concat([headers(odd(i), GET), rstStream(odd(i), 8)]),
  },
  {
    name: 'made-you-reset by WINDOW_UPDATE of 0',
    one: (i) => Buffer.concat([open(i), windowUpdate(odd(i), 0)]),
  },
  {
    name: 'made-you-reset by a window above 2^31',
    one: (i) => Buffer.concat([open(i), windowUpdate(odd(i), 0x7fff_ffff)]),
  },
  {
    name: 'made-you-reset by DATA behind END_STREAM',
    one: (i) => Buffer.concat([headers(odd(i), POST), data(odd(i), 'x')]),
  },
  { name: 'malformed messages', one: (i) => headers(odd(i), BAD) },
  { name: 'streams above the limit', before: opened(100), one: (i) => open(100 + i) },
  { name: 'PRIORITY', before: open(0), one: () => frame(FRAME.priority, 0, 1, Buffer.alloc(5)) },
  { name: 'frames of unknown type', one: () => frame(0x30, 0, 0, 'x') },
  { name: 'WINDOW_UPDATE of the connection', one: () => windowUpdate(0, 1) },
  { name: 'WINDOW_UPDATE of a stream', before: open(0), one: () => windowUpdate(1, 1) },
  { name: 'empty DATA', before: open(0), one: () => data(1, '') },
  { name: 'empty CONTINUATION', before: unfinished, one: () => frame(FRAME.continuation, 0, 1) },
  {
    name: 'CONTINUATION',
    before: unfinished,
    one: () => frame(FRAME.continuation, 0, 1, block([['a', 'b']])),
  },
  {
    name: 'heads of 32 KiB by 8 bytes, held',
    before: wholeHead(1, FILL),
    one: (i) => wholeHead(odd(i + 1), named(8)),
  },
  { name: 'PING', one: () => frame(FRAME.ping, 0, 0, '12345678'), deaf: true },
  { name: 'SETTINGS', one: () => settings([4, 65_535]), deaf: true },
  {
    name: 'many SETTINGS in one frame',
    one: () => settings(...Array.from({ length: 33 }, () => [9, 1] as const)),
  },
];

const CHUNK = Buffer.alloc(200_000);

/** Answers `/large` with as much as the client takes, `/never` never, and all else with what it was sent. */
async function startService(t: TestContext): Promise<{ port: number; open: () => number }> {
  let underWay = 0;
  const server = http.createServer((request, response) => {
    underWay++;
    response.on('close', () => underWay--);
    if (request.url === '/large') {
      const more = (): void => {
        while (response.write(CHUNK));
        response.once('drain', more);
      };
      more();
    } else if (request.url !== '/never') {
      request.pipe(response);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, open: () => underWay };
}

/** Sends requests one after the other, on one connection for as long as the gateway leaves it, until it is stopped. */
class GoodClient {
  readonly latenciesMs: number[] = [];
  readonly #port: number;
  #stopped = false;

  constructor(port: number) {
    this.#port = port;
  }

  async #connect(): Promise<http2.ClientHttp2Session> {
    const session = http2.connect(`http://127.0.0.1:${this.#port}`);
    session.on('error', () => {});
    await once(session, 'connect');
    return session;
  }

  /** Resolves after `stop`. @throws {Error} When an answer is not what it must be. */
  async run(): Promise<void> {
    let session = await this.#connect();
    try {
      for (let count = 0; !this.#stopped; count++) {
        // It has had its streams and was told in time.
        if (session.closed) session = await this.#connect();
        const begunMs = performance.now();
        const body = `request ${count} ${'x'.repeat(count % 5000)}`;
        const stream = session.request({ ':method': 'POST', ':authority': 'a.test', ':path': '/' });
        stream.end(body);
        const [fields] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
        const parts: Buffer[] = [];
        for await (const part of stream) parts.push(part as Buffer);
        assert.equal(fields[':status'], 200);
        assert.equal(Buffer.concat(parts).toString(), body);
        this.latenciesMs.push(performance.now() - begunMs);
      }
    } finally {
      session.destroy();
    }
  }

  stop(): void {
    this.#stopped = true;
  }
}

/** Floods by one connection until it is cut. @returns What it had sent by then. */
async function attack(
  port: number,
  { before, one, deaf = false }: Flood,
): Promise<{ bytes: number; ms: number }> {
  const begunMs = performance.now();
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  let over = false;
  const end = new Promise<void>((resolve) => {
    const cut = (): void => {
      over = true;
      resolve();
    };
    socket.once('end', cut);
    socket.once('close', cut);
  });
  await Promise.race([once(socket, 'connect'), end]);
  if (!deaf) socket.resume();
  socket.write(HELLO);
  if (before !== undefined) socket.write(before);
  for (let next = 0; next < MOST_FRAMES && !over; next += FRAMES_PER_WRITE) {
    const frames = Array.from({ length: FRAMES_PER_WRITE }, (_, i) => one(next + i));
    const room = socket.write(Buffer.concat(frames));
    const turn = room
      ? new Promise((resolve) => setImmediate(resolve))
      : once(socket, 'drain').catch(() => {});
    await Promise.race([turn, end]);
  }
  const deadline = AbortSignal.timeout(CUT_WITHIN_MS);
  const late = new Promise<never>((_, reject) => {
    deadline.addEventListener('abort', () => reject(new Error('the flood was not cut')), { once: true });
  });
  await Promise.race([end, late]);
  socket.destroy();
  return { bytes: socket.bytesWritten, ms: performance.now() - begunMs };
}

async function metric(gateway: TestGateway, name: string): Promise<number> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

const CALM = 'sluice_http2_connection_faults_total{error="enhance_your_calm"}';
const OPEN = 'sluice_connections{listener="http"}';

async function start(t: TestContext): Promise<{ gateway: TestGateway; open: () => number }> {
  const { port, open: underWay } = await startService(t);
  const gateway = await startTestGateway(t, {
    settings: { flushTimeoutMs: GIVEN_UP_MS },
    manifests: {
      'all.yaml': documents(
        service('web', [port]),
        httpProxy('a', '  virtualhost: {fqdn: a.test}\n  routes: [{services: [{name: web, port: 80}]}]'),
      ),
    },
  });
  return { gateway, open: underWay };
}

test('each flood over HTTP/2 is cut, and a client beside it is served on', async (t) => {
  const { gateway, open: underWay } = await start(t);
  const good = new GoodClient(gateway.http);
  t.after(() => good.stop());
  const served = good.run();
  for (const flood of FLOODS) {
    await t.test(flood.name, async () => {
      const before = await metric(gateway, CALM);
      const from = good.latenciesMs.length;
      const rssBefore = process.memoryUsage.rss();
      const cuts: { bytes: number; ms: number }[] = [];
      const endMs = performance.now() + SECONDS * 1000;
      do cuts.push(await attack(gateway.http, flood));
      while (performance.now() < endMs);
      await until(async () => (await metric(gateway, CALM)) === before + cuts.length);
      await until(async () => (await metric(gateway, OPEN)) === 1);
      await until(() => underWay() <= 1);
      if (SECONDS > 0)
        report(flood.name, cuts, good.latenciesMs.slice(from), process.memoryUsage.rss() - rssBefore);
    });
  }
  good.stop();
  await served;
  assert.ok(good.latenciesMs.length > 0);
});

/** A client that speaks frames and reads what it is answered. */
async function connect(t: TestContext, port: number): Promise<{ client: RawClient; frames: () => string[] }> {
  const client = await RawClient.connect(t, port);
  return { client, frames: () => new FrameTexts().of(Buffer.from(client.received, 'latin1')) };
}

test('a bomb of HPACK is answered 431, request by request', async (t) => {
  const { gateway } = await start(t);
  const { client, frames } = await connect(t, gateway.http);
  // Each is 12 KB on the wire and 48 MB decoded.
  const bombs = Array.from({ length: 50 }, (_, i) => wholeHead(odd(i + 1), named(12_000)));
  client.socket.write(
    Buffer.concat([HELLO, headers(1, GET), wholeHead(3, FILL, named(12_000)), ...bombs.slice(1)]),
  );
  await until(() => frames().filter((each) => /^headers \d+ 431 end /.test(each)).length === 50);
  client.socket.write(headers(201, GET));
  await until(() => frames().some((each) => each.startsWith('headers 201 200')));
});

test('answers that no window takes are given up, and their connection lives on', async (t) => {
  const { gateway, open: underWay } = await start(t);
  const { client, frames } = await connect(t, gateway.http);
  const large: Fields = [...GET.slice(0, 3), [':path', '/large']];
  const requests = Array.from({ length: 100 }, (_, i) => headers(odd(i), large));
  client.socket.write(Buffer.concat([PREFACE, settings([4, 0]), ...requests]));
  await until(() => underWay() === 100);
  await until(() => frames().filter((each) => /^rstStream \d+ 8$/.test(each)).length === 100);
  await until(() => underWay() === 0);
  assert.deepEqual(
    frames().filter((each) => each.startsWith('data')),
    [],
  );
  client.socket.write(Buffer.concat([settings([4, 65_535]), headers(201, GET)]));
  await until(() => frames().some((each) => each.startsWith('headers 201 200')));
});

test('a connection whose client reads nothing is ended, and its requests with it', async (t) => {
  const { gateway, open: underWay } = await start(t);
  const socket = net.connect(gateway.http, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  const large: Fields = [...GET.slice(0, 3), [':path', '/large']];
  const requests = Array.from({ length: 10 }, (_, i) => headers(odd(i), large));
  const most = 0x7fff_0000;
  socket.write(Buffer.concat([PREFACE, settings([4, most]), windowUpdate(0, most - 65_535), ...requests]));
  await until(() => underWay() === 10);
  await until(() => underWay() === 0);
  await until(async () => (await metric(gateway, OPEN)) === 0);
});

function report(
  name: string,
  cuts: readonly { bytes: number; ms: number }[],
  latenciesMs: readonly number[],
  grownBytes: number,
): void {
  const at = (sorted: readonly number[], share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
  const cutMs = cuts.map(({ ms }) => ms).sort((a, b) => a - b);
  const good = [...latenciesMs].sort((a, b) => a - b);
  const bytes = cuts.reduce((sum, each) => sum + each.bytes, 0);
  console.log(
    [
      `${name}: ${cuts.length} connections with ${(bytes / 1e6).toFixed(1)} MB, cut after ${at(cutMs, 0.5)} ms`,
      `(at most ${at(cutMs, 1)}); beside them ${good.length} requests, median ${at(good, 0.5)} ms,`,
      `99 % ${at(good, 0.99)} ms; memory of all ${(grownBytes / 1e6).toFixed(1)} MB more`,
    ].join(' '),
  );
}
