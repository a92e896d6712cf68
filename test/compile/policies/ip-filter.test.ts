import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileIpFilter } from '../../../src/compile/policies/ip-filter.ts';
import { findings } from '../findings.ts';

const peer = (cidr: string) => ({ source: 'Peer', cidr }) as const;

test('compileIpFilter() accepts ranges and single addresses', () => {
  for (const cidr of ['10.0.0.0/8', '10.0.0.1', '::1', '2001:db8::/128', '0.0.0.0/0']) {
    const { value, reports } = findings((place) => compileIpFilter({ ipAllowPolicy: [peer(cidr)] }, place));
    assert.deepEqual(reports, [], cidr);
    const filter = { kind: 'ip-filter', action: 'allow', peer: [cidr], remote: [] };
    assert.deepEqual(value, { filter, badItem: false }, cidr);
  }
});

test('compileIpFilter() sorts the items by their source', () => {
  const remote = { source: 'Remote', cidr: '10.0.0.9' } as const;
  const { value } = findings((place) =>
    compileIpFilter({ ipAllowPolicy: [], ipDenyPolicy: [peer('::1'), remote, peer('::2')] }, place),
  );
  assert.deepEqual(value.filter, {
    kind: 'ip-filter',
    action: 'deny',
    peer: ['::1', '::2'],
    remote: ['10.0.0.9'],
  });
});

test('compileIpFilter() makes nothing of empty lists', () => {
  for (const lists of [{}, { ipAllowPolicy: [] }, { ipAllowPolicy: null, ipDenyPolicy: [] }]) {
    const { value, reports } = findings((place) => compileIpFilter(lists, place));
    assert.deepEqual([value, reports], [{ filter: null, badItem: false }, []]);
  }
});

test('compileIpFilter() rejects every bad item', () => {
  for (const cidr of [
    '',
    '10.0.0.0/33',
    '::/129',
    '10.0.0',
    'a.example',
    '10.0.0.0/8/8',
    'fe80::1%eth0',
    '1.2.3.4/',
  ]) {
    const { value, reports } = findings((place) =>
      compileIpFilter({ ipDenyPolicy: [peer('10.0.0.1'), peer(cidr), peer('10.0.0.2')] }, place),
    );
    assert.deepEqual(value, { filter: null, badItem: true }, cidr);
    assert.deepEqual(reports, ['error IPFilterError/InvalidCIDR at.ipDenyPolicy'], cidr);
  }
  const odd = { source: 'Everybody' as 'Peer', cidr: '10.0.0.1' };
  assert.equal(findings((place) => compileIpFilter({ ipAllowPolicy: [odd] }, place)).value.badItem, true);
});

test('compileIpFilter() rejects both lists at once', () => {
  const both = { ipAllowPolicy: [peer('::1')], ipDenyPolicy: [peer('::2')] };
  assert.deepEqual(findings((place) => compileIpFilter(both, place)).reports, [
    'error IPFilterError/IncompatibleIPAddressFilters at',
  ]);
});
