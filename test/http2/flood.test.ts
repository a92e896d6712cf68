import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FRAME } from '../../src/http2/frame.ts';
import { HeldFields } from '../../src/http2/held-fields.ts';
import { BORROWED } from '../../src/lib/wire.ts';
import {
  block,
  data,
  frame,
  GET,
  HELLO,
  headers,
  POST,
  rstStream,
  settings,
  windowUpdate,
} from './frames.ts';
import { Harness } from './harness.ts';

/** A flood: what comes before it, what comes again and again, and how often it is taken. */
interface Flood {
  readonly name: string;
  readonly before?: Buffer;
  readonly one: (index: number) => Buffer;
  /** The next one ends the connection. */
  readonly taken: number;
  /** The session never gets rid of its output. */
  readonly deaf?: boolean;
}

const BAD = [...GET, ['connection', 'close']] as const;
const open = (index: number): Buffer => headers(2 * index + 1, POST, false);

const floods: readonly Flood[] = [
  {
    name: 'rapid reset (CVE-2023-44487)',
    one: (i) => Buffer.concat([open(i), rstStream(2 * i + 1, 8)]),
    taken: 100,
  },
  {
    name: 'made-you-reset by WINDOW_UPDATE of 0 (CVE-2025-8671)',
    one: (i) => Buffer.concat([open(i), windowUpdate(2 * i + 1, 0)]),
    taken: 100,
  },
  {
    name: 'made-you-reset by DATA behind END_STREAM',
    one: (i) => Buffer.concat([headers(2 * i + 1, GET), data(2 * i + 1, 'x')]),
    taken: 100,
  },
  { name: 'malformed messages', one: (i) => headers(2 * i + 1, BAD), taken: 100 },
  { name: 'streams above the limit', before: many(100, open), one: (i) => open(100 + i), taken: 100 },
  { name: 'PRIORITY', one: () => frame(FRAME.priority, 0, 1, Buffer.alloc(5)), taken: 100 },
  {
    name: 'PRIORITY with a stream open',
    before: headers(1, GET),
    one: () => frame(FRAME.priority, 0, 1, Buffer.alloc(5)),
    taken: 200,
  },
  { name: 'frames of unknown type', one: () => frame(0x30, 0, 0, 'x'), taken: 100 },
  { name: 'WINDOW_UPDATE', one: () => windowUpdate(0, 1), taken: 100 },
  {
    name: 'WINDOW_UPDATE with a stream open',
    before: headers(1, GET),
    one: () => windowUpdate(1, 1),
    taken: 102,
  },
  { name: 'empty DATA (CVE-2019-9518)', before: open(0), one: () => data(1, ''), taken: 1 },
  {
    name: 'padded DATA without data',
    before: open(0),
    one: () => frame(FRAME.data, 8, 1, '\x02ab'),
    taken: 1,
  },
  {
    name: 'empty CONTINUATION',
    before: frame(FRAME.headers, 1, 1, block(GET)),
    one: () => frame(FRAME.continuation, 0, 1),
    taken: 1,
  },
  {
    name: 'CONTINUATION (CVE-2024-27316)',
    before: frame(FRAME.headers, 1, 1, block(GET)),
    one: () => frame(FRAME.continuation, 0, 1, block([['a', 'b']])),
    taken: 8,
  },
  {
    name: 'PING that nobody reads the answers of (CVE-2019-9512)',
    one: () => frame(FRAME.ping, 0, 0, '12345678'),
    taken: 999,
    deaf: true,
  },
  {
    name: 'SETTINGS that nobody reads the answers of (CVE-2019-9515)',
    one: () => settings(),
    taken: 999,
    deaf: true,
  },
];

function many(count: number, one: (index: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, index) => one(index)));
}

function server(): Harness {
  const harness = new Harness();
  harness.feed(HELLO);
  return harness;
}

