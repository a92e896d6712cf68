import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isoTime } from '../../src/telemetry/iso-time.ts';

test('isoTime() writes what Date writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), fc.nat(2000), (wallMs, laterMs) => {
      assert.equal(isoTime(wallMs), new Date(wallMs).toISOString());
      assert.equal(isoTime(wallMs + laterMs), new Date(wallMs + laterMs).toISOString());
      assert.equal(isoTime(wallMs + 0.9), new Date(wallMs).toISOString());
    }),
  );
});
