import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HpackDecoder } from '../../src/http2/hpack/decoder.ts';
import { SpecialFields } from '../../src/http2/special-fields.ts';
import { checkTrailers } from '../../src/http2/trailers.ts';
import { block, type Fields } from './frames.ts';

describe('checkTrailers()', () => {
  const cases: readonly (readonly [fields: Fields, taken: boolean])[] = [
    [[], true],
    [[['grpc-status', '0']], true],
    [[[':status', '200']], false],
    [[[':path', '/']], false],
    [[['content-length', '0']], false],
    [[['transfer-encoding', 'chunked']], false],
    [[['host', 'a']], false],
  ];
  for (const [fields, taken] of cases) {
    test(`${taken ? 'takes' : 'refuses'} ${JSON.stringify(fields)} (RFC 9113 §8.1)`, () => {
      const bytes = block(fields);
      const limits = { maxListBytes: 8192, maxFields: 32, maxCookieFields: 0 };
      const decoded = new HpackDecoder().decode(bytes, 0, bytes.length, limits);
      assert.ok(decoded.ok);
      assert.equal(checkTrailers(decoded, new SpecialFields()) === null, taken);
    });
  }
});
