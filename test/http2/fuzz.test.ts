import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FRAME } from '../../src/http2/frame.ts';
import { BORROWED } from '../../src/lib/wire.ts';
import { type Chance, randomCuts } from '../http1/mutate.ts';
import { frameCases, stateCases } from './cases/connection-cases.ts';
import {
  block,
  data,
  END_HEADERS,
  frame,
  GET,
  HELLO,
  headers,
  POST,
  rstStream,
  settings,
  uint32,
  windowUpdate,
} from './frames.ts';
import { fuzz, Holdings, mutateBytes } from './fuzz-rounds.ts';
import { Harness } from './harness.ts';

const join = (...parts: Buffer[]): Buffer => Buffer.concat(parts);
const WIRE = [...frameCases, ...stateCases].map(({ input }) => input).filter(({ length }) => length < 2000);

const FROM_CLIENTS: readonly Buffer[] = [
  ...WIRE,
  join(headers(1, POST, false), data(1, 'abc'), data(1, 'def', true), headers(3, GET), windowUpdate(0, 9)),
  join(settings([4, 3], [1, 0]), headers(1, GET), windowUpdate(1, 2), rstStream(1, 8), headers(3, GET)),
];

const OK = [
  [':status', '200'],
  ['x', 'y'],
] as const;
const FROM_SERVERS: readonly Buffer[] = [
  ...WIRE,
  join(settings([3, 50], [4, 100]), headers(1, OK, false), data(1, 'abc'), data(1, 'def', true)),
  join(headers(1, [[':status', '103']], false), headers(1, OK, false), headers(1, [['grpc-status', '0']])),
  join(headers(3, [...OK, ['content-length', '3']], false), data(3, 'abc', true), rstStream(3, 0)),
  join(frame(FRAME.headers, 0, 5, block(OK)), frame(FRAME.continuation, END_HEADERS, 5, block(OK.slice(1)))),
  join(settings([1, 0], [1, 99]), windowUpdate(5, 20), data(5, 'abc'), rstStream(5, 8)),
  join(frame(FRAME.goAway, 0, 0, join(uint32(3), uint32(0))), headers(3, OK)),
  join(frame(FRAME.goAway, 0, 0, join(uint32(2 ** 31 - 1), uint32(11))), headers(1, OK)),
  join(frame(FRAME.pushPromise, END_HEADERS, 1, join(uint32(2), block(GET))), headers(1, OK)),
  join(frame(FRAME.ping, 0, 0, '8 bytes!'), frame(FRAME.ping, 1, 0, '8 bytes!'), frame(0xbe, 0, 0, 'odd')),
];

function mutate(corpus: readonly Buffer[], chance: Chance): Buffer {
  return mutateBytes(join(...Array.from({ length: 1 + chance.below(4) }, () => chance.pick(corpus))), chance);
}

/** A server that answers everything it is asked. */
function serve(holdings: Holdings): Harness {
  const harness = new Harness({ ...holdings });
  harness.onRequestDo = (stream) => {
    harness.session.respond(stream, { status: 200, headers: ['x', 'y'], bodyLength: -1 }, false);
    harness.session.write(stream, Buffer.from('answer'), 0, 6, BORROWED, true);
  };
  harness.feed(HELLO);
  return harness;
}

const REQUEST = {
  method: 'POST',
  scheme: 'http',
  authority: 'a.test',
  path: '/',
  protocol: null,
  headers: ['x-a', 'b'],
  neverIndexed: [],
  bodyLength: -1,
  teTrailers: true,
} as const;

/** A client with three requests under way: one that has ended, one in the middle of its body, one before it. */
function ask(holdings: Holdings): Harness {
  const harness = new Harness({ ...holdings, server: false });
  harness.feed(settings());
  harness.session.request(REQUEST, '', true);
  const second = harness.session.request(REQUEST, '', false);
  harness.session.request(REQUEST, '', false);
  assert.ok(second !== null);
  harness.session.write(second, Buffer.from('body'), 0, 4, BORROWED, false);
  return harness;
}

/** Data events depend on the cuts; all others must not. */
const heard = (harness: Harness): string[] => harness.events.filter((event) => !event.startsWith('data'));

/** Feeds the input whole and cut; both sessions must hear and say the same, and end all that they began. */
function check(start: (holdings: Holdings) => Harness, input: Buffer, chance: Chance): Harness {
  const holdings = new Holdings();
  const whole = start(holdings);
  whole.feed(input);
  const cut = start(holdings);
  let from = 0;
  for (const at of [...randomCuts(input.length, chance), input.length]) {
    cut.feed(input.subarray(from, at));
    from = at;
  }
  assert.deepEqual(heard(cut), heard(whole));
  assert.deepEqual(cut.said(), whole.said());
  assert.equal(cut.session.openStreams, whole.session.openStreams);
  for (const { session } of [whole, cut]) {
    session.close();
    assert.equal(session.openStreams, 0);
  }
  holdings.assertNone();
  const over = whole.events.filter((event) => event.startsWith('over'));
  assert.equal(new Set(over).size, over.length);
  return whole;
}

const overs = (harness: Harness): number => harness.events.filter((event) => event.startsWith('over')).length;

describe('fuzzing', () => {
  test('a server takes mutated frames the same way however they are cut, and ends every stream once', () => {
    fuzz((chance, say) => {
      const input = mutate(FROM_CLIENTS, chance);
      say(input.toString('hex'));
      const harness = check(serve, input, chance);
      assert.equal(overs(harness), harness.requests.length + harness.refusals.length);
      assert.ok(harness.faults.length <= 1);
    });
  });

  test('a client takes mutated frames the same way however they are cut, and ends every stream once', () => {
    fuzz((chance, say) => {
      const input = mutate(FROM_SERVERS, chance);
      say(input.toString('hex'));
      const harness = check(ask, input, chance);
      assert.equal(overs(harness), 3);
      assert.ok(harness.faults.length <= 1);
      assert.ok(harness.responses.length <= 3);
    });
  });
});
