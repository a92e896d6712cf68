import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseCidr } from '../../src/lib/cidr.ts';
import { isTrustedProxy, ProxyHeaderReader } from '../../src/proxy/proxy-protocol.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';

function v2(command: number, transport: number, body: string, length = body.length / 2): Buffer {
  const head = Buffer.from([command, transport, length >> 8, length & 0xff]);
  return Buffer.concat([Buffer.from(SIGNATURE, 'hex'), head, Buffer.from(body, 'hex')]);
}

function read(...segments: Buffer[]) {
  const reader = new ProxyHeaderReader();
  let outcome = 'more';
  for (const segment of segments) outcome = reader.push(segment);
  return { outcome, header: reader.header, rest: reader.rest.toString('latin1') };
}

const ADDRESSES_V4 = 'c0000201c633640ad43101bb';
const ADDRESSES_V6 = `20010db8${'0'.repeat(23)}1fd${'0'.repeat(29)}2d43101bb`;
const V4 = {
  kind: 'proxied',
  source: { address: '192.0.2.1', port: 54_321 },
  destination: { address: '198.51.100.10', port: 443 },
};
const V6 = {
  kind: 'proxied',
  source: { address: '2001:db8::1', port: 54_321 },
  destination: { address: 'fd00::2', port: 443 },
};
const LOCAL = { kind: 'local' };

const GOOD: readonly (readonly [what: string, bytes: Buffer, header: unknown])[] = [
  ['v1 TCP4', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.10 54321 443\r\n'), V4],
  ['v1 TCP6', Buffer.from('PROXY TCP6 2001:DB8::1 fd00::2 54321 443\r\n'), V6],
  ['v1 UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n'), LOCAL],
  ['v1 UNKNOWN with more', Buffer.from('PROXY UNKNOWN ffff:f...f:ffff 1 2\r\n'), LOCAL],
  ['v2 TCP4', v2(0x21, 0x11, ADDRESSES_V4), V4],
  ['v2 TCP6', v2(0x21, 0x21, ADDRESSES_V6), V6],
  ['v2 with a TLV', v2(0x21, 0x11, `${ADDRESSES_V4}0200056162632e64`), V4],
  ['v2 with an empty TLV', v2(0x21, 0x11, `${ADDRESSES_V4}040000`), V4],
  ['v2 with TLS information', v2(0x21, 0x11, `${ADDRESSES_V4}20000c010000000021000454657374`), V4],
  ['v2 LOCAL', v2(0x20, 0x00, ''), LOCAL],
  ['v2 LOCAL with anything', v2(0x20, 0x11, 'ffff'), LOCAL],
  ['v2 unspecified', v2(0x21, 0x00, ''), LOCAL],
  ['v2 Unix socket', v2(0x21, 0x31, '00'.repeat(216)), LOCAL],
];

/** A header with a checksum, computed by table; `flip` makes it wrong. */
function withChecksum(flip: number): Buffer {
  const bytes = v2(0x21, 0x11, `${ADDRESSES_V4}03000400000000`);
  const table = Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    return value >>> 0;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  bytes.writeUInt32BE((~crc ^ flip) >>> 0, bytes.length - 4);
  return bytes;
}

