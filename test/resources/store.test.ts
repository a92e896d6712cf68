import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type KubeObject, keyOf, refOf } from '../../src/resources/kinds.ts';
import { type Change, describeShadowed, type Source, Store } from '../../src/resources/store.ts';
import { accept, proxy } from './sample-objects.ts';

const CLUSTER: Source = { rank: 0, name: 'cluster' };
const A: Source = { rank: 1, name: '/m/a.yaml' };
const B: Source = { rank: 1, name: '/m/b.yaml' };

const namespaced = (object: Record<string, unknown>, namespace: string): Record<string, unknown> => ({
  ...object,
  metadata: { ...(object.metadata as object), namespace },
});
const root = (name: string, fqdn: string, namespace = 'default'): KubeObject =>
  accept(namespaced(proxy(name, { virtualhost: { fqdn } }), namespace));
const child = (name: string): KubeObject => accept({ ...proxy(name), spec: {} });
const ingress = (name: string, spec: object): KubeObject =>
  accept({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name }, spec });
const slice = (name: string, service: string): KubeObject =>
  accept({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
  });
const names = (objects: readonly KubeObject[]): readonly (string | undefined)[] =>
  objects.map((o) => o.metadata?.name);

function listen(store: Store): Change[][] {
  const batches: Change[][] = [];
  store.subscribe((changes) => batches.push([...changes]));
  return batches;
}

test('Store.get() finds what was put in, and nothing else', () => {
  const store = new Store();
  const object = root('a', 'a.b');
  store.upsert(object, A);
  assert.equal(store.get('HTTPProxy', 'default', 'a'), object);
  assert.equal(store.get('HTTPProxy', 'other', 'a'), undefined);
  assert.equal(store.get('Ingress', 'default', 'a'), undefined);
  store.remove(refOf(object), A);
  assert.equal(store.get('HTTPProxy', 'default', 'a'), undefined);
});

test('Store.list() sorts by name, and over namespaces by namespace first', () => {
  const store = new Store();
  for (const [name, namespace] of [
    ['b', 'x'],
    ['a', 'x'],
    ['c', 'w'],
  ] as const)
    store.upsert(root(name, 'a.b', namespace), A);
  assert.deepEqual(names(store.list('HTTPProxy', 'x')), ['a', 'b']);
  assert.deepEqual(names(store.list('HTTPProxy')), ['c', 'a', 'b']);
  assert.deepEqual(store.list('HTTPProxy', 'y'), []);
  store.upsert(root('aa', 'a.b', 'x'), A);
  assert.deepEqual(names(store.list('HTTPProxy', 'x')), ['a', 'aa', 'b']);
  assert.deepEqual(names(store.list('HTTPProxy')), ['c', 'a', 'aa', 'b']);
});

test('Store.list() has cluster-scoped objects in no namespace', () => {
  const store = new Store();
  store.upsert(accept({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }), A);
  assert.deepEqual(names(store.list('Namespace')), ['a']);
  assert.deepEqual(names(store.list('Namespace', '')), ['a']);
});

test('Store.rootsByFqdn() finds roots in any letter case and follows changes', () => {
  const store = new Store();
  store.upsert(root('b', 'x.example.com'), A);
  store.upsert(root('a', 'x.example.com'), A);
  store.upsert(child('c'), A);
  assert.deepEqual(names(store.rootsByFqdn('X.example.COM')), ['a', 'b']);
  assert.deepEqual(store.fqdns(), ['x.example.com']);
  store.upsert(root('a', 'y.example.com'), A);
  assert.deepEqual(names(store.rootsByFqdn('x.example.com')), ['b']);
  assert.deepEqual(store.fqdns(), ['x.example.com', 'y.example.com']);
  store.upsert(child('a'), A);
  assert.deepEqual(store.fqdns(), ['x.example.com']);
});

test('Store.ingressesByHost() knows rules, TLS hosts and the catch-all', () => {
  const store = new Store();
  store.upsert(ingress('rules', { rules: [{ host: 'a.b' }, { host: '' }] }), A);
  store.upsert(ingress('backend', { defaultBackend: { service: { name: 'a' } } }), A);
  store.upsert(ingress('tls', { tls: [{ hosts: ['a.b', 'c.d'] }] }), A);
  assert.deepEqual(names(store.ingressesByHost('A.b')), ['rules', 'tls']);
  assert.deepEqual(names(store.ingressesByHost('*')), ['backend', 'rules']);
  assert.deepEqual(store.ingressHosts(), ['*', 'a.b', 'c.d']);
});

test('Store.endpointSlicesOf() finds slices by the label of their Service', () => {
  const store = new Store();
  store.upsert(slice('web-2', 'web'), A);
  store.upsert(slice('web-1', 'web'), A);
  store.upsert(slice('api-1', 'api'), A);
  assert.deepEqual(names(store.endpointSlicesOf('default', 'web')), ['web-1', 'web-2']);
  store.upsert(slice('web-1', 'api'), A);
  assert.deepEqual(names(store.endpointSlicesOf('default', 'web')), ['web-2']);
  assert.deepEqual(store.endpointSlicesOf('other', 'web'), []);
});

