import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenHost, compileHost } from '../../src/compile/compile-host.ts';
import type { Kinds } from '../../src/resources/kinds.ts';
import { backend, parse, proxy } from './compiler-harness.ts';
import { MemoryView } from './memory-view.ts';

// What parts of HTTPProxy and Ingress merge to: golden pairs in testdata/merge.

const HOST = 'a.example';
const view = new MemoryView(parse(backend('web')) as never[]);
const root = (spec: string): Kinds['HTTPProxy'] =>
  parse(proxy('root', `virtualhost: { fqdn: ${HOST} }\n${spec}`))[0] as Kinds['HTTPProxy'];

test('compileHost() of a name that nobody claims has no virtual host', () => {
  const { virtualHost, upstreams } = compileHost({ host: HOST, proxy: null, ingresses: [] }, view);
  assert.equal(virtualHost, null);
  assert.deepEqual(upstreams, []);
});

test('compileHost() keeps only upstreams that a route uses', () => {
  const used = 'services: [{ name: web, port: 80 }]';
  const both = root(`routes:\n- { ${used}, timeoutPolicy: { idleConnection: 9s } }\n- { ${used} }`);
  const compiled = compileHost({ host: HOST, proxy: both, ingresses: [] }, view);
  assert.deepEqual(
    compiled.upstreams.map(({ name }) => name),
    ['default/web/80'],
  );
  assert.deepEqual([...compiled.endpoints], ['default/web/http']);
});

test('compileHost() answers 503 on both ports when the root is in error', () => {
  const { virtualHost } = compileHost({ host: HOST, proxy: root(''), ingresses: [] }, view);
  assert.equal(virtualHost?.tls, null);
  assert.deepEqual(
    virtualHost?.routes.map(({ plain, secure, action }) => [
      plain,
      secure,
      action.kind === 'respond' && action.status,
    ]),
    [['serve', 'serve', 503]],
  );
});

test('brokenHost() answers 503 and tells every claimant', () => {
  const claimants = [
    { kind: 'HTTPProxy', namespace: 'a', name: 'b' },
    { kind: 'Ingress', namespace: 'c', name: 'd' },
  ] as const;
  const { virtualHost, problems } = brokenHost(HOST, claimants);
  assert.deepEqual([virtualHost?.routes.length, virtualHost?.tls], [1, null]);
  assert.deepEqual(
    problems.map(({ object, reason }) => `${object.name} ${reason}`),
    ['b InternalError', 'd InternalError'],
  );
});
