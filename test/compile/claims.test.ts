import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideClaims } from '../../src/compile/claims.ts';
import type { Kinds } from '../../src/resources/kinds.ts';
import { MemoryView } from './memory-view.ts';

function root(name: string, created?: string, namespace = 'default'): Kinds['HTTPProxy'] {
  const creationTimestamp = created === undefined ? {} : { creationTimestamp: created };
  return {
    metadata: { namespace, name, ...creationTimestamp },
    spec: { virtualhost: { fqdn: 'a.example' } },
  } as Kinds['HTTPProxy'];
}

const report = (problems: ReturnType<typeof decideClaims>['problems']): string[] =>
  problems.map(({ severity, reason, object }) => `${severity} ${reason} ${object.name}`);

test('decideClaims() gives the name to the oldest, then by namespace and name', () => {
  const view = new MemoryView([]);
  const young = root('a', '2024-01-02T00:00:00Z');
  const old = root('z', '2024-01-01T00:00:00Z');
  assert.equal(decideClaims([young, old], view).winner, old);
  assert.equal(decideClaims([old, young], view).winner, old);
  const [b, c] = [root('b'), root('c')];
  assert.equal(decideClaims([c, b], view).winner, b);
  assert.deepEqual(report(decideClaims([young, old], view).problems), [
    'warning DuplicateVhost z',
    'error DuplicateVhost a',
  ]);
});

test('decideClaims() does not count roots in forbidden namespaces', () => {
  const view = new MemoryView([], { rootNamespaces: ['default'] });
  const forbidden = root('a', '2020-01-01T00:00:00Z', 'tenant');
  const allowed = root('b');
  const claims = decideClaims([forbidden, allowed], view);
  assert.equal(claims.winner, allowed);
  assert.deepEqual(report(claims.problems), ['error RootProxyNotAllowedInNamespace a']);
  assert.equal(claims.roots.length, 2);
});

test('decideClaims() does not see roots of another class', () => {
  const view = new MemoryView([], { ingressClasses: ['edge'] });
  assert.deepEqual(decideClaims([root('a')], view), { winner: null, roots: [], problems: [] });
});
