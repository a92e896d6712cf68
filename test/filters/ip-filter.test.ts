import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { IpFilter } from '../../src/filters/ip-filter.ts';
import type { IpFilter as Config } from '../../src/snapshot/filter.ts';
import { CLIENT, context } from './context.ts';

/** Whether a request of that peer and that client passes. */
function passes(config: Partial<Config>, peerAddress: string, remoteAddress = peerAddress): boolean {
  const filter = new IpFilter({ kind: 'ip-filter', action: 'allow', peer: [], remote: [], ...config });
  return filter.onRequest(context({ client: { ...CLIENT, peerAddress }, remoteAddress })) === undefined;
}

test('IpFilter lets only listed addresses pass, or only the others', () => {
  const peer = ['10.0.0.0/8', 'fd00::/8'];
  for (const [address, listed] of [
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['fd00::1', true],
    ['11.0.0.1', false],
    ['fe80::1', false],
  ] as const) {
    assert.equal(passes({ action: 'allow', peer }, address), listed, address);
    assert.equal(passes({ action: 'deny', peer }, address), !listed, address);
  }
});

test('IpFilter answers 403', () => {
  const filter = new IpFilter({ kind: 'ip-filter', action: 'deny', peer: ['0.0.0.0/0'], remote: [] });
  assert.deepEqual(filter.onRequest(context()), {
    status: 403,
    headers: [],
    body: '',
    error: 'http_request_denied',
    flags: '',
  });
});

test('IpFilter looks at the address that each item names; one item is enough', () => {
  const both = { peer: ['10.0.0.1'], remote: ['192.0.2.1'] };
  const cases = [
    ['10.0.0.1', '192.0.2.9', true],
    ['10.0.0.9', '192.0.2.1', true],
    ['10.0.0.1', '192.0.2.1', true],
    ['192.0.2.1', '10.0.0.1', false],
  ] as const;
  for (const [peer, remote, listed] of cases) {
    assert.equal(passes({ action: 'allow', ...both }, peer, remote), listed, `${peer} ${remote}`);
    assert.equal(passes({ action: 'deny', ...both }, peer, remote), !listed, `${peer} ${remote}`);
  }
});

test('IpFilter refuses an address that cannot be read, whatever the list', () => {
  for (const address of ['', 'unknown', '10.0.0.1, 10.0.0.2', '010.0.0.1', '10.0.0.1/8']) {
    for (const action of ['allow', 'deny'] as const) {
      assert.equal(passes({ action, remote: ['10.0.0.0/8'] }, '10.0.0.1', address), false, address);
    }
  }
  assert.equal(passes({ peer: ['10.0.0.1'] }, '10.0.0.1', 'unknown'), true, 'not asked about');
});

test('IpFilter knows a link-local peer without its zone', () => {
  assert.equal(passes({ peer: ['fe80::/10'] }, 'fe80::1%eth0'), true);
});

test('IpFilter cannot be made of a text that is no range', () => {
  assert.throws(() => passes({ peer: ['10.0.0.0/8', 'nonsense'] }, '10.0.0.1'), RangeError);
});

// Of one family at a time: for BlockList `::/0` holds IPv4 addresses too.
for (const [family, address, bits] of [
  ['ipv4', fc.ipV4(), 32],
  ['ipv6', fc.ipV6().filter((text) => !/^[0:]*:ffff:/i.test(text)), 128],
] as const) {
  test(`IpFilter agrees with Node's BlockList on ${family}`, () => {
    const item = fc.tuple(address, fc.nat(bits));
    const items = fc.array(item, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(items, address, fc.constantFrom('allow', 'deny'), (ranges, random, action) => {
        const list = new BlockList();
        for (const [base, prefix] of ranges) list.addSubnet(base, prefix, family);
        const peer = ranges.map(([base, prefix]) => `${base}/${prefix}`);
        for (const one of [random, ...ranges.map(([base]) => base)]) {
          const expected = list.check(one, family) === (action === 'allow');
          assert.equal(passes({ action, peer }, one), expected, `${one} in ${peer}`);
        }
      }),
    );
  });
}
