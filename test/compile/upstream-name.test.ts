import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { UpstreamSettings } from '../../src/compile/upstream-name.ts';
import { UPSTREAM_DEFAULTS, upstreamName } from '../../src/compile/upstream-name.ts';

const version = fc.constantFrom('TLSv1.2' as const, 'TLSv1.3' as const);
const breakerFields = { connections: fc.nat(), pendingRequests: fc.nat(), requests: fc.nat() };
const settings: fc.Arbitrary<UpstreamSettings> = fc.record({
  protocol: fc.constantFrom('http1' as const, 'h2' as const, 'h2c' as const),
  tls: fc.option(
    fc.record({
      verify: fc.option(fc.record({ caPem: fc.string(), names: fc.array(fc.string()) })),
      minVersion: version,
      maxVersion: version,
    }),
  ),
  balancer: fc.constantFrom('round-robin' as const, 'least-request' as const, 'random' as const),
  connectTimeoutMs: fc.nat(),
  idleConnectionMs: fc.nat(),
  breaker: fc.record({ ...breakerFields, retries: fc.nat(), perEndpointConnections: fc.nat() }),
});

test('upstreamName() is the bare name for the defaults', () => {
  assert.equal(upstreamName('a/web/80', UPSTREAM_DEFAULTS), 'a/web/80');
});

test('upstreamName() adds 12 hexadecimal digits, whatever the order of the fields', () => {
  const tls = { verify: null, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
  const { breaker, balancer, ...rest } = UPSTREAM_DEFAULTS;
  const name = upstreamName('a/web/80', { ...rest, breaker, balancer, tls });
  assert.match(name, /^a\/web\/80#[0-9a-f]{12}$/);
  assert.equal(upstreamName('a/web/80', { ...UPSTREAM_DEFAULTS, tls }), name);
});

test('upstreamName() differs for any two settings that differ', () => {
  fc.assert(
    fc.property(settings, settings, (left, right) => {
      const same = JSON.stringify(left) === JSON.stringify(right);
      assert.equal(upstreamName('a/web/80', left) === upstreamName('a/web/80', right), same);
    }),
  );
});

test('upstreamName() changes with each single field', () => {
  fc.assert(
    fc.property(settings, settings, (base, other) => {
      for (const key of Object.keys(base) as (keyof UpstreamSettings)[]) {
        if (JSON.stringify(base[key]) === JSON.stringify(other[key])) continue;
        assert.notEqual(upstreamName('n', { ...base, [key]: other[key] }), upstreamName('n', base), key);
      }
      for (const key of Object.keys(base.breaker)) {
        const breaker = { ...base.breaker, [key]: base.breaker[key as keyof typeof base.breaker] + 1 };
        assert.notEqual(upstreamName('n', { ...base, breaker }), upstreamName('n', base), key);
      }
    }),
  );
});
