import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedAddress } from '../../src/proxy/trusted-address.ts';

const CONNECTED = '10.0.0.1';

for (const [list, trustedHops, expected] of [
  ['192.0.2.1, 10.0.0.1', 1, '192.0.2.1'],
  ['6.6.6.6, 192.0.2.1, 10.0.0.1', 1, '192.0.2.1'],
  ['6.6.6.6,192.0.2.1 ,\t10.0.0.2, 10.0.0.1', 2, '192.0.2.1'],
  // Fewer entries than hops: nobody whom we trust wrote one.
  ['10.0.0.1', 1, CONNECTED],
  ['192.0.2.1, 10.0.0.1', 2, CONNECTED],
  ['', 1, CONNECTED],
  // What some proxies write.
  ['192.0.2.1:4711, 10.0.0.1', 1, '192.0.2.1'],
  ['[2001:db8::1]:4711, 10.0.0.1', 1, '2001:db8::1'],
  ['[2001:db8::1], 10.0.0.1', 1, '2001:db8::1'],
  ['2001:db8::1, 10.0.0.1', 1, '2001:db8::1'],
  // No addresses: whoever decides by them must refuse.
  ['unknown, 10.0.0.1', 1, 'unknown'],
  [', 10.0.0.1', 1, ''],
  ['6.6.6.6, , 10.0.0.1', 1, ''],
  [',,', 2, ''],
  ['[2001:db8::1, 10.0.0.1', 1, '[2001:db8::1'],
] as const) {
  test(`trustedAddress() of ${JSON.stringify(list)} with ${trustedHops} hops`, () => {
    const headers = ['host', 'a.test', 'x-forwarded-for', list];
    assert.equal(trustedAddress(headers, { trustedHops, connected: CONNECTED }), expected);
  });
}

test('trustedAddress() is that of the connection when there is no list', () => {
  assert.equal(trustedAddress([], { trustedHops: 3, connected: CONNECTED }), CONNECTED);
});
