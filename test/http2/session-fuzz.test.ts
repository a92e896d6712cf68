import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ERROR } from '../../src/http2/errors.ts';
import { BORROWED, OWNED } from '../../src/lib/wire.ts';
import { type Chance, randomCuts } from '../http1/mutate.ts';
import { fuzz, Holdings, mutateBytes, mutateFrames } from './fuzz-rounds.ts';
import { Harness, type Stream } from './harness.ts';

const MAX_TURNS = 300;
const BODY = Buffer.alloc(200_000, 'body ');
/** What may stay of a run of thousands of rounds: caches of the engine, not of ours. */
const MAX_GROWTH_BYTES = 32 * 1024 * 1024;

const REQUEST = {
  method: 'POST',
  scheme: 'http',
  authority: 'a.test',
  path: '/some/path?with=query',
  protocol: null,
  neverIndexed: [],
  teTrailers: true,
} as const;

/** A client and a server of ours with a wire between them that is not always true. */
class Pair {
  readonly holdings = new Holdings();
  readonly client = new Harness({ ...this.holdings, server: false });
  readonly server = new Harness({ ...this.holdings });
  /** Bytes were changed on their way. */
  mutated = false;
  asked = 0;
  readonly #chance: Chance;
  readonly #liar: boolean;

  constructor(chance: Chance) {
    this.#chance = chance;
    this.#liar = chance.below(5) > 0;
    this.server.onRequestDo = (stream) => this.#answer(stream);
    for (const harness of [this.client, this.server]) harness.consumes = chance.below(4) > 0;
  }

  #answer(stream: Stream): void {
    const chance = this.#chance;
    const { session } = this.server;
    const headers = [
      'server',
      'us',
      'x-number',
      `${chance.below(4)}`,
      'x-long',
      'v'.repeat(chance.below(300)),
    ];
    if (chance.below(4) === 0) session.inform(stream, 103, ['link', '</a.css>']);
    session.respond(stream, { status: 200, headers, bodyLength: -1 }, false);
    session.write(stream, BODY, 0, chance.below(BODY.length), OWNED, false);
    session.end(stream, chance.below(2) === 0 ? ['grpc-status', '0'] : null);
  }

  /** Asks for something, gives something up, or says good-bye. */
  #act(): void {
    const chance = this.#chance;
    const { client, server } = this;
    switch (chance.below(12)) {
      case 0:
      case 1:
      case 2: {
        if (!client.session.canOpen || this.asked >= 8) return;
        const length = chance.below(3) * chance.below(40_000);
        const headers = ['x-number', `${chance.below(4)}`, 'cookie', `id=${chance.below(9)}`];
        const stream = client.session.request({ ...REQUEST, headers, bodyLength: length }, '', length === 0);
        assert.ok(stream !== null);
        this.asked++;
        client.streams.set(stream.id, stream);
        if (length > 0) client.session.write(stream, BODY, 0, length, BORROWED, true);
        return;
      }
      case 3:
        client.session.ping();
        return;
      case 4:
        if (this.mutated) chance.pick([client, server]).session.goAway();
        return;
      case 5: {
        const { session, streams } = chance.pick([client, server]);
        const stream = [...streams.values()][0];
        if (stream !== undefined && this.mutated) session.reset(stream, ERROR.cancel);
        return;
      }
      default:
    }
  }

  #lie(truth: Buffer): Buffer {
    return this.#chance.below(3) === 0 ? mutateBytes(truth, this.#chance) : mutateFrames(truth, this.#chance);
  }

  /** @returns Whether anything went over the wire. */
  turn(): boolean {
    this.#act();
    const chance = this.#chance;
    let moved = false;
    for (const [from, to] of [
      [this.client, this.server],
      [this.server, this.client],
    ] as const) {
      const truth = from.take();
      const bytes = this.#liar && chance.below(6) === 0 ? this.#lie(truth) : truth;
      this.mutated ||= !bytes.equals(truth);
      moved ||= bytes.length > 0;
      let start = 0;
      for (const at of [...randomCuts(bytes.length, chance), bytes.length]) {
        if (at > start && !to.session.dead) to.feed(bytes.subarray(start, at));
        start = Math.max(at, start);
      }
      to.nowMs += chance.below(50);
    }
    return moved;
  }
}

/** Nothing is heard of a stream behind its end, and its end once; nothing at all but ends behind the fault. */
function checkOrder(events: readonly string[]): void {
  const over = new Set<string>();
  for (const event of events) {
    const [what, id] = event.split(' ') as [string, string?];
    if (!/^(request|refused|interim|response|data|trailers|writable|reset|over)$/.test(what)) continue;
    assert.ok(!over.has(id ?? ''), `"${event}" comes behind the end of its stream`);
    if (what === 'over') over.add(id ?? '');
  }
  const fault = events.findIndex((event) => event.startsWith('fault'));
  assert.ok(
    fault < 0 || fault === events.length - 1,
    `the fault is not the last event: ${events.slice(fault)}`,
  );
}

function round(chance: Chance): void {
  const pair = new Pair(chance);
  const { client, server, holdings } = pair;
  for (let turn = 0, quiet = 0; turn < MAX_TURNS && quiet < 8; turn++) quiet = pair.turn() ? 0 : quiet + 1;
  if (!pair.mutated) {
    assert.deepEqual([...client.faults, ...server.faults], []);
    assert.equal(server.requests.length, pair.asked);
  }
  for (const harness of [client, server]) {
    assert.ok(holdings.buffers.out < 100, 'many output buffers are out');
    harness.session.close();
    assert.equal(harness.session.openStreams, 0);
    checkOrder(harness.events);
    const before = harness.events.length;
    harness.feed(BODY.subarray(0, 100));
    assert.equal(harness.events.length, before, 'a session that is over hears more');
    harness.take();
  }
  const ends = (harness: Harness): number =>
    harness.events.filter((event) => event.startsWith('over')).length;
  assert.equal(ends(client), pair.asked);
  assert.equal(ends(server), server.requests.length + server.refusals.length);
  holdings.assertNone();
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What the first one finds is swept beside us; the second waits for that.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

describe('fuzzing', () => {
  test('two sessions over a wire that lies end all they began, in order, and keep nothing', () => {
    let rounds = 0;
    let before = 0;
    fuzz((chance) => {
      round(chance);
      if (++rounds === 50) before = heapBytes();
    });
    if (rounds < 100) return;
    const growth = heapBytes() - before;
    assert.ok(growth < MAX_GROWTH_BYTES, `${growth} bytes more after ${rounds} rounds`);
  });
});
