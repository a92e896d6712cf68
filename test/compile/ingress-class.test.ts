import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptsIngress, acceptsProxy } from '../../src/compile/ingress-class.ts';
import type { Kinds } from '../../src/resources/kinds.ts';
import { MemoryView } from './memory-view.ts';

const CLASSES = [
  { kind: 'IngressClass', metadata: { name: 'ours' }, spec: { controller: 'sluice.dev/gateway' } },
  { kind: 'IngressClass', metadata: { name: 'theirs' }, spec: { controller: 'example.com/other' } },
];

function object(field: string, annotations: Record<string, string> = {}): Kinds['HTTPProxy'] {
  return { metadata: { annotations }, spec: { ingressClassName: field } } as Kinds['HTTPProxy'];
}

test('acceptsProxy() without configured classes takes none, `sluice` and our IngressClasses', () => {
  const view = new MemoryView(CLASSES);
  const cases: [string, boolean][] = [
    ['', true],
    ['sluice', true],
    ['ours', true],
    ['theirs', false],
    ['contour', false],
  ];
  for (const [name, accepted] of cases) {
    assert.equal(acceptsProxy(object(name), view), accepted, name);
    assert.equal(acceptsIngress(object(name) as unknown as Kinds['Ingress'], view), accepted, name);
  }
});

test('acceptsProxy() with configured classes takes these only', () => {
  const view = new MemoryView(CLASSES, { ingressClasses: ['contour', 'edge'] });
  for (const name of ['contour', 'edge']) assert.equal(acceptsProxy(object(name), view), true, name);
  for (const name of ['', 'sluice', 'ours']) assert.equal(acceptsProxy(object(name), view), false, name);
});

test('acceptsProxy() asks the annotations first, and skips empty ones', () => {
  const view = new MemoryView([]);
  const contour = 'projectcontour.io/ingress.class';
  const kubernetes = 'kubernetes.io/ingress.class';
  assert.equal(acceptsProxy(object('x', { [contour]: 'sluice' }), view), true);
  assert.equal(acceptsProxy(object('x', { [kubernetes]: 'sluice' }), view), true);
  assert.equal(acceptsProxy(object('', { [contour]: 'x', [kubernetes]: 'sluice' }), view), false);
  assert.equal(acceptsProxy(object('x', { [contour]: '', [kubernetes]: 'sluice' }), view), true);
});