describe('floods (http2.md, Limits)', () => {
  for (const { name, before, one, taken, deaf = false } of floods) {
    test(`${name}: ${taken} are taken, the next ends the connection with ENHANCE_YOUR_CALM`, () => {
      const harness = server();
      if (before !== undefined) harness.feed(before);
      for (let i = 0; i < taken; i++) {
        harness.feed(one(i));
        if (!deaf) harness.take();
        assert.equal(harness.session.dead, false, `after ${i + 1}`);
      }
      harness.feed(one(taken));
      assert.deepEqual(
        harness.faults.map(({ code }) => code),
        [11],
      );
      assert.match(harness.said().at(-1) ?? '', /^goAway \d+ 11$/);
    });
  }

  test('resets are taken again as time goes by: 33 a second', () => {
    const harness = server();
    let next = 0;
    const reset = (): void => {
      harness.feed(Buffer.concat([open(next), rstStream(2 * next + 1, 8)]));
      next++;
    };
    for (let i = 0; i < 100; i++) reset();
    harness.nowMs += 1000;
    for (let i = 0; i < 33; i++) reset();
    assert.equal(harness.session.dead, false);
    reset();
    assert.ok(harness.session.dead);
  });

  test('an address that offended too often loses its connection with the next offence', () => {
    const harness = server();
    harness.feed(Buffer.concat([open(0), rstStream(1, 8)]));
    assert.equal(harness.session.dead, false);
    harness.welcome = false;
    harness.feed(Buffer.concat([open(1), rstStream(3, 8)]));
    assert.equal(harness.faults[0]?.code, 11);
  });

  test('empty DATA between full DATA is taken', () => {
    const harness = server();
    harness.feed(open(0));
    for (let i = 0; i < 50; i++) harness.feed(Buffer.concat([data(1, 'x'), data(1, '')]));
    assert.equal(harness.session.dead, false);
  });

  test('empty trailers of many requests are taken', () => {
    const harness = server();
    for (let i = 0; i < 50; i++) {
      harness.feed(Buffer.concat([open(i), frame(FRAME.headers, 5, 2 * i + 1)]));
      harness.session.respond(harness.stream(2 * i + 1), { status: 200, headers: [], bodyLength: 0 }, true);
    }
    assert.equal(harness.session.dead, false);
    assert.equal(harness.events.filter((event) => event.startsWith('trailers')).length, 50);
  });

  test('33 entries of SETTINGS end the connection, 32 do not', () => {
    const entries = (count: number): Buffer =>
      settings(...Array.from({ length: count }, () => [0x99, 1] as const));
    const harness = server();
    harness.feed(entries(32));
    assert.equal(harness.session.dead, false);
    harness.feed(entries(33));
    assert.equal(harness.faults[0]?.code, 11);
  });

  test('WINDOW_UPDATE for data that we sent is taken, ten for each frame', () => {
    const harness = server();
    harness.feed(headers(1, GET));
    harness.session.respond(harness.stream(1), { status: 200, headers: [], bodyLength: -1 }, false);
    for (let i = 0; i < 30; i++) {
      harness.session.write(harness.stream(1), Buffer.from('x'), 0, 1, BORROWED, false);
      for (let j = 0; j < 10; j++) harness.feed(windowUpdate(1, 1));
    }
    assert.equal(harness.session.dead, false);
  });

  test('heads that a connection holds are bounded: 431, and then calm', () => {
    const harness = new Harness({ limits: { maxStreams: 1000 } });
    harness.feed(HELLO);
    // Each is 31 000 bytes on the wire once and an index later; 2 MiB hold 67 of them.
    const large = Array.from({ length: 9 }, (_, i) => [`x-${i}`, 'y'.repeat(3400)] as const);
    for (let i = 0; i < 200 && !harness.session.dead; i++) {
      const bytes = block([...POST, ...large]);
      const id = 2 * i + 1;
      harness.feed(frame(FRAME.headers, 0, id, bytes.subarray(0, 16_000)));
      harness.feed(frame(FRAME.continuation, 4, id, bytes.subarray(16_000)));
      harness.take();
    }
    assert.equal(harness.requests.length, 67);
    assert.equal(harness.refusals.length, 100);
    assert.equal(harness.faults[0]?.code, 11);
  });

  test('heads that all connections of a worker hold are bounded; one that holds little is still served', () => {
    const heldFields = new HeldFields(100_000);
    const large = Array.from({ length: 4 }, (_, i) => [`x-${i}`, 'y'.repeat(3400)] as const);
    const connect = () => {
      const harness = new Harness({ heldFields });
      harness.feed(HELLO);
      return harness;
    };
    const hungry = connect();
    for (let i = 0; i < 10; i++) hungry.feed(headers(2 * i + 1, [...POST, ...large], false));
    assert.equal(hungry.requests.length, 7);
    assert.deepEqual(
      hungry.refusals.map(({ status }) => status),
      [431, 431, 431],
    );
    const modest = connect();
    for (let i = 0; i < 3; i++) modest.feed(headers(2 * i + 1, [...POST, ...large], false));
    assert.equal(modest.requests.length, 2, 'as much as one head may be');
    hungry.session.close();
    modest.feed(headers(7, [...POST, ...large], false));
    assert.equal(modest.requests.length, 3);
    modest.session.close();
    assert.equal(heldFields.bytes, 0);
  });
});
