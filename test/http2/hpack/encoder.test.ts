import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { HpackDecoder } from '../../../src/http2/hpack/decoder.ts';
import type { RequestFields, ResponseFields } from '../../../src/http2/hpack/encoder.ts';
import { fieldsRoom, HpackEncoder, NO_ROOM, REFUSED, requestRoom } from '../../../src/http2/hpack/encoder.ts';
import { LIMITS, listOf } from './limits.ts';

const WIDE = { maxListBytes: 1e9, maxFields: 1e6, maxCookieFields: 1e6 };
const GET: RequestFields = {
  method: 'GET',
  scheme: 'https',
  authority: 'a.example',
  path: '/',
  protocol: null,
  headers: [],
  neverIndexed: [],
};

function response(...headers: string[]): ResponseFields {
  return { status: 200, headers, neverIndexed: [] };
}

/** Encodes in exactly the room that is asked for; null for what is refused. */
function encode(encoder: HpackEncoder, fields: RequestFields | ResponseFields): Buffer | null {
  const isRequest = 'method' in fields;
  const out = Buffer.alloc(3 + (isRequest ? requestRoom(fields) : fieldsRoom(fields.headers)));
  const end = isRequest ? encoder.encodeRequest(fields, out, 3) : encoder.encodeResponse(fields, out, 3);
  if (end === REFUSED) return null;
  assert.ok(end >= 3 && end <= out.length, `end is ${end}`);
  return out.subarray(3, end);
}

function hex(encoder: HpackEncoder, fields: RequestFields | ResponseFields): string | undefined {
  return encode(encoder, fields)?.toString('hex');
}

