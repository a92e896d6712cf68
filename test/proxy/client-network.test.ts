import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientNetwork } from '../../src/proxy/client-network.ts';

test('clientNetwork() takes an IPv4 address as it is, and the /64 of an IPv6 address', () => {
  const cases: readonly (readonly [address: string, network: string])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2::1', '20010db800010002'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '20010db800010002'],
    ['2001:db8:1:3::1', '20010db800010003'],
    ['::1', '0000000000000000'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['', ''],
  ];
  for (const [address, network] of cases) assert.equal(clientNetwork(address), network, address);
});