describe('ProxyHeaderReader', () => {
  for (const [what, bytes, header] of GOOD) {
    test(`reads ${what}, cut anywhere`, () => {
      const whole = Buffer.concat([bytes, Buffer.from('GET /')]);
      const expected = { outcome: 'done', header, rest: 'GET /' };
      assert.deepEqual(read(whole), expected);
      for (let cut = 1; cut < whole.length; cut++) {
        assert.deepEqual(read(whole.subarray(0, cut), whole.subarray(cut)), expected);
      }
      assert.deepEqual(read(...[...whole].map((byte) => Buffer.from([byte]))), expected);
      assert.equal(read(bytes.subarray(0, -1)).outcome, 'more');
    });
  }

  test('verifies a checksum', () => {
    assert.deepEqual(read(withChecksum(0)).header, V4);
    assert.equal(read(withChecksum(1)).outcome, 'refused');
  });

  for (const [what, bytes] of [
    ['a request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a TLS hello', Buffer.from([22, 3, 1, 0, 5])],
    ['lower case', Buffer.from('proxy TCP4 192.0.2.1 198.51.100.10 54321 443\r\n')],
    ['two spaces', Buffer.from('PROXY TCP4  192.0.2.1 198.51.100.10 54321 443\r\n')],
    ['a space at the end', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.10 54321 443 \r\n')],
    ['a missing port', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.10 54321\r\n')],
    ['a port above 65535', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.10 65536 443\r\n')],
    ['a port with a leading zero', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.10 0443 443\r\n')],
    ['an address with a leading zero', Buffer.from('PROXY TCP4 192.0.2.01 198.51.100.10 1 443\r\n')],
    ['an IPv6 address under TCP4', Buffer.from('PROXY TCP4 ::1 ::1 1 2\r\n')],
    ['an IPv4 address under TCP6', Buffer.from('PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n')],
    ['an address with a zone', Buffer.from('PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n')],
    ['an unknown family', Buffer.from('PROXY UDP4 192.0.2.1 198.51.100.10 1 2\r\n')],
    ['a bare line feed', Buffer.from(`PROXY UNKNOWN\n${' '.repeat(107)}`)],
    ['a line above 107 bytes', Buffer.from(`PROXY UNKNOWN ${'x'.repeat(100)}\r\n`)],
    ['another version', v2(0x31, 0x11, ADDRESSES_V4)],
    ['another command', v2(0x22, 0x11, ADDRESSES_V4)],
    ['a datagram transport', v2(0x21, 0x12, ADDRESSES_V4)],
    ['an unknown family in v2', v2(0x21, 0x41, ADDRESSES_V4)],
    ['addresses that are cut', v2(0x21, 0x11, ADDRESSES_V4.slice(2))],
    ['a TLV that runs over the end', v2(0x21, 0x11, `${ADDRESSES_V4}02000661`)],
    ['a TLV without its length', v2(0x21, 0x11, `${ADDRESSES_V4}0200`)],
    ['TLS information that is cut', v2(0x21, 0x11, `${ADDRESSES_V4}20000401000000`)],
    ['TLS information with a wrong length', v2(0x21, 0x11, `${ADDRESSES_V4}20000801000000002100ff`)],
    ['two checksums', v2(0x21, 0x11, `${ADDRESSES_V4}0300040000000003000400000000`)],
    ['a checksum of 3 bytes', v2(0x21, 0x11, `${ADDRESSES_V4}030003000000`)],
    ['a header above 4 KiB', v2(0x21, 0x11, ADDRESSES_V4, 4097)],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.deepEqual(read(bytes), { outcome: 'refused', header: null, rest: '' });
    });
  }

  test('never throws and does not depend on how bytes are cut', () => {
    const start = fc.constantFrom(...GOOD.map(([, bytes]) => bytes), Buffer.alloc(0));
    const property = fc.property(
      start,
      fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 4 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.nat(300), { maxLength: 5 }),
      (base, changes, tail, cuts) => {
        const bytes = Buffer.concat([base, tail]);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(
          (a, b) => a - b,
        );
        const segments = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        assert.deepEqual(read(...segments), read(bytes));
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});

test('isTrustedProxy() trusts listed peers, or every peer when none is listed', () => {
  const ranges = ['10.0.0.0/8', 'fd00::/8'].map((text) => {
    const cidr = parseCidr(text);
    assert.ok(cidr.ok);
    return cidr.value;
  });
  assert.equal(isTrustedProxy('10.1.1.1', ranges), true);
  assert.equal(isTrustedProxy('::ffff:10.1.1.1', ranges), true);
  assert.equal(isTrustedProxy('fd00::9', ranges), true);
  assert.equal(isTrustedProxy('192.0.2.1', ranges), false);
  assert.equal(isTrustedProxy(undefined, ranges), false);
  assert.equal(isTrustedProxy('192.0.2.1', []), true);
});
