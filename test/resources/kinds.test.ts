import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRef, isKind, keyOf, refOf } from '../../src/resources/kinds.ts';
import { accept, proxy } from './sample-objects.ts';

test('refOf() names an object, and keyOf() and describeRef() write that', () => {
  const ref = refOf(accept(proxy('web')));
  assert.deepEqual(ref, { kind: 'HTTPProxy', namespace: 'default', name: 'web' });
  assert.equal(keyOf(ref), 'HTTPProxy/default/web');
  assert.equal(describeRef(ref), 'HTTPProxy default/web');
  assert.equal(describeRef({ kind: 'Namespace', namespace: '', name: 'a' }), 'Namespace a');
});

test('isKind() knows the kinds and no names of JavaScript', () => {
  assert.ok(isKind('Ingress'));
  for (const name of ['Pod', 'constructor', '__proto__', 'toString', '']) assert.ok(!isKind(name), name);
});
