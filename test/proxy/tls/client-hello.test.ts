import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  ClientHelloReader,
  canonicalServerName,
  MAX_CLIENT_HELLO_BYTES,
} from '../../../src/proxy/tls/client-hello.ts';
import { recordClientHello } from './fixture.ts';

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function vector16(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u16(body.length), body]);
}

function vector8(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([body.length]), body]);
}

function extension(type: number, data: Buffer): Buffer {
  return Buffer.concat([u16(type), vector16(data)]);
}

function serverName(name: string, type = 0): Buffer {
  return extension(0, vector16(Buffer.from([type]), vector16(Buffer.from(name, 'latin1'))));
}

const SUITES = vector16(u16(0x1301), u16(0x1302));

function message(extensions: readonly Buffer[] | null, parts: { suites?: Buffer; session?: Buffer } = {}) {
  const body = Buffer.concat([
    u16(0x0303),
    Buffer.alloc(32, 9),
    vector8(parts.session ?? Buffer.alloc(32)),
    parts.suites ?? SUITES,
    vector8(Buffer.from([0])),
    extensions === null ? Buffer.alloc(0) : vector16(...extensions),
  ]);
  const head = Buffer.from([1, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff]);
  return Buffer.concat([head, body]);
}

/** Cuts a message into records of `size` bytes. */
function records(bytes: Buffer, size = 16_384): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    parts.push(Buffer.from([22, 3, 1]), vector16(part));
  }
  return Buffer.concat(parts);
}

function read(...segments: Buffer[]) {
  const reader = new ClientHelloReader();
  let outcome = 'more';
  for (const segment of segments) {
    outcome = reader.push(segment);
    if (outcome !== 'more') break;
  }
  return { outcome, hello: reader.hello };
}

