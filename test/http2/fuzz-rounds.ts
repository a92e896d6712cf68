import { PREFACE } from '../../src/http2/frame.ts';
import { OutputBuffers } from '../../src/http2/frame-writer.ts';
import { HeldFields } from '../../src/http2/held-fields.ts';
import { Chance } from '../http1/mutate.ts';
import { frame, parseFrames, type SeenFrame } from './frames.ts';

/**
 * `SLUICE_FUZZ_SECONDS` for each test, 3600 for an hour; `SLUICE_FUZZ_SEED` is the first round's seed, each later
 * round's is one more.
 */
const SECONDS = Number(process.env.SLUICE_FUZZ_SECONDS ?? 3);
const SEED = Number(process.env.SLUICE_FUZZ_SEED ?? 1);

/**
 * Runs rounds until the time is over. A failure names the seed that makes this round the first.
 *
 * @param round Takes all its chance from its argument; what it says is printed when it fails.
 */
export function fuzz(round: (chance: Chance, say: (input: string) => void) => void): void {
  const until = process.hrtime.bigint() + BigInt(Math.round(SECONDS * 1e9));
  for (let seed = SEED; process.hrtime.bigint() < until; seed++) {
    let input = '';
    try {
      round(new Chance(seed), (text) => {
        input = ` with ${text}`;
      });
    } catch (error) {
      throw new Error(`SLUICE_FUZZ_SEED=${seed} fails${input}`, { cause: error });
    }
  }
}

/** Changes up to four places of these bytes: a byte, a bit, a piece left out, a piece twice. */
export function mutateBytes(input: Buffer, chance: Chance): Buffer {
  let bytes = Buffer.from(input);
  for (let times = chance.below(5); times > 0 && bytes.length > 0; times--) {
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

/**
 * Changes one to three whole frames, so that those behind them are still read: one left out, one twice, two in the
 * other order, another type, flag, stream or payload. A preface in front stays.
 */
export function mutateFrames(input: Buffer, chance: Chance): Buffer {
  const head = input.subarray(0, PREFACE.length).equals(PREFACE) ? PREFACE : Buffer.alloc(0);
  const frames = [...parseFrames(input.subarray(head.length))];
  for (let times = 1 + chance.below(3); times > 0 && frames.length > 0; times--) {
    const at = chance.below(frames.length);
    const old = frames[at] as SeenFrame;
    switch (chance.below(7)) {
      case 0:
        frames.splice(at, 1);
        break;
      case 1:
        frames.splice(at, 0, old);
        break;
      case 2:
        frames.splice(at, 1);
        frames.splice(chance.below(frames.length + 1), 0, old);
        break;
      case 3:
        frames[at] = { ...old, type: chance.below(11) };
        break;
      case 4:
        frames[at] = { ...old, flags: old.flags ^ (1 << chance.below(6)) };
        break;
      case 5:
        frames[at] = { ...old, streamId: chance.below(12) };
        break;
      default:
        frames[at] = { ...old, payload: mutateBytes(old.payload, chance) };
    }
  }
  const bytes = frames.map(({ type, flags, streamId, payload }) => frame(type, flags, streamId, payload));
  return Buffer.concat([head, ...bytes]);
}

/** Output buffers that know how many are out: a session that is over must have none. */
export class CountedBuffers extends OutputBuffers {
  out = 0;

  override take(): Buffer {
    this.out++;
    return super.take();
  }

  override giveBack(buffer: Buffer): void {
    this.out--;
    super.giveBack(buffer);
  }
}

/** What sessions hold of a worker, and must have given back when they are over. */
export class Holdings {
  readonly buffers = new CountedBuffers();
  readonly heldFields = new HeldFields(Number.POSITIVE_INFINITY);

  /** @throws {Error} When something was not given back. */
  assertNone(): void {
    const { buffers, heldFields } = this;
    if (buffers.out !== 0 || heldFields.bytes !== 0)
      throw new Error(`${buffers.out} output buffers and ${heldFields.bytes} bytes of fields are still held`);
  }
}