describe('HpackEncoder', () => {
  test('writes the block of RFC 7541 C.4.1', () => {
    const fields: RequestFields = { ...GET, scheme: 'http', authority: 'www.example.com' };
    // Ours has the authority before the path.
    assert.equal(hex(new HpackEncoder(), fields), '8286418cf1e3c2e5f23a6ba0ab90f4ff84');
  });

  test('names a field of the table from the second time on', () => {
    const encoder = new HpackEncoder();
    assert.equal(hex(encoder, response('server', 'x'))?.length, 2 * 4);
    assert.equal(hex(encoder, response('server', 'x')), '88be');
    assert.equal(hex(encoder, response('vary', 'y', 'server', 'x'))?.slice(-2), 'bf');
  });

  test('adds a field with an unknown name when it comes a second time', () => {
    const encoder = new HpackEncoder();
    assert.equal(hex(encoder, response('x-foo', 'bar'))?.slice(2, 4), '00');
    assert.equal(hex(encoder, response('x-foo', 'baz'))?.slice(2, 4), '00');
    assert.equal(hex(encoder, response('x-foo', 'bar'))?.slice(2, 4), '40');
    assert.equal(hex(encoder, response('x-foo', 'bar')), '88be');
  });

  test('leaves unique values out of the table', () => {
    const encoder = new HpackEncoder();
    for (let id = 0; id < 1000; id++)
      hex(encoder, response('x-id', `${id * 7919}`, 'etag', '"a"', 'age', '1'));
    assert.equal(encoder.tableBytes, 0);
  });

  test('never indexes secrets, nor what the decoder marked', () => {
    const encoder = new HpackEncoder();
    const headers = ['authorization', 'a', 'set-cookie', 'b=c', 'cookie', 'd=e', 'server', 'f'];
    for (let round = 0; round < 3; round++) {
      const bytes = encode(encoder, { status: 200, headers, neverIndexed: ['server'] });
      assert.ok(bytes !== null);
      const block = new HpackDecoder().decode(bytes, 0, bytes.length, LIMITS);
      assert.ok(block.ok);
      assert.deepEqual(block.neverIndexed, ['authorization', 'set-cookie', 'cookie', 'server']);
    }
    assert.equal(encoder.tableBytes, 0);
  });

  test('never indexes a path and an authority that the decoder marked', () => {
    const encoder = new HpackEncoder();
    const fields = { ...GET, path: '/secret', neverIndexed: [':path', ':authority'] };
    for (let round = 0; round < 3; round++) {
      const bytes = encode(encoder, fields);
      assert.ok(bytes !== null);
      const block = new HpackDecoder().decode(bytes, 0, bytes.length, LIMITS);
      assert.deepEqual(block.ok ? block.neverIndexed : null, [':authority', ':path']);
    }
  });

  test('writes a long cookie literally, not as a secret', () => {
    const bytes = encode(new HpackEncoder(), { ...GET, path: '/', headers: ['cookie', 'a'.repeat(20)] });
    assert.ok(bytes !== null);
    const block = new HpackDecoder().decode(bytes, 0, bytes.length, LIMITS);
    assert.deepEqual(block.ok ? block.neverIndexed : null, []);
  });

  test('does not keep a field that would take most of the table', () => {
    const encoder = new HpackEncoder();
    hex(encoder, response('server', 'a'.repeat(3100)));
    assert.equal(encoder.tableBytes, 0);
  });

  for (const [status, expected] of [
    [200, '88'],
    [204, '89'],
    [206, '8a'],
    [304, '8b'],
    [400, '8c'],
    [404, '8d'],
    [500, '8e'],
    [103, ''],
    [503, ''],
  ] as const) {
    test(`writes status ${status}`, () => {
      const bytes = encode(new HpackEncoder(), { status, headers: [], neverIndexed: [] });
      assert.ok(bytes !== null);
      const decoded = listOf(new HpackDecoder().decode(bytes, 0, bytes.length, LIMITS));
      assert.deepEqual(decoded, [':status', `${status}`]);
      if (expected !== '') assert.equal(bytes.toString('hex'), expected);
    });
  }

  const refused: readonly (readonly [name: string, fields: RequestFields | ResponseFields])[] = [
    ['CR in a value', response('a', 'b\rc')],
    ['LF in a value', response('a', 'b\nc')],
    ['NUL in a value', response('a', '\0')],
    ['a character that latin1 would cut to LF', response('a', '\u010a')],
    ['SP before a value', response('a', ' b')],
    ['HTAB behind a value', response('a', 'b\t')],
    ['LF in a value of a known name', response('server', 'a\n')],
    ['LF in a secret', response('set-cookie', 'a\n')],
    ['an upper-case name', response('Server', 'a')],
    ['an empty name', response('', 'a')],
    ['SP in a name', response('a b', 'c')],
    ['a colon in a name', response('a:b', 'c')],
    ['a pseudo-field among the headers', response(':path', '/')],
    ['connection', response('connection', 'close')],
    ['keep-alive', response('keep-alive', 'timeout=5')],
    ['proxy-connection', response('proxy-connection', 'close')],
    ['transfer-encoding', response('transfer-encoding', 'chunked')],
    ['upgrade', response('upgrade', 'websocket')],
    ['host', { ...GET, headers: ['host', 'b'] }],
    ['SP in a method', { ...GET, method: 'A B' }],
    ['an empty method', { ...GET, method: '' }],
    ['SP in a path', { ...GET, path: '/a b' }],
    ['an empty path', { ...GET, path: '' }],
    ['LF in a path', { ...GET, path: '/\n' }],
    ['a byte above 0x7f in a path', { ...GET, path: '/\xe4' }],
    ['an empty authority', { ...GET, authority: '' }],
    ['SP in an authority', { ...GET, authority: 'a b' }],
    ['SP in a protocol', { ...GET, protocol: 'a b' }],
    ['status 99', { ...response(), status: 99 }],
    ['status 1000', { ...response(), status: 1000 }],
    ['status 200.5', { ...response(), status: 200.5 }],
    ['status NaN', { ...response(), status: Number.NaN }],
  ];
  for (const [name, fields] of refused) {
    test(`refuses ${name}, and both tables are the same afterwards`, () => {
      const encoder = new HpackEncoder();
      const decoder = new HpackDecoder();
      const send = (sent: RequestFields | ResponseFields): readonly string[] | string => {
        const bytes = encode(encoder, sent);
        return bytes === null ? 'refused' : listOf(decoder.decode(bytes, 0, bytes.length, LIMITS));
      };
      const good = response('server', 's', 'vary', 'v');
      assert.deepEqual(send(good), [':status', '200', ...good.headers]);
      // Something new stands before the fault: it came to our table only.
      const before = { ...fields, headers: ['content-type', 'text/plain', ...fields.headers] };
      assert.equal(send(before), 'refused');
      for (const headers of [['content-type', 'text/plain', 'server', 's'], good.headers]) {
        assert.deepEqual(send(response(...headers)), [':status', '200', ...headers]);
        assert.equal(encoder.tableBytes, decoder.tableBytes);
      }
    });
  }

  test('has nothing done where there is no room', () => {
    const encoder = new HpackEncoder();
    encoder.setPeerTableBytes(0);
    const out = Buffer.alloc(1000);
    const fields = response('server', 'x');
    const short = out.subarray(0, fieldsRoom(fields.headers) - 1);
    assert.equal(encoder.encodeResponse(fields, short, 0), NO_ROOM);
    assert.equal(encoder.encodeTrailers(fields.headers, [], short, 0), NO_ROOM);
    assert.equal(encoder.encodeRequest(GET, out.subarray(0, requestRoom(GET) - 1), 0), NO_ROOM);
    assert.equal(out.toString('hex', 0, encoder.encodeResponse(fields, out, 0)), '20880f270178');
  });

  test('writes trailers', () => {
    const out = Buffer.alloc(200);
    const end = new HpackEncoder().encodeTrailers(['grpc-status', '0'], [], out, 0);
    assert.deepEqual(listOf(new HpackDecoder().decode(out, 0, end, LIMITS)), ['grpc-status', '0']);
  });
});