describe('ClientHelloReader', () => {
  let node: Buffer;
  before(async () => {
    node = await recordClientHello({ servername: 'Www.A.Test', ALPNProtocols: ['h2', 'http/1.1'] });
  });

  test("reads the hello of Node's client", () => {
    assert.deepEqual(read(node), {
      outcome: 'done',
      hello: { serverName: 'www.a.test', versions: [0x0304, 0x0303], alpn: ['h2', 'http/1.1'] },
    });
  });

  test('reads a hello cut at every byte and gives all bytes back', () => {
    const expected = read(node);
    for (let cut = 1; cut < node.length; cut++) {
      const reader = new ClientHelloReader();
      assert.equal(reader.push(node.subarray(0, cut)), 'more');
      assert.equal(reader.push(node.subarray(cut)), 'done');
      assert.deepEqual(reader.hello, expected.hello);
      assert.ok(reader.bytes.equals(node));
    }
    assert.deepEqual(read(...[...node].map((byte) => Buffer.from([byte]))), expected);
  });

  test('reads a hello spread over records of any size', () => {
    const bytes = message([serverName('a.test')]);
    for (let size = 1; size <= bytes.length; size++) {
      assert.equal(read(records(bytes, size)).hello?.serverName, 'a.test');
    }
  });

  test('keeps what comes in the same segment behind the hello', () => {
    const bytes = Buffer.concat([node, Buffer.from('early')]);
    const reader = new ClientHelloReader();
    assert.equal(reader.push(bytes), 'done');
    assert.ok(reader.bytes.equals(bytes));
  });

  for (const [what, extensions, expected] of [
    ['no extensions', null, { serverName: null, versions: [0x0303], alpn: null }],
    ['empty extensions', [], { serverName: null, versions: [0x0303], alpn: null }],
    ['a trailing dot', [serverName('A.test.')], { serverName: 'a.test', versions: [0x0303], alpn: null }],
    [
      'unknown extensions',
      [extension(0x0a0a, Buffer.alloc(3))],
      { serverName: null, versions: [0x0303], alpn: null },
    ],
    [
      'versions',
      [extension(43, vector8(Buffer.concat([u16(0x0a0a), u16(0x0304)])))],
      { serverName: null, versions: [0x0a0a, 0x0304], alpn: null },
    ],
  ] as const) {
    test(`reads a hello with ${what}`, () => {
      assert.deepEqual(read(records(message(extensions))), { outcome: 'done', hello: expected });
    });
  }

  const bigExtension = extension(21, Buffer.alloc(65_000));
  const serverHello = message([]);
  serverHello[0] = 2;
  for (const [what, bytes] of [
    ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
    ['an SSLv2 hello', Buffer.from([0x80, 0x2e, 1, 3, 1])],
    ['an alert', Buffer.from([21, 3, 3, 0, 2, 2, 70])],
    ['another major version', Buffer.from([22, 2])],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
    ['a record above 16 KiB', Buffer.from([22, 3, 1, 0x40, 1])],
    ['another handshake message', records(serverHello)],
    [
      'application data between its records',
      Buffer.concat([records(message([]).subarray(0, 9)), Buffer.from([23])]),
    ],
    ['a length above 64 KiB', records(Buffer.from([1, 1, 0, 0]))],
    ['records above 64 KiB', records(message([bigExtension]), 20).subarray(0, MAX_CLIENT_HELLO_BYTES)],
    ['a wildcard', records(message([serverName('*.a.test')]))],
    ['an empty name', records(message([serverName('')]))],
    ['a dot alone', records(message([serverName('.')]))],
    ['an empty label', records(message([serverName('a..test')]))],
    ['a name with a NUL', records(message([serverName('a.test\0.b.test')]))],
    ['a name that is not ASCII', records(message([serverName('ä.test')]))],
    ['a name of another type', records(message([serverName('a.test', 1)]))],
    ['a label above 63 characters', records(message([serverName(`${'a'.repeat(64)}.test`)]))],
    ['a name above 253 characters', records(message([serverName(`${'a.'.repeat(127)}test`)]))],
    ['two server names', records(message([serverName('a.test'), serverName('b.test')]))],
    ['an extension that runs over the end', records(message([u16(0), u16(9)]))],
    ['an odd list of suites', records(message([], { suites: vector16(Buffer.alloc(3)) }))],
    ['no suites', records(message([], { suites: vector16() }))],
    ['a session of 33 bytes', records(message([], { session: Buffer.alloc(33) }))],
    ['an empty list of protocols', records(message([extension(16, vector16())]))],
    ['an empty protocol', records(message([extension(16, vector16(vector8(Buffer.alloc(0))))]))],
    ['an odd list of versions', records(message([extension(43, vector8(Buffer.alloc(3)))]))],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.deepEqual(read(bytes), { outcome: 'refused', hello: null });
      assert.deepEqual(read(...[...bytes].map((byte) => Buffer.from([byte]))), {
        outcome: 'refused',
        hello: null,
      });
    });
  }

  test('never throws and does not depend on how bytes are cut', () => {
    const base = records(
      message([serverName('a.test'), extension(16, vector16(vector8(Buffer.from('h2'))))]),
      60,
    );
    const property = fc.property(
      fc.constantFrom(base, node, Buffer.alloc(0)),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }),
      fc.uint8Array({ maxLength: 30 }),
      fc.array(fc.nat(400), { maxLength: 6 }),
      (start, changes, tail, cuts) => {
        const bytes = Buffer.concat([start, tail]);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(
          (a, b) => a - b,
        );
        const segments = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        assert.deepEqual(read(...segments), read(bytes));
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });
});

test('canonicalServerName() lower-cases, drops one trailing dot and refuses what is no host name', () => {
  assert.equal(canonicalServerName('A.Test.'), 'a.test');
  assert.equal(canonicalServerName('_dmarc.a-b.test'), '_dmarc.a-b.test');
  for (const text of ['', '.', 'a.test..', '-a.test', 'a-.test', '*.test', 'a b', 'a:1', '[::1]', 'ä.test']) {
    assert.equal(canonicalServerName(text), null, text);
  }
});
