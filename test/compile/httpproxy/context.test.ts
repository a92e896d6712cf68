import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyRef, refKey } from '../../../src/compile/httpproxy/context.ts';
import type { Kinds } from '../../../src/resources/kinds.ts';

test('proxyRef() and refKey() name a proxy', () => {
  const ref = proxyRef({ metadata: { namespace: 'a', name: 'b' } } as Kinds['HTTPProxy']);
  assert.deepEqual(ref, { kind: 'HTTPProxy', namespace: 'a', name: 'b' });
  assert.equal(refKey(ref), 'a/b');
});
