import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HpackDecoder } from '../../../src/http2/hpack/decoder.ts';
import { fieldsRoom, HpackEncoder } from '../../../src/http2/hpack/encoder.ts';
import type { BlockFault, HeaderBlock } from '../../../src/http2/hpack/header-block.ts';
import { Chance, mutate } from '../../http1/mutate.ts';
import { listOf } from './limits.ts';
import { NaiveDecoder } from './naive-hpack.ts';
import { EXAMPLES } from './rfc7541-examples.ts';

/** `SLUICE_FUZZ_SECONDS` in all; `SLUICE_FUZZ_SEED` is the first round's seed, each later round's is one more. */
const SECONDS = Number(process.env.SLUICE_FUZZ_SECONDS ?? 10);
const SEED = Number(process.env.SLUICE_FUZZ_SEED ?? 1);

const WIDE = { maxListBytes: 1e9, maxFields: 1e6, maxCookieFields: 1e6 };
const TIGHT = { maxListBytes: 400, maxFields: 5, maxCookieFields: 2 };

const SAMPLES = [
  ['server', 'nginx', 'content-type', 'text/plain', 'set-cookie', 'a=b', 'date', 'now', 'x-y', 'z'],
  ['server', 'nginx', 'x-y', 'z', 'x-long', 'v'.repeat(300), 'te', 'trailers', 'cookie', 'c=d'],
];

/** Blocks as latin1 texts: those of the RFC, ours, and some that hold size updates and odd bytes. */
function makeCorpus(): readonly string[] {
  const hexes = EXAMPLES.flatMap(({ blocks }) => blocks.map(({ hex }) => hex));
  const odd = [
    '203fe11f82',
    '3f453fe11f88be',
    '0001 6185fffffff3',
    '40 8125 8125 be bf',
    'ffffffff0f',
    '5f8104',
  ];
  const out = Buffer.alloc(4096);
  const encoder = new HpackEncoder();
  const own = [...SAMPLES, ...SAMPLES].map((headers) => {
    const end = encoder.encodeResponse({ status: 200, headers, neverIndexed: [] }, out, 0);
    return out.toString('latin1', 0, end);
  });
  const toText = (hex: string): string => Buffer.from(hex.replaceAll(' ', ''), 'hex').toString('latin1');
  return [...[...hexes, ...odd].map(toText), ...own];
}

/** Decodes from between other bytes, which must not matter, and which are overwritten afterwards. */
function decode(
  decoder: HpackDecoder,
  text: string,
  around: string,
  limits = WIDE,
): HeaderBlock | BlockFault {
  const bytes = Buffer.from(around + text + around, 'latin1');
  const block = decoder.decode(bytes, around.length, around.length + text.length, limits);
  assert.equal(bytes.toString('latin1'), around + text + around, 'the decoder wrote to its input');
  bytes.fill(0);
  return block;
}

function decodeNaively(decoder: NaiveDecoder, text: string): readonly string[] | null {
  try {
    return decoder.decode(Buffer.from(text, 'latin1'));
  } catch (error) {
    assert.equal(typeof error, 'string', 'the naive decoder has a bug');
    return null;
  }
}

/** Pairs of a flat list. */
function pairsOf(list: readonly string[]): readonly (readonly [string, string])[] {
  return list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? ''] as const] : []));
}

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const PSEUDO = /^:(method|scheme|authority|path|protocol|status)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const VALUE = /^(?![ \t])[^\0-\x08\x0a-\x1f\x7f]*(?<![ \t])$/;

/** The rules of RFC 9113 §8.2.1 and §8.3 that need nothing but the list. */
function isWellFormed(list: readonly string[]): boolean {
  const pairs = pairsOf(list);
  const names = pairs.map(([name]) => name);
  const pseudo = names.filter((name) => name.startsWith(':'));
  return (
    pairs.every(([name, value]) => (NAME.test(name) || PSEUDO.test(name)) && VALUE.test(value)) &&
    new Set(pseudo).size === pseudo.length &&
    names.slice(0, pseudo.length).every((name) => name.startsWith(':'))
  );
}

