import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { PREFACE } from '../../src/http2/frame.ts';
import { BORROWED, OWNED } from '../../src/lib/wire.ts';
import { Chance } from '../http1/mutate.ts';
import { GET, headers, parseFrames, settings, windowUpdate } from './frames.ts';
import { Harness } from './harness.ts';

const ROUNDS = 150;

const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function randomBody(chance: Chance): Buffer {
  const size = chance.pick([0, 1, 100, 4096, 4097, 16_384, 16_385, 70_000]) + chance.below(50);
  return Buffer.from(Array.from({ length: size }, () => chance.below(256)));
}

function randomHeaders(chance: Chance): string[] {
  const names = ['x-a', 'x-b', 'accept', 'user-agent', 'x-long-name-that-is-no-other'];
  const headers: string[] = [];
  for (let i = chance.below(6); i > 0; i--) headers.push(chance.pick(names), 'v'.repeat(chance.below(60)));
  return headers;
}

/** A message on its way: what is left of it is written in random pieces. */
interface Sender {
  readonly write: (part: Buffer, last: boolean) => boolean;
  /** The peer's side has ended: an answer that ends before would cut the request off. */
  readonly mayEnd: () => boolean;
  readonly body: Buffer;
  sent: number;
  waits: boolean;
}

/** Two sessions of ours, one wire that cuts where it likes, and receivers that take their time. */
class Pair {
  readonly client = new Harness({ server: false });
  readonly server = new Harness();
  readonly #chance: Chance;
  readonly #wires = [
    { from: this.client, to: this.server, bytes: Buffer.alloc(0) },
    { from: this.server, to: this.client, bytes: Buffer.alloc(0) },
  ];
  readonly #owed: { harness: Harness; id: number; bytes: number }[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
    for (const harness of [this.client, this.server]) {
      harness.consumes = false;
      const heard = harness.onData.bind(harness);
      harness.onData = (stream, bytes, start, end, lending, endStream) => {
        heard(stream, bytes, start, end, lending, endStream);
        harness.streams.set(stream.id, stream);
        this.#owed.push({ harness, id: stream.id, bytes: end - start });
        assert.ok(end - start <= 16_384);
      };
    }
  }

  /** A loop turn: some bytes go over, some body bytes go on. */
  turn(): void {
    const chance = this.#chance;
    for (const wire of this.#wires) {
      if (chance.below(3) > 0) wire.bytes = Buffer.concat([wire.bytes, wire.from.take()]);
      const count = Math.min(wire.bytes.length, chance.pick([1, 9, 10, 1000, 70_000, 300_000]));
      if (count > 0) wire.to.feed(wire.bytes.subarray(0, count));
      wire.bytes = wire.bytes.subarray(count);
    }
    while (this.#owed.length > 0 && chance.below(4) > 0) {
      const [owed] = this.#owed.splice(chance.below(this.#owed.length), 1);
      const stream = owed?.harness.streams.get(owed.id);
      if (owed !== undefined && stream !== undefined) owed.harness.session.consumed(stream, owed.bytes);
    }
  }
}

function push(sender: Sender, chance: Chance): void {
  if (sender.waits || sender.sent > sender.body.length) return;
  const length = Math.min(sender.body.length - sender.sent, chance.pick([1, 50, 5000, 40_000, 1 << 20]));
  const last = sender.sent + length === sender.body.length;
  if (last && !sender.mayEnd()) return;
  const part = Buffer.from(sender.body.subarray(sender.sent, sender.sent + length));
  sender.sent += length;
  if (last) sender.sent++;
  sender.waits = !sender.write(part, last);
}

describe('two sessions back to back', () => {
  test('heads, bodies and trailers come through as they are, however the wire cuts', () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const chance = new Chance(seed);
      const pair = new Pair(chance);
      const { client, server } = pair;
      const count = 1 + chance.below(8);
      const senders: Sender[] = [];
      const wanted = new Map<number, { head: string[]; up: Buffer; down: Buffer; downHead: string[] }>();
      client.onWritableDo = (stream) => {
        const sender = senders.find((one) => one === (stream as { owner: unknown }).owner);
        if (sender !== undefined) sender.waits = false;
      };
      server.onWritableDo = client.onWritableDo;
      server.onRequestDo = (stream, head) => {
        const want = wanted.get(stream.id);
        assert.ok(want !== undefined);
        assert.deepEqual(head.headers, want.head);
        server.session.respond(stream, { status: 200, headers: want.downHead, bodyLength: -1 }, false);
        senders.push(sending(server, stream as never, want.down));
      };
      for (let i = 0; i < count; i++) {
        const want = {
          head: randomHeaders(chance),
          up: randomBody(chance),
          down: randomBody(chance),
          downHead: randomHeaders(chance),
        };
        const parts = {
          method: 'POST',
          scheme: 'http',
          authority: 'a.test',
          path: `/${i}`,
          protocol: null,
        } as const;
        const rest = { headers: want.head, neverIndexed: [], bodyLength: want.up.length, teTrailers: false };
        const stream = client.session.request({ ...parts, ...rest }, '', false);
        assert.ok(stream !== null);
        wanted.set(stream.id, want);
        senders.push(sending(client, stream as never, want.up));
      }
      for (let turns = 0; client.session.openStreams > 0; turns++) {
        assert.ok(
          turns < 20_000,
          `seed ${seed} does not end: ${client.session.openStreams} streams are left`,
        );
        for (const sender of senders) if (chance.below(2) === 0) push(sender, chance);
        pair.turn();
      }
      for (const [id, { up, down }] of wanted) {
        assert.equal(hash(server.body(id)), hash(up), `seed ${seed}, stream ${id}, request`);
        assert.equal(hash(client.body(id)), hash(down), `seed ${seed}, stream ${id}, response`);
      }
      assert.deepEqual([...client.faults, ...server.faults], [], `seed ${seed}`);
      assert.ok(
        ![...client.events, ...server.events].some((event) => event.startsWith('reset')),
        `seed ${seed}`,
      );
    }

    function sending(
      harness: Harness,
      stream: Parameters<Harness['session']['end']>[0],
      body: Buffer,
    ): Sender {
      const sender: Sender = {
        body,
        sent: 0,
        waits: false,
        mayEnd: () => !harness.serves || stream.remoteClosed,
        write: (part, last) =>
          harness.session.write(stream, part, 0, part.length, part.length > 3000 ? OWNED : BORROWED, last),
      };
      (stream as { owner: unknown }).owner = sender;
      return sender;
    }
  });

  test('no stream starves: those that wait for the connection send a frame each in turn', () => {
    const server = new Harness();
    const ids = Array.from({ length: 10 }, (_, i) => 2 * i + 1);
    server.feed(Buffer.concat([PREFACE, settings([4, 1 << 20]), ...ids.map((id) => headers(id, GET))]));
    const body = Buffer.alloc(200_000);
    for (const id of ids) {
      server.session.respond(server.stream(id), { status: 200, headers: [], bodyLength: -1 }, false);
      server.session.write(server.stream(id), body, 0, body.length, OWNED, true);
    }
    server.take();
    server.feed(windowUpdate(0, 50 * 16_384));
    const order: number[] = [];
    for (let bytes = server.take(); bytes.length > 0; bytes = server.take())
      order.push(...parseFrames(bytes).map(({ streamId }) => streamId));
    assert.equal(order.length, 50);
    for (let round = 0; round < 5; round++) {
      const turn = order.slice(10 * round, 10 * round + 10);
      assert.deepEqual(
        turn.toSorted((a, b) => a - b),
        ids,
      );
    }
  });
});
