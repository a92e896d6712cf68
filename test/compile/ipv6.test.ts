import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalIpv6 } from '../../src/compile/ipv6.ts';

test('canonicalIpv6() gives one spelling (RFC 5952)', () => {
  assert.equal(canonicalIpv6('2001:DB8:0:0:0:0:0:01'), '2001:db8::1');
  assert.equal(canonicalIpv6('::ffff:10.0.0.1'), '::ffff:a00:1');
});

test('canonicalIpv6() refuses what is no IPv6 address or has a zone', () => {
  for (const text of ['', '10.0.0.1', 'fe80::1%eth0', '1::2::3', '[::1]', '::1]:80/']) {
    assert.equal(canonicalIpv6(text), null, text);
  }
});
