import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delta } from '../../src/snapshot/snapshot.ts';
import type { EndpointSet, Upstream } from '../../src/snapshot/upstream.ts';
import { UpstreamPools } from '../../src/upstream/pools.ts';
import { runtimeOf, upstreamOf } from './support.ts';

interface Changes {
  readonly upstreams?: readonly Upstream[];
  readonly endpoints?: readonly EndpointSet[];
  readonly removeUpstreams?: readonly string[];
  readonly removeEndpoints?: readonly string[];
}

function delta({
  upstreams = [],
  endpoints = [],
  removeUpstreams = [],
  removeEndpoints = [],
}: Changes): Delta {
  const none = { set: [], remove: [] };
  return {
    version: 1,
    hosts: none,
    certificates: none,
    slots: none,
    upstreams: { set: upstreams, remove: removeUpstreams },
    endpoints: { set: endpoints, remove: removeEndpoints },
  };
}

const setOf = (name: string, ...ports: readonly number[]): EndpointSet => ({
  name,
  endpoints: ports.map((port) => ({ address: '10.0.0.1', port })),
});

const portsOf = (pools: UpstreamPools, name: string) =>
  pools.get(name)?.endpoints.map(({ address }) => address.port);

test('apply() joins upstreams and endpoints, whichever comes first', () => {
  for (const steps of [
    [{ upstreams: [upstreamOf({ name: 'a', endpoints: 'set' })] }, { endpoints: [setOf('set', 1, 2)] }],
    [{ endpoints: [setOf('set', 1, 2)] }, { upstreams: [upstreamOf({ name: 'a', endpoints: 'set' })] }],
    [{ endpoints: [setOf('set', 1, 2)], upstreams: [upstreamOf({ name: 'a', endpoints: 'set' })] }],
  ]) {
    const pools = new UpstreamPools(runtimeOf());
    for (const step of steps) pools.apply(delta(step));
    assert.deepEqual(portsOf(pools, 'a'), [1, 2]);
  }
});

test('apply() gives endpoints to every upstream that uses them, and to no other', () => {
  const pools = new UpstreamPools(runtimeOf());
  pools.apply(
    delta({
      upstreams: [
        upstreamOf({ name: 'a', endpoints: 'one' }),
        upstreamOf({ name: 'b', endpoints: 'one' }),
        upstreamOf({ name: 'c', endpoints: 'two' }),
      ],
      endpoints: [setOf('one', 1), setOf('two', 2)],
    }),
  );
  pools.apply(delta({ endpoints: [setOf('one', 1, 3)] }));
  assert.deepEqual([portsOf(pools, 'a'), portsOf(pools, 'b'), portsOf(pools, 'c')], [[1, 3], [1, 3], [2]]);
  pools.apply(delta({ removeEndpoints: ['one'] }));
  assert.deepEqual([portsOf(pools, 'a'), portsOf(pools, 'b'), portsOf(pools, 'c')], [[], [], [2]]);
});

test('apply() keeps the pool and the endpoints of what does not change', () => {
  const pools = new UpstreamPools(runtimeOf());
  pools.apply(
    delta({ upstreams: [upstreamOf({ name: 'a', endpoints: 'set' })], endpoints: [setOf('set', 1, 2)] }),
  );
  const pool = pools.get('a');
  const [first] = pool?.endpoints ?? [];
  pools.apply(
    delta({ upstreams: [upstreamOf({ name: 'b', endpoints: 'set' })], endpoints: [setOf('set', 1)] }),
  );
  assert.equal(pools.get('a'), pool);
  assert.equal(pool?.endpoints[0], first);
});

test('apply() lets go of an upstream: it is not found, and its endpoints are gone', () => {
  const pools = new UpstreamPools(runtimeOf());
  pools.apply(
    delta({ upstreams: [upstreamOf({ name: 'a', endpoints: 'set' })], endpoints: [setOf('set', 1)] }),
  );
  const pool = pools.get('a');
  pools.apply(delta({ removeUpstreams: ['a', 'unknown'] }));
  assert.equal(pools.get('a'), undefined);
  assert.equal(pool?.endpoints[0]?.gone, true);
  pools.apply(delta({ endpoints: [setOf('set', 1, 2)] }));
  assert.equal(pool?.endpoints.length, 1, 'nothing reaches it any more');
});

test('apply() makes an upstream anew that comes again under its name', () => {
  const pools = new UpstreamPools(runtimeOf());
  const upstream = upstreamOf({ name: 'a', endpoints: 'set' });
  pools.apply(delta({ upstreams: [upstream], endpoints: [setOf('set', 1)] }));
  const before = pools.get('a');
  pools.apply(delta({ upstreams: [upstream] }));
  assert.notEqual(pools.get('a'), before);
  assert.equal(before?.endpoints[0]?.gone, true);
  assert.deepEqual(portsOf(pools, 'a'), [1]);
});
