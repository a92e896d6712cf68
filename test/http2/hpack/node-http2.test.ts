import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, test } from 'node:test';
import { HpackDecoder } from '../../../src/http2/hpack/decoder.ts';
import { fieldsRoom, HpackEncoder } from '../../../src/http2/hpack/encoder.ts';
import { Chance } from '../../http1/mutate.ts';
import {
  ACK,
  CONTINUATION,
  cutFrames,
  END_HEADERS,
  END_STREAM,
  fragmentOf,
  frame,
  HEADERS,
  PREFACE,
  SETTINGS,
} from './frames-by-hand.ts';
import { LIMITS, listOf } from './limits.ts';

const REQUESTS = 200;
const NAMES = ['x-a', 'accept', 'x-trace', 'user-agent', 'cache-control', 'x-long-name-of-a-field', 'vary'];
const ANSWER_NAMES = ['server', 'x-b', 'vary', 'etag', 'cache-control', 'x-powered-by', 'content-language'];

/** Fields with distinct names, their values from few or from all that a value may hold, bytes above 0x7f too. */
function randomFields(names: readonly string[], chance: Chance): readonly (readonly [string, string])[] {
  return names
    .filter(() => chance.below(3) > 0)
    .map((name) => {
      if (chance.below(2) === 0) return [name, `value ${chance.below(3)}`] as const;
      const codes = Array.from({ length: 1 + chance.below(40) }, () => 0x21 + chance.below(0xff - 0x20));
      return [name, String.fromCharCode(...codes.filter((code) => code !== 0x7f), 0x7e)] as const;
    });
}

/** The other side of a session of node:http2: frames by hand, header blocks by ours. */
class HandMadeServer {
  readonly lists: (readonly string[] | string)[] = [];
  readonly #wire: Duplex;
  readonly #decoder = new HpackDecoder();
  readonly #encoder = new HpackEncoder();
  readonly #answers: readonly (readonly string[])[];
  #bytes: Buffer = Buffer.alloc(0);
  #started = false;
  #block: Buffer = Buffer.alloc(0);

  constructor(wire: Duplex, answers: readonly (readonly string[])[]) {
    this.#wire = wire;
    this.#answers = answers;
    wire.write(frame(SETTINGS, 0, 0, Buffer.alloc(0)));
    wire.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (!this.#started) {
      if (this.#bytes.length < PREFACE.length) return;
      assert.equal(this.#bytes.toString('latin1', 0, PREFACE.length), PREFACE);
      this.#bytes = this.#bytes.subarray(PREFACE.length);
      this.#started = true;
    }
    const { frames, rest } = cutFrames(this.#bytes);
    this.#bytes = rest;
    for (const one of frames) {
      if (one.type === SETTINGS && one.flags !== ACK) this.#settings(one.payload);
      if (one.type !== HEADERS && one.type !== CONTINUATION) continue;
      this.#block = Buffer.concat([this.#block, fragmentOf(one)]);
      if (one.flags & END_HEADERS) this.#answer(one.streamId);
    }
  }

  #settings(payload: Buffer): void {
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) === 1) this.#encoder.setPeerTableBytes(payload.readUInt32BE(at + 2));
    }
    this.#wire.write(frame(SETTINGS, ACK, 0, Buffer.alloc(0)));
  }

  #answer(streamId: number): void {
    const block = this.#decoder.decode(this.#block, 0, this.#block.length, LIMITS);
    this.#block = Buffer.alloc(0);
    const headers = this.#answers[this.lists.length] ?? [];
    this.lists.push(listOf(block));
    const out = Buffer.alloc(fieldsRoom(headers));
    const end = this.#encoder.encodeResponse({ status: 200, headers, neverIndexed: [] }, out, 0);
    assert.ok(end > 0);
    this.#wire.write(frame(HEADERS, END_HEADERS | END_STREAM, streamId, out.subarray(0, end)));
  }
}

describe('HPACK beside node:http2', () => {
  for (const headerTableSize of [0, 64, 300, 4096, 65_536]) {
    test(`both sides understand each other with a table of ${headerTableSize} bytes`, async (t) => {
      const chance = new Chance(headerTableSize + 1);
      const requests = Array.from({ length: REQUESTS }, () => randomFields(NAMES, chance));
      const answers = Array.from({ length: REQUESTS }, () => randomFields(ANSWER_NAMES, chance));
      const [near, far] = duplexPair();
      const server = new HandMadeServer(
        far,
        answers.map((fields) => fields.flat()),
      );
      const session = http2.connect('http://a.example', {
        createConnection: () => near,
        settings: { headerTableSize, enablePush: false },
      });
      t.after(() => {
        session.destroy();
        far.destroy();
      });
      await once(session, 'remoteSettings');
      for (const [at, fields] of requests.entries()) {
        const path = `/${chance.below(5)}`;
        const stream = session.request({
          ':authority': 'a.example',
          ':path': path,
          ...Object.fromEntries(fields),
        });
        const closed = once(stream, 'close');
        stream.resume();
        const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
        await closed;
        const pseudo = [':method', 'GET', ':scheme', 'http', ':path', path, ':authority', 'a.example'];
        assert.deepEqual(server.lists[at], [...pseudo, ...fields.flat()]);
        for (const [name, value] of answers[at] ?? []) assert.equal(headers[name], value);
      }
    });
  }
});
