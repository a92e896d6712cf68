import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointName } from '../../src/snapshot/upstream.ts';

test('endpointName() puts IPv6 addresses in brackets', () => {
  assert.equal(endpointName({ address: '10.0.0.1', port: 80 }), '10.0.0.1:80');
  assert.equal(endpointName({ address: '::1', port: 80 }), '[::1]:80');
});
