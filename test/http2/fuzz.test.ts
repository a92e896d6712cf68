import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BORROWED } from '../../src/lib/wire.ts';
import { Chance, randomCuts } from '../http1/mutate.ts';
import { frameCases, stateCases } from './cases/connection-cases.ts';
import { data, GET, HELLO, headers, POST, rstStream, settings, windowUpdate } from './frames.ts';
import { Harness } from './harness.ts';

/** `SLUICE_FUZZ_SECONDS` in all; `SLUICE_FUZZ_SEED` is the first round's seed, each later round's is one more. */
const SECONDS = Number(process.env.SLUICE_FUZZ_SECONDS ?? 4);
const SEED = Number(process.env.SLUICE_FUZZ_SEED ?? 1);

const CORPUS: readonly Buffer[] = [
  ...frameCases.map(({ input }) => input),
  ...stateCases.map(({ input }) => input),
  Buffer.concat([
    headers(1, POST, false),
    data(1, 'abc'),
    data(1, 'def', true),
    headers(3, GET),
    windowUpdate(0, 9),
  ]),
  Buffer.concat([
    settings([4, 3], [1, 0]),
    headers(1, GET),
    windowUpdate(1, 2),
    rstStream(1, 8),
    headers(3, GET),
  ]),
].filter(({ length }) => length < 2000);

function mutate(chance: Chance): Buffer {
  const parts = Array.from({ length: 1 + chance.below(4) }, () => chance.pick(CORPUS));
  let bytes = Buffer.concat(parts);
  for (let times = chance.below(5); times > 0; times--) {
    const at = chance.below(bytes.length);
    const to = Math.min(bytes.length, at + chance.below(12));
    switch (chance.below(4)) {
      case 0:
        bytes[at] = chance.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    }
  }
  return bytes;
}

/** A server that answers everything it is asked. */
function serve(): Harness {
  const harness = new Harness();
  harness.onRequestDo = (stream) => {
    harness.session.respond(stream, { status: 200, headers: ['x', 'y'], bodyLength: -1 }, false);
    harness.session.write(stream, Buffer.from('answer'), 0, 6, BORROWED, true);
  };
  harness.feed(HELLO);
  return harness;
}

/** Data events depend on the cuts; all others must not. */
const heard = (harness: Harness): string[] => harness.events.filter((event) => !event.startsWith('data'));

describe('fuzzing', () => {
  test('a session takes mutated frames the same way however they are cut, and ends every stream once', () => {
    const until = process.hrtime.bigint() + BigInt(Math.round(SECONDS * 1e9));
    for (let seed = SEED; process.hrtime.bigint() < until; seed++) {
      const chance = new Chance(seed);
      const input = mutate(chance);
      try {
        const whole = serve();
        whole.feed(input);
        const cut = serve();
        let from = 0;
        for (const at of [...randomCuts(input.length, chance), input.length]) {
          cut.feed(input.subarray(from, at));
          from = at;
        }
        assert.deepEqual(heard(cut), heard(whole));
        assert.deepEqual(cut.said(), whole.said());
        assert.equal(cut.session.openStreams, whole.session.openStreams);
        whole.session.close();
        assert.equal(whole.session.openStreams, 0);
        const over = whole.events.filter((event) => event.startsWith('over'));
        assert.equal(new Set(over).size, over.length);
        assert.equal(over.length, whole.requests.length + whole.refusals.length);
      } catch (error) {
        throw new Error(`SLUICE_FUZZ_SEED=${seed} fails with input ${input.toString('hex')}`, {
          cause: error,
        });
      }
    }
  });
});
