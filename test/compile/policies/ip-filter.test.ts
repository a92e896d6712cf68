import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkIpFilter } from '../../../src/compile/policies/ip-filter.ts';
import { findings } from '../findings.ts';

const peer = (cidr: string) => ({ source: 'Peer', cidr }) as const;

test('checkIpFilter() accepts ranges and single addresses', () => {
  for (const cidr of ['10.0.0.0/8', '10.0.0.1', '::1', '2001:db8::/128', '0.0.0.0/0']) {
    const { value, reports } = findings((place) => checkIpFilter({ ipAllowPolicy: [peer(cidr)] }, place));
    assert.deepEqual([value, reports], [{ present: true, badItem: false }, []], cidr);
  }
  assert.equal(findings((place) => checkIpFilter({}, place)).value.present, false);
});

test('checkIpFilter() rejects every bad item', () => {
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
      checkIpFilter({ ipDenyPolicy: [peer('10.0.0.1'), peer(cidr), peer('10.0.0.2')] }, place),
    );
    assert.equal(value.badItem, true, cidr);
    assert.deepEqual(reports, ['error IPFilterError/InvalidCIDR at.ipDenyPolicy'], cidr);
  }
  const odd = { source: 'Everybody' as 'Peer', cidr: '10.0.0.1' };
  assert.equal(findings((place) => checkIpFilter({ ipAllowPolicy: [odd] }, place)).value.badItem, true);
});

test('checkIpFilter() rejects both lists at once', () => {
  const both = { ipAllowPolicy: [peer('::1')], ipDenyPolicy: [peer('::2')] };
  assert.deepEqual(findings((place) => checkIpFilter(both, place)).reports, [
    'error IPFilterError/IncompatibleIPAddressFilters at',
  ]);
});
