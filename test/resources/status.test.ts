import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectRef } from '../../src/resources/kinds.ts';
import { type Status, StatusStore } from '../../src/resources/status.ts';

const ref: ObjectRef = { kind: 'HTTPProxy', namespace: 'default', name: 'web' };

function status(time: string, valid: 'True' | 'False', message = 'Valid HTTPProxy'): Status {
  return {
    currentStatus: valid === 'True' ? 'valid' : 'invalid',
    conditions: [{ type: 'Valid', status: valid, reason: 'Valid', message, lastTransitionTime: time }],
  };
}

const timeOf = (store: StatusStore): string | undefined =>
  store.get(ref)?.conditions?.[0]?.lastTransitionTime;

test('StatusStore.set() takes what is new and says so', () => {
  const store = new StatusStore();
  assert.equal(store.get(ref), undefined);
  assert.equal(store.set(ref, status('t1', 'True')), true);
  assert.deepEqual(store.get(ref), status('t1', 'True'));
});

test('StatusStore.set() takes another time alone for no change', () => {
  const store = new StatusStore();
  store.set(ref, status('t1', 'True'));
  assert.equal(store.set(ref, status('t2', 'True')), false);
  assert.equal(timeOf(store), 't1');
});

test('StatusStore.set() keeps the time while the status of a condition stays', () => {
  const store = new StatusStore();
  store.set(ref, status('t1', 'True'));
  assert.equal(store.set(ref, status('t2', 'True', 'another text')), true);
  assert.equal(timeOf(store), 't1');
  assert.equal(store.set(ref, status('t3', 'False')), true);
  assert.equal(timeOf(store), 't3');
});

test('StatusStore.delete() forgets', () => {
  const store = new StatusStore();
  store.set(ref, status('t1', 'True'));
  store.delete(ref);
  assert.equal(store.get(ref), undefined);
});
