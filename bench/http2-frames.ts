/** Times the HTTP/2 codec: ns a request through a server's session, answer included. `node bench/http2-frames.ts [ROUNDS]` */

import { FRAME, FRAME_HEAD_BYTES, PREFACE, writeFrameHead, writeUint32 } from '../src/http2/frame.ts';
import { OutputBuffers } from '../src/http2/frame-writer.ts';
import { HpackEncoder, type RequestFields, requestRoom } from '../src/http2/hpack/encoder.ts';
import { Http2Session } from '../src/http2/session.ts';
import type { SessionListener } from '../src/http2/session-listener.ts';
import { settingsFrame } from '../src/http2/settings.ts';
import type { Http2Stream } from '../src/http2/stream.ts';
import { BORROWED, OWNED } from '../src/lib/wire.ts';

const ROUNDS = Number(process.argv[2] ?? 100_000);
const REPEATS = 7;
/** Requests in one read and one flush. */
const A_READ = 10;

const SMALL: RequestFields = {
  method: 'GET',
  scheme: 'https',
  authority: 'localhost:8443',
  path: '/index.html',
  protocol: null,
  headers: [],
  neverIndexed: [],
};
const BROWSER: RequestFields = {
  ...SMALL,
  path: '/api/v1/items/42?page=2&order=name',
  headers: [
    ...['cache-control', 'max-age=0'],
    ...[
      'user-agent',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    ],
    ...['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
    ...['sec-fetch-site', 'same-origin'],
    ...['sec-fetch-mode', 'navigate'],
    ...['sec-fetch-dest', 'document'],
    ...['referer', 'https://www.example.com/index.html'],
    ...['accept-encoding', 'gzip, deflate, br, zstd'],
    ...['accept-language', 'en-US,en;q=0.9'],
    ...['cookie', 'session=0123456789abcdef; theme=dark'],
  ],
};
const ANSWER = {
  status: 200,
  headers: ['server', 'nginx/1.22.1', 'date', 'Mon, 23 Nov 2026 18:00:00 GMT', 'content-type', 'text/plain'],
  bodyLength: 13,
};
const BODY = Buffer.from('Hello, world!');
const LARGE = Buffer.alloc(1024 * 1024);

/** Answers every request; the bytes of the answers go nowhere. */
class Server implements SessionListener<null> {
  readonly session: Http2Session<null>;
  body: Buffer = BODY;

  constructor() {
    this.session = new Http2Session<null>(this, {
      server: true,
      buffers: new OutputBuffers(),
      rules: { mergeSlashes: true, secure: true, trustsScheme: false },
      limits: { maxTotalStreams: Number.POSITIVE_INFINITY },
    });
    this.session.open();
  }

  onRequest(stream: Http2Stream<null>): void {
    this.session.respond(stream, { ...ANSWER, bodyLength: this.body.length }, false);
    this.session.write(stream, this.body, 0, this.body.length, OWNED, true);
  }

  flush(): void {
    this.session.outputLeft(this.session.flush({ writeBytes: () => {} }));
  }

  onOutput(): void {}
  onRefused(): void {
    throw new Error('a request was refused');
  }
  onInterim(): void {}
  onResponse(): void {}
  onData(): void {}
  onTrailers(): void {}
  onWritable(): void {}
  onReset(): void {
    throw new Error('a stream was reset');
  }
  onStreamEnd(): void {}
  onGoAway(): void {}
  onSettings(): void {}
  onDraining(): void {}
  onPong(): void {}
  onOffence(): boolean {
    return true;
  }
  onFault({ detail }: { readonly detail: string }): void {
    throw new Error(detail);
  }
}

/** Requests as a client's encoder sends them when its table is warm, in one read. */
class Requests {
  readonly bytes: Buffer;
  readonly #heads: number[] = [];
  #id = 1;

  constructor(fields: RequestFields, encoder: HpackEncoder, server: Server) {
    // The first times fill the tables of both sides.
    for (let i = 0; i < 3; i++)
      server.session.read(this.#frames(fields, encoder, 1), 0, this.#length, BORROWED, 0);
    server.flush();
    this.bytes = this.#frames(fields, encoder, A_READ);
  }

  #length = 0;

  #frames(fields: RequestFields, encoder: HpackEncoder, count: number): Buffer {
    const bytes = Buffer.alloc(count * (requestRoom(fields) + FRAME_HEAD_BYTES));
    this.#heads.length = 0;
    let at = 0;
    for (let i = 0; i < count; i++) {
      const start = at + FRAME_HEAD_BYTES;
      const end = encoder.encodeRequest(fields, bytes, start);
      writeFrameHead(bytes, at, end - start, FRAME.headers, 5, this.#nextId());
      this.#heads.push(at);
      at = end;
    }
    this.#length = at;
    return bytes;
  }

  #nextId(): number {
    const id = this.#id;
    this.#id += 2;
    return id;
  }

  /** The same requests on the next streams. */
  renew(): void {
    for (const head of this.#heads) writeUint32(this.bytes, head + 5, this.#nextId());
  }

  get length(): number {
    return this.#length;
  }
}

function time(name: string, fields: RequestFields, body: Buffer, rounds: number): void {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const server = new Server();
    const hello = Buffer.concat([PREFACE, settingsFrame([[4, 0x7fff_ffff]])]);
    server.session.read(hello, 0, hello.length, BORROWED, 0);
    const window = Buffer.alloc(13);
    writeFrameHead(window, 0, 4, FRAME.windowUpdate, 0, 0);
    writeUint32(window, 9, 0x7fff_ffff - 65_535);
    server.session.read(window, 0, 13, BORROWED, 0);
    const requests = new Requests(fields, new HpackEncoder(), server);
    server.body = body;
    writeUint32(window, 9, A_READ * body.length);
    const before = process.hrtime.bigint();
    for (let round = 0; round < rounds; round += A_READ) {
      server.session.read(requests.bytes, 0, requests.length, BORROWED, round);
      for (let open = 1; open > 0; open = server.session.openStreams) server.flush();
      server.session.read(window, 0, 13, BORROWED, round);
      requests.renew();
    }
    best = Math.min(best, Number(process.hrtime.bigint() - before) / rounds);
  }
  console.log(`${name.padEnd(36)} ${best.toFixed(0).padStart(7)} ns`);
}

time('small request, 13 bytes', SMALL, BODY, ROUNDS);
time('browser-like request, 13 bytes', BROWSER, BODY, ROUNDS);
time('small request, 1 MiB by reference', SMALL, LARGE, ROUNDS / 100);
