import assert from 'node:assert/strict';
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { until } from '../support/gateway.ts';
import { proxied } from '../support/http1.ts';
import { rawServer } from '../support/raw.ts';

interface Transfer {
  readonly direction: 'download' | 'upload';
  readonly chunked: boolean;
  readonly bytes: number;
  /** Bytes between two pauses of the reader; 0: it reads as fast as it can. */
  readonly stepBytes: number;
  /** Bytes of each chunk, and of each write of the sender. */
  readonly chunkBytes: number;
}

const PERIOD = 1_000_003;
const MAX_CHUNK = 300_000;
const pattern = Buffer.alloc(PERIOD + MAX_CHUNK);
for (let i = 0, state = 1; i < pattern.length; i++) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  pattern[i] = i < PERIOD ? state >>> 16 : (pattern[i - PERIOD] as number);
}

/** Each seed begins elsewhere in the pattern: what is mixed up between two connections, or shifted, is seen. */
function* payload(seed: number, { bytes, chunkBytes }: Transfer): Generator<Buffer> {
  for (let at = 0; at < bytes; at += chunkBytes) {
    const start = (seed * 104_729 + at) % PERIOD;
    yield pattern.subarray(start, start + Math.min(chunkBytes, bytes - at));
  }
}

/** Writes a body, waiting for the socket whenever it says so. */
async function send(socket: net.Socket, seed: number, transfer: Transfer): Promise<void> {
  for (const part of payload(seed, transfer)) {
    if (transfer.chunked) socket.write(`${part.length.toString(16)};x=y\r\n`);
    let free = socket.write(part);
    if (transfer.chunked) free = socket.write('\r\n');
    if (!free && !socket.destroyed) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
  if (transfer.chunked) socket.write('0\r\n\r\n');
}

/** Reads one message, slowly where that is asked for, and hashes its body. */
class Reader {
  readonly head: Promise<string>;
  readonly done: Promise<{ readonly bytes: number; readonly digest: string }>;
  readonly #hash: Hash = createHash('sha1');
  #bytes = 0;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(socket: net.Socket, stepBytes: number) {
    const head = Promise.withResolvers<string>();
    const done = Promise.withResolvers<{ bytes: number; digest: string }>();
    this.head = head.promise;
    this.done = done.promise;
    let left: number | null = null;
    let step = 0;
    const finish = () => done.resolve({ bytes: this.#bytes, digest: this.#hash.digest('hex') });
    socket.on('data', (bytes: Buffer) => {
      this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes]);
      step += bytes.length;
      if (left === null) {
        const end = this.#buffer.indexOf('\r\n\r\n');
        if (end < 0) return;
        const text = this.#buffer.toString('latin1', 0, end + 2);
        this.#buffer = this.#buffer.subarray(end + 4);
        const length = /\r\ncontent-length: (\d+)\r\n/.exec(text);
        left = length === null ? -1 : Number(length[1]);
        head.resolve(text);
      }
      if (left >= 0) {
        left -= this.#buffer.length;
        this.#take(this.#buffer);
        this.#buffer = Buffer.alloc(0);
        if (left <= 0) finish();
      } else if (this.#readChunks()) finish();
      if (stepBytes === 0 || step < stepBytes) return;
      step = 0;
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
    socket.on('error', done.reject);
    socket.on('close', () => done.reject(new Error('closed before the end of a body')));
  }

  #take(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  /** @returns True behind the last chunk. */
  #readChunks(): boolean {
    for (;;) {
      const lineEnd = this.#buffer.indexOf('\r\n');
      if (lineEnd < 0) return false;
      const size = Number.parseInt(this.#buffer.toString('latin1', 0, lineEnd), 16);
      if (this.#buffer.length < lineEnd + 2 + size + 2) return false;
      assert.equal(this.#buffer.toString('latin1', lineEnd + 2 + size, lineEnd + 4 + size), '\r\n');
      this.#take(this.#buffer.subarray(lineEnd + 2, lineEnd + 2 + size));
      this.#buffer = this.#buffer.subarray(lineEnd + 4 + size);
      if (size === 0) return true;
    }
  }
}

function digestOf(seed: number, transfer: Transfer): string {
  const hash = createHash('sha1');
  for (const part of payload(seed, transfer)) hash.update(part);
  return hash.digest('hex');
}

const framing = (transfer: Transfer): string =>
  transfer.chunked ? 'transfer-encoding: chunked\r\n' : `content-length: ${transfer.bytes}\r\n`;

const transfer = (limits: fc.IntegerConstraints, steps: readonly number[]) =>
  fc.record<Transfer>({
    direction: fc.constantFrom('download', 'upload'),
    chunked: fc.boolean(),
    bytes: fc.integer(limits),
    stepBytes: fc.constantFrom(...steps),
    chunkBytes: fc.constantFrom(1000, 16_000, 65_536, MAX_CHUNK),
  });

/** Slow readers get more than the kernel buffers for them: the gateway has to hold and to wait. */
const transfers = fc
  .tuple(
    fc.array(transfer({ min: 1, max: 70_000 }, [0, 20_000]), { minLength: 10, maxLength: 10 }),
    fc.array(transfer({ min: 200_000, max: 3_000_000 }, [0]), { minLength: 30, maxLength: 30 }),
    fc.array(transfer({ min: 6_000_000, max: 9_000_000 }, [60_000, 200_000]), {
      minLength: 20,
      maxLength: 20,
    }),
  )
  .chain((parts) => fc.shuffledSubarray(parts.flat(), { minLength: 60, maxLength: 60 }));

test('many bodies at once, both ways, with either framing, to slow readers too, arrive unchanged', async (t) => {
  const current = new Map<number, Transfer>();
  const seen = new Map<number, string>();
  const failures: unknown[] = [];
  const upstream = await rawServer(t, (socket) => {
    const serve = async () => {
      // One exchange a connection: its number, and with it the transfer, stands in the path.
      const known = Promise.withResolvers<Transfer>();
      let step = 0;
      socket.once('data', (bytes: Buffer) => {
        const seed = Number(/\/(\d+) /.exec(bytes.toString('latin1', 0, 100))?.[1]);
        const transfer = current.get(seed) as Transfer;
        step = transfer.direction === 'upload' ? transfer.stepBytes : 0;
        const reader = new Reader(socket, step);
        reader.done.catch(() => {});
        socket.emit('data', bytes);
        known.resolve(transfer);
        void (async () => {
          if (transfer.direction === 'upload') {
            const { digest } = await reader.done;
            seen.set(seed, digest);
            socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok');
          } else {
            socket.write(`HTTP/1.1 200 OK\r\nconnection: close\r\n${framing(transfer)}\r\n`);
            await send(socket, seed, transfer);
          }
        })().catch((error: unknown) => failures.push(error));
      });
      await known.promise;
    };
    socket.on('end', () => socket.end());
    void serve();
  });
  const { gateway } = await proxied(t, upstream);
  const run = async (seed: number, transfer: Transfer): Promise<void> => {
    const socket = net.connect({ port: gateway.http, host: '127.0.0.1', noDelay: true });
    const reader = new Reader(socket, transfer.direction === 'download' ? transfer.stepBytes : 0);
    reader.head.catch(() => {});
    const expected = digestOf(seed, transfer);
    if (transfer.direction === 'upload') {
      socket.write(`POST /${seed} HTTP/1.1\r\nhost: web.test\r\n${framing(transfer)}\r\n`);
      await send(socket, seed, transfer);
      await reader.done;
      assert.equal(seen.get(seed), expected);
    } else {
      socket.write(`GET /${seed} HTTP/1.1\r\nhost: web.test\r\n\r\n`);
      const { bytes, digest } = await reader.done;
      assert.equal(bytes, transfer.bytes);
      assert.equal(digest, expected);
    }
    socket.destroy();
  };
  let next = 1;
  await fc.assert(
    fc.asyncProperty(transfers, async (list) => {
      // A client that is done begins anew: buffers change hands while others still wait for their readers.
      const waiting = list.slice();
      const clients = Array.from({ length: 20 }, async () => {
        for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
          const seed = next++;
          current.set(seed, each);
          await run(seed, each);
        }
      });
      await Promise.all(clients);
    }),
    { numRuns: 3, seed: 1, endOnFailure: true },
  );
  assert.deepEqual(failures, []);
});

/** Writes without end, waiting for the socket whenever it says so. @returns How many bytes it was given so far. */
function flood(socket: net.Socket): () => number {
  const part = Buffer.alloc(1 << 16);
  let given = 0;
  const more = () => {
    while (!socket.destroyed) {
      given += part.length;
      if (!socket.write(part)) return;
    }
  };
  socket.on('drain', more);
  socket.on('error', () => {});
  more();
  return () => given;
}

/** Resolves when a number has not changed over 20 looks. */
async function standstill(look: () => number): Promise<number> {
  let last = -1;
  let same = 0;
  await until(() => {
    const now = look();
    same = now === last ? same + 1 : 0;
    last = now;
    return now > 0 && same === 20;
  });
  return last;
}

/** More than the kernel buffers of two connections, and what the gateway and we hold beside them. */
const HELD_BYTES = 32 << 20;

for (const framing of ['content-length: 1000000000', 'x: until the close']) {
  test(`a client that does not read stops the upstream, which ends with it (J5, ${framing})`, async (t) => {
    let given: () => number = () => 0;
    let closed = false;
    const upstream = await rawServer(t, (socket) => {
      socket.on('close', () => {
        closed = true;
      });
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`);
        given = flood(socket);
      });
    });
    const { gateway } = await proxied(t, upstream);
    const socket = net.connect({ port: gateway.http, host: '127.0.0.1' });
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nhost: web.test\r\n\r\n');
    assert.equal((await standstill(() => given())) < HELD_BYTES, true);
    assert.equal(closed, false);
    socket.resetAndDestroy();
    await until(() => closed);
  });
}

test('an upstream that does not read stops the client, and its early answer still arrives (J4, J8)', async (t) => {
  let answer: (() => void) | undefined;
  const upstream = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.pause();
      answer = () => {
        socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\nno');
        socket.resume();
      };
    });
  });
  const { gateway } = await proxied(t, upstream);
  const socket = net.connect({ port: gateway.http, host: '127.0.0.1' });
  t.after(() => socket.destroy());
  socket.write('POST / HTTP/1.1\r\nhost: web.test\r\ncontent-length: 1000000000\r\n\r\n');
  const given = flood(socket);
  const stood = await standstill(given);
  assert.equal(stood < HELD_BYTES, true);
  // What is on its way is far more than the gateway drains: the answer must have left before the reset.
  socket.removeAllListeners('drain');
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  answer?.();
  await until(() => text.endsWith('\r\n\r\nno'));
  assert.match(text, /^HTTP\/1\.1 413 [^\0]*\r\nconnection: close\r\n/);
  await until(() => socket.destroyed);
});
