import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { duplexPair } from 'node:stream';
import { describe, test } from 'node:test';
import { Chance } from '../../http1/mutate.ts';
import { HandMadePeer } from './hand-made-peer.ts';
import { listOf } from './limits.ts';

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

describe('HPACK beside node:http2', () => {
  for (const headerTableSize of [0, 64, 300, 4096, 65_536]) {
    test(`both sides understand each other with a table of ${headerTableSize} bytes`, async (t) => {
      const chance = new Chance(headerTableSize + 1);
      const requests = Array.from({ length: REQUESTS }, () => randomFields(NAMES, chance));
      const answers = Array.from({ length: REQUESTS }, () => randomFields(ANSWER_NAMES, chance));
      const [near, far] = duplexPair();
      const lists: (readonly string[] | string)[] = [];
      const server = new HandMadePeer(far, {
        serves: true,
        onBlock: (streamId, block) => {
          const headers = (answers[lists.length] ?? []).flat();
          lists.push(listOf(block));
          const parts = { status: 200, headers, neverIndexed: [] };
          server.send(streamId, (encoder, out) => encoder.encodeResponse(parts, out, 0));
        },
      });
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
        assert.deepEqual(lists[at], [...pseudo, ...fields.flat()]);
        for (const [name, value] of answers[at] ?? []) assert.equal(headers[name], value);
      }
    });
  }
});