describe('HpackEncoder and the size of the table', () => {
  const sizes: readonly (readonly [name: string, own: number, peer: readonly number[], hex: string])[] = [
    ['says nothing when both have 4096', 4096, [4096], ''],
    ['says nothing when the peer allows more', 4096, [65536], ''],
    ['announces what the peer takes away', 4096, [100], '3f45'],
    ['announces 0', 4096, [0], '20'],
    ['announces the smallest and the last', 4096, [100, 200, 50, 4096], '3f133fe11f'],
    ['announces the last alone when it is the smallest', 4096, [200, 100], '3f45'],
    ['announces a choice of its own', 100, [], '3f45'],
    ['announces a choice of its own, whatever the peer allows', 100, [4096], '3f45'],
    ['grows where it may', 8192, [8192], '3fe13f'],
  ];
  for (const [name, own, peer, prefix] of sizes) {
    test(name, () => {
      const encoder = new HpackEncoder(own);
      for (const size of peer) encoder.setPeerTableBytes(size);
      assert.equal(hex(encoder, response()), `${prefix}88`);
      assert.equal(hex(encoder, response()), '88');
    });
  }

  test('drops what no longer fits', () => {
    const encoder = new HpackEncoder();
    hex(encoder, response('server', 'x', 'vary', 'y'));
    encoder.setPeerTableBytes(40);
    assert.equal(encoder.tableBytes, 37);
  });
});

const names = fc.constantFrom(
  ...['server', 'date', 'x-foo', 'cookie', 'set-cookie', 'etag', 'content-type', 'authorization', 'vary'],
  ...['a', 'if-none-match', 'x-a-rather-long-name-of-a-field-that-nobody-knows', 'te', 'accept-encoding'],
);
const value = fc.oneof(
  fc.constantFrom('', '1', 'gzip, deflate', 'text/html', 'x'.repeat(300)),
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0xff }).map((c) => String.fromCharCode(c === 0x7f ? 1 : c)),
  }),
);
const headers = fc.array(fc.tuple(names, value), { maxLength: 30 }).map((list) => list.flat());
const step = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, 40, 100, 500, 4096, 65_536) },
  { weight: 4, arbitrary: headers },
);

test('HpackDecoder undoes HpackEncoder, block after block, with changes of the table between', () => {
  const run = (steps: readonly (number | string[])[]): void => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder();
    for (const one of steps) {
      if (typeof one === 'number') {
        encoder.setPeerTableBytes(one);
        continue;
      }
      const bytes = encode(encoder, { status: 200, headers: one, neverIndexed: [] });
      if (bytes === null) {
        assert.ok(one.some((text) => text.includes('\x01')));
        continue;
      }
      const block = decoder.decode(bytes, 0, bytes.length, WIDE);
      assert.deepEqual(listOf(block), [':status', '200', ...one]);
      assert.equal(decoder.tableBytes, encoder.tableBytes);
    }
  };
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), run), { seed: 1, numRuns: 500 });
});
