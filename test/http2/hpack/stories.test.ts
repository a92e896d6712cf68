import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { HpackDecoder } from '../../../src/http2/hpack/decoder.ts';
import { listOf } from './limits.ts';

/** `nghttp2`, `go-hpack` and so on of https://github.com/http2jp/hpack-test-case: browsing sessions, encoded. */
const FOLDER = process.env.HPACK_TEST_CASE;
/** Its encoders of drafts of RFC 7541, which are other formats. */
const DRAFTS = ['hyper-hpack', 'node-http2-protocol', 'twitter-hpack'];
const WIDE = { maxListBytes: 1e9, maxFields: 1e6, maxCookieFields: 1e6 };

interface Story {
  readonly cases: readonly {
    readonly wire?: string;
    readonly header_table_size?: number;
    readonly headers: readonly Readonly<Record<string, string>>[];
  }[];
}

/** Pseudo-fields in a fixed order before the others, as `listOf` has them. */
function wanted(headers: Story['cases'][number]['headers']): readonly string[] {
  const pairs = headers.flatMap((header) => Object.entries(header));
  const order = [':method', ':scheme', ':path', ':authority', ':status'];
  const pseudo = order.flatMap((name) => pairs.filter(([each]) => each === name));
  const all = [...pseudo, ...pairs.filter(([name]) => !name.startsWith(':'))];
  return all.flat().map((text) => Buffer.from(text).toString('latin1'));
}

/** What RFC 9113 §8.2.1 and §8.3 refuse: a blank at the end of a value, `:status` behind other fields. */
function isRefused(headers: Story['cases'][number]['headers']): boolean {
  const pairs = headers.flatMap((header) => Object.entries(header));
  const last = pairs.findLastIndex(([name]) => name.startsWith(':'));
  return (
    pairs.some(([, value]) => value !== value.trim()) ||
    pairs.some(([name], at) => at < last && !name.startsWith(':'))
  );
}

suite('recorded browsing', {
  skip: FOLDER === undefined && 'needs hpack-test-case in the folder that HPACK_TEST_CASE names',
}, () => {
  const root = FOLDER ?? '.';
  for (const entry of FOLDER === undefined ? [] : readdirSync(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || DRAFTS.includes(entry.name)) continue;
    test(`HpackDecoder reads the stories of ${entry.name}`, () => {
      for (const file of readdirSync(join(root, entry.name)).filter((name) => name.endsWith('.json'))) {
        const { cases } = JSON.parse(readFileSync(join(root, entry.name, file), 'utf8')) as Story;
        const sizes = cases.map(({ header_table_size }) => header_table_size ?? 4096);
        const decoder = new HpackDecoder(Math.max(4096, ...sizes));
        for (const [at, { wire, headers }] of cases.entries()) {
          if (wire === undefined) continue;
          const bytes = Buffer.from(wire, 'hex');
          const block = decoder.decode(bytes, 0, bytes.length, WIDE);
          if (isRefused(headers)) assert.equal(block.ok ? '' : block.kind, 'malformed', `${file} ${at}`);
          else assert.deepEqual(listOf(block), wanted(headers), `${file} ${at}`);
        }
      }
    });
  }
});
