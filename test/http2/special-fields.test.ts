import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HpackDecoder } from '../../src/http2/hpack/decoder.ts';
import type { HeaderBlock } from '../../src/http2/hpack/header-block.ts';
import { SpecialFields } from '../../src/http2/special-fields.ts';
import { block, type Fields } from './frames.ts';

function decode(fields: Fields): HeaderBlock {
  const bytes = block(fields);
  const limits = { maxListBytes: 1 << 16, maxFields: 100, maxCookieFields: 100 };
  const decoded = new HpackDecoder().decode(bytes, 0, bytes.length, limits);
  assert.ok(decoded.ok);
  return decoded;
}

// What is refused is tested in request-head.test.ts.
describe('SpecialFields', () => {
  test('read() takes out what ends at this hop and leaves all else in order', () => {
    const special = new SpecialFields();
    const message = decode([
      ['a', '1'],
      ['host', 'h'],
      ['content-type', 't'],
      ['content-length', '07'],
      ['expect', '100-continue'],
      ['b', '2'],
      ['http2-settings', 'x'],
      ['te', 'trailers'],
      ['trailer', 'y'],
    ]);
    assert.equal(special.read(message), null);
    assert.deepEqual(message.headers, ['a', '1', 'content-type', 't', 'b', '2']);
    const { host, contentLength, expect, teTrailers } = special;
    assert.deepEqual(
      { host, contentLength, expect, teTrailers },
      { host: 'h', contentLength: 7, expect: '100-continue', teTrailers: true },
    );
  });

  test('read() joins cookies in the place of the first (RFC 9113 §8.2.3)', () => {
    const message = decode([
      ['cookie', 'a=1'],
      ['x', 'y'],
      ['cookie', 'b=2'],
      ['cookie', 'c=3'],
    ]);
    assert.equal(new SpecialFields().read(message), null);
    assert.deepEqual(message.headers, ['cookie', 'a=1; b=2; c=3', 'x', 'y']);
  });

  test('read() forgets the message before', () => {
    const special = new SpecialFields();
    special.read(
      decode([
        ['host', 'h'],
        ['content-length', '1'],
        ['te', 'trailers'],
        ['expect', 'x'],
      ]),
    );
    special.read(decode([]));
    const { host, contentLength, expect, teTrailers } = special;
    assert.deepEqual(
      { host, contentLength, expect, teTrailers },
      { host: null, contentLength: -1, expect: null, teTrailers: false },
    );
  });
});
