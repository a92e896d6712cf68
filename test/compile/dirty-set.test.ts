import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DirtySet } from '../../src/compile/dirty-set.ts';
import type { ObjectChange } from '../../src/compile/object-source.ts';
import { readKey } from '../../src/compile/recording-view.ts';
import type { Kind, KubeObject } from '../../src/resources/kinds.ts';
import { parse, proxy } from './compiler-harness.ts';

function change(kind: Kind, name: string, before: unknown, after: unknown): ObjectChange {
  return {
    kind,
    namespace: 'default',
    name,
    before: before as KubeObject | null,
    after: after as KubeObject | null,
  };
}

const root = (fqdn: string, more = ''): KubeObject | null =>
  parse(proxy('root', `virtualhost: { fqdn: ${fqdn} }${more}`))[0] ?? null;

test('DirtySet marks the hosts that an HTTPProxy names and named', () => {
  const dirty = new DirtySet();
  dirty.add(change('HTTPProxy', 'root', root('A.example'), root('b.example')));
  assert.deepEqual(dirty.take('host'), ['a.example', 'b.example']);
  assert.deepEqual(dirty.take('proxy'), ['default/root']);
  assert.deepEqual(dirty.take('host'), []);
});

test('DirtySet marks who read the object, its namespace, or the slices of its Service', () => {
  const dirty = new DirtySet();
  dirty.setReads('host', 'one', new Set([readKey.object('Service', 'default', 'web')]));
  dirty.setReads('host', 'two', new Set([readKey.list('Service', 'default')]));
  dirty.setReads('endpoints', 'three', new Set([readKey.slices('default', 'web')]));
  dirty.add(change('Service', 'web', null, {}));
  assert.deepEqual(dirty.take('host'), ['one', 'two']);
  assert.deepEqual(dirty.take('endpoints'), []);
  const slice = { metadata: { namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } } };
  dirty.add(change('EndpointSlice', 'web-1', slice, null));
  assert.deepEqual(dirty.take('endpoints'), ['three']);
  dirty.setReads('endpoints', 'three', new Set());
  dirty.add(change('EndpointSlice', 'web-1', null, slice));
  assert.deepEqual(dirty.take('endpoints'), []);
});

test('DirtySet marks nothing for a change of the status alone', () => {
  const dirty = new DirtySet();
  const before = root('a.example');
  dirty.add(change('HTTPProxy', 'root', before, { ...before, status: { currentStatus: 'valid' } }));
  assert.deepEqual([...dirty.take('host'), ...dirty.take('proxy')], []);
});
