import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { duplexPair } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import type { BlockFault, HeaderBlock } from '../../../src/http2/hpack/header-block.ts';
import { HandMadePeer } from './hand-made-peer.ts';
import { listOf } from './limits.ts';
import { SITES, type SiteExchange, type SiteRequest, type SiteResponse } from './site-fields.ts';

/** What Node offers, a new one every few exchanges: smaller, none, larger, and two in a row. */
const OFFERS = [4096, 300, 0, 65_536, 1000, 4096];
const EXCHANGES_AN_OFFER = 20;
/** What our side offers: nghttp2 announces each that is not 4096 by a size update. */
const OUR_TABLES = [0, 64, 1000, 4096, 65_536];

/** How much larger our responses may be: a value is indexed when it comes again, names of the table are not used. */
const MOST = 1.5;

interface Tables {
  readonly tableBytes: number;
  /** Node changes what it offers. */
  readonly changes: boolean;
}

type Pairs = readonly (readonly [name: string, value: string])[];

const pseudo = ({ method, authority, path }: SiteRequest): Pairs => [
  [':method', method],
  [':scheme', 'https'],
  [':path', path],
  [':authority', authority],
];

/** Fields as Node takes them: names that repeat have a list. */
function forNode(fields: Pairs): http2.OutgoingHttpHeaders {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of fields) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

function encodeRequest(peer: HandMadePeer, streamId: number, request: SiteRequest): void {
  const { method, authority, path, fields } = request;
  const parts = { method, authority, path, protocol: null, scheme: 'https', neverIndexed: [] } as const;
  peer.send(streamId, (encoder, out) => encoder.encodeRequest({ ...parts, headers: fields.flat() }, out, 0));
}

function encodeResponse(peer: HandMadePeer, streamId: number, { status, fields }: SiteResponse): void {
  const parts = { status, neverIndexed: [], headers: fields.flat() };
  peer.send(streamId, (encoder, out) => encoder.encodeResponse(parts, out, 0));
}

async function offer(session: http2.Http2Session, index: number): Promise<void> {
  if (index % EXCHANGES_AN_OFFER !== EXCHANGES_AN_OFFER - 1) return;
  const at = Math.floor(index / EXCHANGES_AN_OFFER);
  const sizes =
    at % 3 === 2
      ? [OFFERS[(at + 1) % OFFERS.length], OFFERS[at % OFFERS.length]]
      : [OFFERS[at % OFFERS.length]];
  for (const headerTableSize of sizes) {
    const acknowledged = once(session, 'localSettings');
    session.settings({ headerTableSize: headerTableSize ?? 4096 });
    await acknowledged;
  }
}

/** Node asks, ours answers. @returns Bytes of the blocks of our responses. */
async function nodeAsks(
  t: TestContext,
  exchanges: readonly SiteExchange[],
  { tableBytes, changes }: Tables,
): Promise<number> {
  const [near, far] = duplexPair();
  let at = 0;
  const blocks: (HeaderBlock | BlockFault)[] = [];
  const peer = new HandMadePeer(far, {
    serves: true,
    tableBytes,
    onBlock: (streamId, block) => {
      blocks.push(block);
      encodeResponse(peer, streamId, (exchanges[at] as SiteExchange).response);
    },
  });
  const options = {
    createConnection: () => near,
    settings: { enablePush: false },
    maxDeflateDynamicTableSize: 65_536,
  };
  const session = http2.connect('https://www.shop.test', options);
  t.after(() => {
    session.destroy();
    far.destroy();
  });
  await once(session, 'remoteSettings');
  for (const { request, response } of exchanges) {
    const fields = [...pseudo(request), ...request.fields];
    const headers = { ...forNode(fields), [http2.sensitiveHeaders]: ['authorization'] };
    const stream = session.request(headers, { endStream: true });
    const closed = once(stream, 'close');
    stream.resume();
    const [, , raw] = (await once(stream, 'response')) as [unknown, unknown, readonly string[]];
    await closed;
    const block = blocks.at(-1) as HeaderBlock;
    assert.deepEqual(listOf(block), fields.flat(), `request ${at}`);
    const isSensitive = request.fields.some(([name]) => name === 'authorization');
    assert.equal(block.neverIndexed.includes('authorization'), isSensitive);
    assert.deepEqual(raw, [':status', `${response.status}`, ...response.fields.flat()], `response ${at}`);
    if (changes) await offer(session, at);
    at++;
  }
  return peer.sent;
}

/** Ours asks, Node answers. @returns Bytes of the blocks of Node's responses. */
async function nodeAnswers(
  t: TestContext,
  exchanges: readonly SiteExchange[],
  { tableBytes, changes }: Tables,
): Promise<number> {
  const [near, far] = duplexPair();
  let answered: (block: HeaderBlock | BlockFault) => void = () => {};
  const peer = new HandMadePeer(far, { serves: false, tableBytes, onBlock: (_, block) => answered(block) });
  const session = http2.performServerHandshake(near, { maxDeflateDynamicTableSize: 65_536 });
  t.after(() => {
    session.destroy();
    far.destroy();
  });
  await once(session, 'remoteSettings');
  for (const [at, { request, response }] of exchanges.entries()) {
    const block = new Promise<HeaderBlock | BlockFault>((resolve) => {
      answered = resolve;
    });
    const arrived = once(session, 'stream');
    encodeRequest(peer, 2 * at + 1, request);
    type Arrived = [http2.ServerHttp2Stream, unknown, unknown, readonly string[]];
    const [stream, , , raw] = (await arrived) as Arrived;
    const wanted = [...pseudo(request), ...request.fields].flat();
    const sorted = [':method', ':scheme', ':path', ':authority'].flatMap((name) => [
      name,
      raw[raw.indexOf(name) + 1],
    ]);
    assert.deepEqual([...sorted, ...raw.slice(8)], wanted, `request ${at}`);
    stream.respond({ ':status': response.status, ...forNode(response.fields) }, { endStream: true });
    const list = listOf(await block);
    assert.deepEqual(list, [':status', `${response.status}`, ...response.fields.flat()], `response ${at}`);
    if (changes) await offer(session, at);
  }
  return peer.received;
}

describe('HPACK on the streams of sites, beside node:http2', () => {
  for (const { name, exchanges } of SITES) {
    for (const tableBytes of OUR_TABLES) {
      test(`${name}: both ways, our table ${tableBytes}, theirs changing`, async (t) => {
        await nodeAsks(t, exchanges, { tableBytes, changes: true });
        await nodeAnswers(t, exchanges, { tableBytes, changes: true });
      });
    }

    test(`${name}: our responses are little larger than those of nghttp2`, async (t) => {
      const ours = await nodeAsks(t, exchanges, { tableBytes: 4096, changes: false });
      const theirs = await nodeAnswers(t, exchanges, { tableBytes: 4096, changes: false });
      assert.ok(ours <= theirs * MOST, `${ours} bytes, nghttp2 ${theirs}`);
    });
  }
});
