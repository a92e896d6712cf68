import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { decodeDelta, encodeDelta } from '../../src/workers/protocol.ts';
import { certificate, delta, remove, set } from './deltas.ts';

test('encodeDelta() and decodeDelta() carry keys through structured clone, unprintable at both ends', () => {
  const original = {
    ...delta(3, { hosts: remove('a'), certificates: set(certificate('ns/tls')) }),
    slots: { set: [['n', 1] as const], remove: [] },
  };
  const arrived = decodeDelta(structuredClone(encodeDelta(original)));
  assert.equal(arrived.certificates.set[0]?.key.reveal(), 'very secret');
  assert.ok(!`${JSON.stringify(arrived)}${inspect(arrived, { depth: 9 })}`.includes('very secret'));
  assert.deepEqual(arrived.slots, original.slots);
  assert.deepEqual(arrived.hosts, original.hosts);
});
