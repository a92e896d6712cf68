import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CHUNKED, type Refusal, type ResponseHead } from '../../src/http1/message.ts';
import { HpackDecoder } from '../../src/http2/hpack/decoder.ts';
import { readResponseHead } from '../../src/http2/response-head.ts';
import { SpecialFields } from '../../src/http2/special-fields.ts';
import { block, type Fields } from './frames.ts';

const LIMITS = { maxListBytes: 32 * 1024, maxFields: 100, maxCookieFields: 0 };

function read(fields: Fields, endStream = false, method = 'GET'): ResponseHead | Refusal {
  const bytes = block(fields);
  const decoded = new HpackDecoder().decode(bytes, 0, bytes.length, LIMITS);
  assert.ok(decoded.ok);
  return readResponseHead(decoded, endStream, method, new SpecialFields());
}

describe('readResponseHead()', () => {
  /** RFC 9110 §6.4.1; lengths of the body to read and of the body that is announced. */
  const lengths: readonly (readonly [
    status: string,
    length: string | null,
    endStream: boolean,
    method: string,
    body: number,
    announced: number,
  ])[] = [
    ['200', null, false, 'GET', CHUNKED, -1],
    ['200', '5', false, 'GET', 5, -1],
    ['200', null, true, 'GET', CHUNKED, -1],
    ['200', '0', true, 'GET', 0, 0],
    ['200', '5', true, 'HEAD', 0, 5],
    ['200', null, true, 'HEAD', 0, -1],
    ['204', null, true, 'GET', 0, 0],
    ['205', '5', false, 'GET', 0, 0],
    ['304', '5', true, 'GET', 0, 5],
    ['103', '5', false, 'GET', 0, -1],
  ];
  for (const [status, length, endStream, method, body, announced] of lengths) {
    test(`${method} ${status}, content-length ${length}, ${endStream ? 'ended' : 'open'}: ${body}, ${announced}`, () => {
      const fields: Fields = length === null ? [] : [['content-length', length]];
      const head = read([[':status', status], ...fields], endStream, method);
      assert.ok(head.ok);
      assert.deepEqual([head.bodyLength, head.announcedLength], [body, announced]);
    });
  }

  for (const [name, fields, endStream] of [
    ['101 (§8.6)', [[':status', '101']], false],
    ['099', [[':status', '099']], false],
    ['20x', [[':status', '20x']], false],
    [
      'a pseudo-field of requests (§8.3)',
      [
        [':status', '200'],
        [':method', 'GET'],
      ],
      false,
    ],
    ['an interim response that ends the stream (§8.1)', [[':status', '100']], true],
    [
      'two content-type',
      [
        [':status', '200'],
        ['content-type', 'a'],
        ['content-type', 'b'],
      ],
      false,
    ],
    [
      'data announced and the stream ended (§8.1.1)',
      [
        [':status', '200'],
        ['content-length', '1'],
      ],
      true,
    ],
  ] as const satisfies readonly (readonly [string, Fields, boolean])[]) {
    test(`refuses ${name}`, () => {
      assert.equal(read(fields, endStream).ok, false);
    });
  }

  test('keeps fields in order, also those that come twice', () => {
    const head = read([
      [':status', '200'],
      ['set-cookie', 'a'],
      ['x', 'y'],
      ['set-cookie', 'b'],
    ]);
    assert.ok(head.ok);
    assert.deepEqual(head.headers, ['set-cookie', 'a', 'x', 'y', 'set-cookie', 'b']);
  });
});
