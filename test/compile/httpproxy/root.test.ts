import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRoot } from '../../../src/compile/httpproxy/root.ts';
import type { Kinds } from '../../../src/resources/kinds.ts';
import { backend, parse, proxy } from '../compiler-harness.ts';
import { MemoryView } from '../memory-view.ts';

// What each mistake costs: golden pairs in testdata/reasons.

const CHILD = proxy('child', 'routes: [{ services: [{ name: web, port: 80 }], timeoutPolicy: { idle: x } }]');

function compile(host: string, more = 'includes: [{ name: child }]') {
  const view = new MemoryView(parse(`${backend('web')}---${CHILD}`) as never[]);
  const root = parse(proxy('root', `virtualhost: { fqdn: a.example${host} }\n${more}`))[0];
  return compileRoot(root as Kinds['HTTPProxy'], 'a.example', view);
}

test('compileRoot() reaches children, also of a host that is off for what comes after the routes', () => {
  const cors = ', corsPolicy: { allowOrigin: [], allowMethods: [GET] }';
  const filter = ', ipDenyPolicy: [{ source: Peer, cidr: "::/129" }]';
  for (const [host, off] of [
    ['', false],
    [cors, true],
    [filter, true],
  ] as const) {
    const part = compile(host);
    assert.equal(part.off, off);
    assert.deepEqual(
      part.visited.map(({ name }) => name),
      ['child'],
    );
    assert.ok(part.problems.some(({ object }) => object.name === 'child'));
  }
});

test('compileRoot() does not walk the routes of a host that is in error before them', () => {
  const part = compile(', tls: { secretName: none }');
  assert.equal(part.off, true);
  assert.deepEqual(part.visited, []);
});

test('compileRoot() walks a host that this release does not serve, for its problems', () => {
  const part = compile(
    ', tls: { passthrough: true }',
    'includes: [{ name: child }]\ntcpproxy: { services: [{ name: web, port: 80 }] }',
  );
  assert.equal(part.off, true);
  assert.deepEqual(
    part.visited.map(({ name }) => name),
    ['child'],
  );
});
