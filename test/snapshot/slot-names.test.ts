import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketSlot, endpointSlot, upstreamSlot } from '../../src/snapshot/slot-names.ts';

test('slot names of different things never meet', () => {
  const names = [
    upstreamSlot('10.0.0.1:80'),
    endpointSlot({ address: '10.0.0.1', port: 80 }),
    bucketSlot('10.0.0.1:80'),
    endpointSlot({ address: '::1', port: 80 }),
  ];
  assert.equal(new Set(names).size, names.length);
});
