import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CurrentState } from '../../src/workers/current-state.ts';
import { SlotAllocator } from '../../src/workers/slots.ts';
import { certificate, delta, endpoints, host, remove, set, upstream } from './deltas.ts';

const memory = { reserve: () => true, idle: () => true, clearSlot: () => {} };

test('CurrentState fills in the slots that hosts, upstreams and endpoints need', () => {
  const state = new CurrentState(new SlotAllocator(memory));
  const full = state.apply(
    delta(1, {
      hosts: set(host('a', { host: 'h', route: 'r', backend: 'b' }), host('plain')),
      upstreams: set(upstream('ns/web/80')),
      endpoints: set(endpoints('ns/web/80', '10.0.0.1', '::1')),
    }),
  );
  assert.deepEqual(full.slots.set.map(([name]) => name).sort(), [
    'bucket:b',
    'bucket:h',
    'bucket:r',
    'endpoint:10.0.0.1:80',
    'endpoint:[::1]:80',
    'upstream:ns/web/80',
  ]);
  const next = state.apply(delta(2, { hosts: remove('a'), endpoints: set(endpoints('ns/web/80', '::1')) }));
  assert.deepEqual(next.slots.set, []);
  assert.deepEqual([...next.slots.remove].sort(), [
    'bucket:b',
    'bucket:h',
    'bucket:r',
    'endpoint:10.0.0.1:80',
  ]);
});

test('full() gives everything that is there as one delta', () => {
  const state = new CurrentState(new SlotAllocator(memory));
  assert.equal(state.full(), null);
  state.apply(
    delta(1, { hosts: set(host('a'), host('b', { route: 'r' })), certificates: set(certificate('c')) }),
  );
  state.apply(delta(2, { hosts: remove('a'), upstreams: set(upstream('u')) }));
  const full = state.full();
  assert.equal(full?.version, 2);
  assert.deepEqual(
    full?.hosts.set.map(({ name }) => name),
    ['b'],
  );
  assert.deepEqual(
    full?.upstreams.set.map(({ name }) => name),
    ['u'],
  );
  assert.deepEqual(
    full?.certificates.set.map(({ key }) => key.reveal()),
    ['very secret'],
  );
  assert.deepEqual(
    full?.slots.set.map(([name]) => name),
    ['bucket:r', 'upstream:u'],
  );
});

test('full() has the key sets, when there are any', () => {
  const state = new CurrentState(new SlotAllocator(memory));
  state.apply(delta(1));
  assert.equal('keySets' in (state.full() ?? {}), false);
  const [a, b] = [
    { name: 'a', keys: [] },
    { name: 'b', keys: [] },
  ];
  state.apply(delta(2, { keySets: set(a, b) }));
  state.apply(delta(3, { keySets: { set: [], remove: ['a'] } }));
  assert.deepEqual(state.full()?.keySets, set(b));
});

test('sizes() counts what is served', () => {
  const state = new CurrentState(new SlotAllocator(memory));
  state.apply(delta(7, { hosts: set(host('a')), endpoints: set(endpoints('u', '10.0.0.1', '10.0.0.2')) }));
  assert.deepEqual(state.sizes(), {
    version: 7,
    hosts: 1,
    routes: 1,
    upstreams: 0,
    endpointSets: 1,
    endpoints: 2,
    certificates: 0,
  });
});
