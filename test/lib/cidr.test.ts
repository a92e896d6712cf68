import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { cidrContains, formatIp, ipBytes, parseCidr } from '../../src/lib/cidr.ts';

function cidr(text: string) {
  const result = parseCidr(text);
  assert.ok(result.ok, text);
  return result.value;
}

for (const [range, inside, outside] of [
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], ['11.0.0.0', '::a00:1', 'fd00::1']],
  ['10.1.2.3/8', ['10.9.9.9'], ['9.9.9.9']],
  ['192.0.2.7', ['192.0.2.7', '::ffff:192.0.2.7'], ['192.0.2.6', '192.0.2.8']],
  ['192.0.2.128/25', ['192.0.2.128', '192.0.2.255'], ['192.0.2.127']],
  ['0.0.0.0/0', ['1.2.3.4', '::ffff:1.2.3.4'], ['::1', '::']],
  ['::/0', ['::1', 'fd00::1'], ['1.2.3.4', '::ffff:1.2.3.4']],
  ['fd00::/8', ['fd12::1', 'FDFF::'], ['fe00::1']],
  ['2001:db8::1', ['2001:db8::1', '2001:DB8:0:0::1'], ['2001:db8::2']],
  ['::ffff:10.0.0.0/104', ['10.0.0.1'], ['11.0.0.1', '::1']],
] as const) {
  test(`cidrContains() holds the bounds of ${range}`, () => {
    for (const address of inside) assert.equal(cidrContains(cidr(range), address), true, address);
    for (const address of [...outside, '', 'nonsense', '10.0.0.1%eth0', 'fd00::1%eth0']) {
      assert.equal(cidrContains(cidr(range), address), false, address);
    }
  });
}

test('parseCidr() names what is wrong', () => {
  for (const text of ['', '/8', '10.0.0/8', 'a.test', '10.0.0.1/33', '10.0.0.1/', '10.0.0.1/08', '::/129']) {
    const result = parseCidr(text);
    assert.ok(!result.ok, text);
    assert.match(result.error, /^Cannot parse CIDR ".*": /);
  }
});

test("cidrContains() agrees with Node's BlockList", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (base, address, prefix) => {
      const list = new BlockList();
      list.addSubnet(base, prefix);
      assert.equal(cidrContains(cidr(`${base}/${prefix}`), address), list.check(address));
    }),
  );
});

test('formatIp() writes what ipBytes() read, as Node writes it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV6(), fc.constantFrom('::', '::1', '1::', '1:0:0:2::3')), (text) => {
      const bytes = ipBytes(text);
      assert.ok(bytes);
      const ours = formatIp(bytes);
      assert.deepEqual(ipBytes(ours), bytes);
      if (bytes.length === 4) return;
      const usual = new URL(`http://[${text}]/`).hostname.slice(1, -1);
      assert.equal(ours, usual);
    }),
  );
  assert.equal(formatIp(Uint8Array.from([10, 0, 0, 1])), '10.0.0.1');
  assert.equal(formatIp(ipBytes('::ffff:10.0.0.1') ?? new Uint8Array()), '10.0.0.1');
  assert.throws(() => formatIp(new Uint8Array(5)), RangeError);
});
