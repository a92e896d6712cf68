import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cidr, cidrContains, formatIp, ipBytes, parseCidr } from '../../src/lib/cidr.ts';
import { IpRanges } from '../../src/lib/ip-ranges.ts';

function cidr(text: string): Cidr {
  const result = parseCidr(text);
  assert.ok(result.ok, text);
  return result.value;
}

function has(ranges: readonly string[], address: string): boolean {
  const bytes = ipBytes(address);
  assert.ok(bytes !== null, address);
  return new IpRanges(ranges.map(cidr)).has(bytes);
}

for (const [name, ranges, inside, outside] of [
  ['no range holds nothing', [], [], ['10.0.0.1', '::1']],
  ['an inner range does not end its outer one', ['10.0.0.0/8', '10.1.0.0/16'], ['10.1.2.3', '10.2.0.0'], []],
  [
    'neighbours',
    ['10.0.0.0/25', '10.0.0.128/25'],
    ['10.0.0.127', '10.0.0.128'],
    ['10.0.1.0', '9.255.255.255'],
  ],
  ['the whole family', ['0.0.0.0/0'], ['0.0.0.0', '255.255.255.255', '::ffff:1.2.3.4'], ['::1']],
  ['both families', ['10.0.0.0/8', 'fd00::/8'], ['10.1.1.1', 'fd00::1'], ['a00::1', '11.0.0.0']],
  ['IPv4 as IPv6', ['::ffff:10.0.0.0/104'], ['10.1.1.1', '::ffff:10.1.1.1'], ['::10.1.1.1']],
  ['single addresses', ['10.0.0.1', '::1'], ['10.0.0.1', '::1'], ['10.0.0.0', '10.0.0.2', '::', '::2']],
] as const) {
  test(`IpRanges.has(): ${name}`, () => {
    for (const address of inside) assert.equal(has(ranges, address), true, address);
    for (const address of outside) assert.equal(has(ranges, address), false, address);
  });
}

/** Few different bytes, so that ranges nest and touch. */
const byte = fc.constantFrom(0, 1, 2, 127, 128, 254, 255);
const ipv4 = fc.array(byte, { minLength: 4, maxLength: 4 }).map((bytes) => bytes.join('.'));
const ipv6 = fc
  .array(byte, { minLength: 16, maxLength: 16 })
  .map((bytes) => formatIp(Uint8Array.from(bytes)))
  .filter((text) => text.includes(':'));
const range = fc.oneof(
  fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })),
  fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })),
);

test('IpRanges.has() agrees with a look at every range', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), fc.oneof(ipv4, ipv6), (ranges, random) => {
      const texts = ranges.map(([base, prefix]) => `${base}/${prefix}`);
      // Beside a random address the bounds of the ranges themselves.
      for (const address of [random, ...ranges.map(([base]) => base)]) {
        const expected = texts.some((text) => cidrContains(cidr(text), address));
        assert.equal(has(texts, address), expected, `${address} in ${texts}`);
      }
    }),
  );
});