test('Store.subscribe() tells what was before and after, until it is ended', () => {
  const store = new Store();
  const heard: (readonly Change[])[] = [];
  const end = store.subscribe((changes) => heard.push(changes));
  const first = root('a', 'a.b');
  const second = root('a', 'c.d');
  store.upsert(first, A);
  store.upsert(second, A);
  store.remove(refOf(second), A);
  const place = { kind: 'HTTPProxy', namespace: 'default', name: 'a' };
  assert.deepEqual(heard, [
    [{ ...place, before: null, after: first }],
    [{ ...place, before: first, after: second }],
    [{ ...place, before: second, after: null }],
  ]);
  end();
  store.upsert(first, A);
  assert.equal(heard.length, 3);
});

test('Store.subscribe() hears nothing of an object that is the same, or of the removal of none', () => {
  const store = new Store();
  store.upsert(root('a', 'a.b'), A);
  const batches = listen(store);
  store.upsert(root('a', 'a.b'), A);
  store.remove({ kind: 'HTTPProxy', namespace: 'default', name: 'x' }, A);
  store.remove({ kind: 'HTTPProxy', namespace: 'default', name: 'a' }, B);
  assert.deepEqual(batches, []);
});

test('Store.apply() tells one batch, and nothing of an object that only moved to another file', () => {
  const store = new Store();
  const [a, b] = [root('a', 'a.b'), root('b', 'a.b')];
  store.apply([{ source: A, upserts: [a, b], removals: [] }]);
  const batches = listen(store);
  const changed = root('a', 'x.y');
  store.apply([
    { source: A, upserts: [], removals: [refOf(a), refOf(b)] },
    { source: B, upserts: [changed, root('b', 'a.b')], removals: [] },
  ]);
  assert.deepEqual(batches, [
    [{ kind: 'HTTPProxy', namespace: 'default', name: 'a', before: a, after: changed }],
  ]);
  assert.deepEqual(store.sourceOf(refOf(b)), B);
});

test('Store.upsert() of one key in two files lets the first in path order stay', () => {
  const store = new Store();
  const inB = root('a', 'b.example.com');
  const inA = root('a', 'a.example.com');
  store.upsert(inB, B);
  store.upsert(inA, A);
  assert.equal(store.get('HTTPProxy', 'default', 'a'), inA);
  assert.deepEqual(store.fqdns(), ['a.example.com']);
  const [hidden] = store.shadowed();
  assert.deepEqual(hidden, { ref: refOf(inB), source: B, winner: A });
  assert.ok(hidden !== undefined);
  assert.equal(
    describeShadowed(hidden),
    'HTTPProxy default/a of /m/b.yaml is not used: /m/a.yaml has one of that name; rename or remove one',
  );
});

test('Store.remove() of a winner puts the next one in its place', () => {
  const store = new Store();
  const [manifest, cluster] = [root('a', 'm.example.com'), root('a', 'c.example.com')];
  store.upsert(manifest, A);
  store.upsert(cluster, CLUSTER);
  assert.equal(store.get('HTTPProxy', 'default', 'a'), cluster);
  assert.equal(store.shadowed().length, 1);
  const batches = listen(store);
  store.remove(refOf(cluster), CLUSTER);
  assert.equal(store.get('HTTPProxy', 'default', 'a'), manifest);
  assert.deepEqual(
    batches[0]?.map(({ before, after }) => [before, after]),
    [[cluster, manifest]],
  );
  assert.deepEqual(store.shadowed(), []);
});

test('Store holds the same after any order of events, and its indexes agree with its lists', () => {
  const sources = [CLUSTER, A, B];
  const event = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    fqdn: fc.constantFrom('x.example.com', 'y.example.com', null),
    source: fc.constantFrom(...sources),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => {
      const store = new Store();
      const mirror = new Map<string, KubeObject>();
      store.subscribe((changes) => {
        for (const change of changes) {
          if (change.after === null) mirror.delete(keyOf(change));
          else mirror.set(keyOf(change), change.after);
        }
      });
      const last = new Map<string, { object: KubeObject | null; source: Source }>();
      for (const { name, fqdn, source } of events) {
        const object = fqdn === null ? null : root(name, fqdn);
        if (object === null) store.remove({ kind: 'HTTPProxy', namespace: 'default', name }, source);
        else store.upsert(object, source);
        last.set(`${name} ${source.name}`, { object, source });
      }
      for (const name of ['a', 'b', 'c']) {
        const winner = sources
          .map((source) => last.get(`${name} ${source.name}`)?.object)
          .find((o) => o != null);
        assert.deepEqual(store.get('HTTPProxy', 'default', name), winner);
      }
      const listed = store.list('HTTPProxy');
      assert.deepEqual(
        [...mirror.keys()].sort(),
        listed.map((o) => keyOf(refOf(o))),
      );
      for (const fqdn of ['x.example.com', 'y.example.com']) {
        assert.deepEqual(
          store.rootsByFqdn(fqdn),
          listed.filter((o) => o.spec.virtualhost?.fqdn === fqdn),
        );
      }
    }),
    { seed: 1 },
  );
});

test('Store takes no object of a namespace that it was not told to watch', () => {
  const store = new Store({ namespaces: ['shop'] });
  const batches = listen(store);
  store.upsert(root('a', 'a.test', 'shop'), A);
  store.upsert(root('b', 'b.test', 'other'), A);
  assert.deepEqual(names(store.list('HTTPProxy')), ['a']);
  assert.deepEqual(store.fqdns(), ['a.test']);
  assert.equal(batches.length, 1);
});