/** Pseudo-fields first, in a fixed order: theirs means nothing. */
function sorted(list: readonly string[]): readonly string[] {
  const pairs = pairsOf(list);
  const pseudo = pairs.filter(([name]) => name.startsWith(':')).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...pseudo, ...pairs.filter(([name]) => !name.startsWith(':'))].flat();
}

function checkBlock(block: HeaderBlock | BlockFault, naive: readonly string[] | null): void {
  if (naive === null) {
    assert.equal(block.ok ? '' : block.kind, 'compression');
    return;
  }
  const bytes = pairsOf(naive).reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0);
  if (!isWellFormed(naive)) {
    assert.equal(block.ok ? '' : block.kind, 'malformed');
    assert.equal(block.ok ? 0 : block.partial.listBytes, bytes);
    return;
  }
  const list = listOf(block);
  assert.ok(typeof list !== 'string', String(list));
  assert.deepEqual(sorted(list), sorted(naive));
  assert.equal(block.ok && block.listBytes, bytes);
}

/** Whatever was decoded is encoded or refused, and what is encoded is the same again. */
function checkEncoder(encoder: HpackEncoder, decoder: HpackDecoder, block: HeaderBlock): void {
  const { headers, neverIndexed } = block;
  const out = Buffer.alloc(fieldsRoom(headers));
  const end = encoder.encodeTrailers(headers, neverIndexed, out, 0);
  if (end < 0) {
    const refused = /^(connection|keep-alive|proxy-connection|transfer-encoding|upgrade|host)$/;
    assert.ok(headers.some((text, at) => at % 2 === 0 && refused.test(text)));
    return;
  }
  const again = decoder.decode(out, 0, end, WIDE);
  assert.ok(again.ok);
  assert.deepEqual(again.headers, headers);
  assert.deepEqual(again.special, block.special);
  for (const name of neverIndexed) assert.ok(name.startsWith(':') || again.neverIndexed.includes(name));
}

function checkTight(block: HeaderBlock | BlockFault): void {
  const { headers, listBytes } = block.ok ? block : block.partial;
  if (block.ok) assert.ok(listBytes <= TIGHT.maxListBytes);
  assert.ok(headers.join('').length + 16 * headers.length <= TIGHT.maxListBytes);
  const cookies = pairsOf(headers).filter(([name]) => name === 'cookie').length;
  assert.ok(cookies <= TIGHT.maxCookieFields && headers.length / 2 - cookies <= TIGHT.maxFields);
}

function round(corpus: readonly string[], chance: Chance): void {
  const decoder = new HpackDecoder();
  const other = new HpackDecoder();
  const tight = new HpackDecoder();
  const naive = new NaiveDecoder();
  const encoder = new HpackEncoder();
  const back = new HpackDecoder();
  for (let blocks = 1 + chance.below(5); blocks > 0; blocks--) {
    const text = chance.below(3) === 0 ? chance.pick(corpus) : mutate(corpus, chance);
    const expected = decodeNaively(naive, text);
    const block = decode(decoder, text, '\x82\x84\x7f');
    checkBlock(block, expected);
    assert.deepEqual(decode(other, text, '\xff\xff\xff\xff'), block, 'bytes around the block change it');
    const limited = decode(tight, text, '', TIGHT);
    checkTight(limited);
    if (expected === null) {
      assert.equal(limited.ok ? '' : limited.kind, 'compression');
      return;
    }
    for (const one of [decoder, other, tight]) assert.equal(one.tableBytes, naive.tableBytes);
    if (block.ok) checkEncoder(encoder, back, block);
    assert.equal(encoder.tableBytes <= 4096, true);
  }
}

describe('fuzzing', () => {
  test('HpackDecoder on mutated blocks, beside the RFC written down a second time', () => {
    const corpus = makeCorpus();
    const until = process.hrtime.bigint() + BigInt(Math.round(SECONDS * 1e9));
    for (let seed = SEED; process.hrtime.bigint() < until; seed++) {
      try {
        round(corpus, new Chance(seed));
      } catch (error) {
        throw new Error(`SLUICE_FUZZ_SEED=${seed} fails`, { cause: error });
      }
    }
  });
});
